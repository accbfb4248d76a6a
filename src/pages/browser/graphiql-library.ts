/** GraphiQL as `@graphql-yoga/render-graphiql` builds it: one script that leaves a name behind. */

type Library = {
  renderYogaGraphiQL(root: Element, options: GraphiQLOptions): void;
};

export type GraphiQLOptions = {
  readonly title: string;
  readonly defaultTabs: readonly { readonly query: string; readonly variables: string }[];
  /** What stands under Headers in a tab where nothing else does. */
  readonly headers: string;
  readonly shouldPersistHeaders: boolean;
  readonly onEditQuery: () => void;
};

/** The editors' texts. */
export type Model = {
  readonly uri: { readonly path: string };
  getValue(): string;
  setValue(text: string): void;
  onDidChangeContent(listener: () => void): void;
};

type Editors = {
  readonly editor: {
    getModels(): readonly Model[];
    onDidCreateModel(listener: (model: Model) => void): void;
  };
};

declare global {
  var MonacoEnvironment: object | undefined;
  var YogaGraphiQL: Library | undefined;
  var monaco: Editors | undefined;
}

export async function loadLibrary(): Promise<{ readonly graphiql: Library; readonly editors: Editors }> {
  globalThis.MonacoEnvironment = {
    globalAPI: true,
    getWorkerUrl: (_: string, label: string) => `/pages/graphiql/worker/${label}.js`,
  };
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    script.src = '/pages/graphiql/library.js';
    document.head.append(script);
  });
  const { YogaGraphiQL: graphiql, monaco: editors } = globalThis;
  if (!graphiql || !editors) throw new TypeError('Expected the library to leave its names behind.');
  return { graphiql, editors };
}
