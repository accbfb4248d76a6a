/** An HTTP response, as far as one of GraphQL goes. Names of headers are in lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** No answer about users may be kept by a cache, and none looks the same to every origin. */
export const ofEveryAnswer = { 'cache-control': 'no-store', vary: 'Origin' } as const;
