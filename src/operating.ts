/** From a request of GraphQL to its answer, whichever way it came, with what goes along: its time, and a line in the log. */
import { OperationTypeNode } from 'graphql';
import type { Authentication } from '../schema/context.ts';
import type { ServerContext } from './graphql/server-context.ts';
import type { GraphQLServer } from './graphql/yoga.ts';
import { type Body, readBody } from './http/body.ts';
import { detached, onceAborted, toAnswer, withoutBody } from './http/detached.ts';
import type { Answer, Post } from './http/post.ts';
import { requestIdOf } from './http/request-id.ts';
import type { AuditLog } from './observability/audit.ts';
import type { Events, Operation } from './observability/events.ts';
import { OperationTime } from './operation-time.ts';

export type OperatingOptions = {
  readonly graphql: GraphQLServer;
  readonly events: Pick<Events, 'operationBegan'>;
  readonly audit: Pick<AuditLog, 'written'>;
  readonly operationTimeoutMs: number;
};

export type Operating = {
  answer(request: Request): Promise<Response>;
  /** As `answer`, in less time, for what is asked most; `null`: it is not that. */
  answerPost(post: Post): Promise<Answer> | null;
};

export function createOperating({ graphql, events, audit, operationTimeoutMs }: OperatingOptions): Operating {
  const operate = async <Told extends { readonly status: number }>(
    asked: Asked,
    answer: (context: ServerContext) => Promise<Told>,
  ): Promise<Told> => {
    const underWay = events.operationBegan(asked);
    const time = new OperationTime(operationTimeoutMs);
    asked.onceGone(() => time.leave());
    const context = contextOf(asked, time);
    let told: Told | null = null;
    try {
      return (told = await underWay.run(() => answer(context)));
    } finally {
      // Where a field failed, others may have been left to themselves.
      time.end({ isComplete: told?.status === 200 && context.facts.errorCodes === undefined });
      underWay.ended(told && operationOf(context, told.status));
      if (context.facts.operation?.operation === OperationTypeNode.MUTATION) await audit.written();
    }
  };

  const answerQuickly = async (post: Post, context: ServerContext): Promise<Answer> => {
    const { status, headers, body } =
      (await graphql.direct.answer(post.headers, context)) ??
      (await toAnswer(await graphql.yoga.fetch(withoutBody(post), context)));
    return { status, headers: { ...headers, 'x-request-id': context.requestId }, body };
  };

  return {
    answer(request) {
      const asked: Asked = {
        method: request.method,
        traceparent: request.headers.get('traceparent'),
        requestId: requestIdOf(request.headers.get('x-request-id')),
        readBody: () => readBody(request),
        onceGone: (leave) => onceAborted(request.signal, leave),
      };
      return operate(asked, async (context) => {
        const response = await graphql.yoga.fetch(detached(request), context);
        response.headers.set('x-request-id', context.requestId);
        return response;
      });
    },
    answerPost(post) {
      if (post.path !== '/graphql' || !graphql.direct.takes(post.headers)) return null;
      const asked: Asked = {
        method: 'POST',
        traceparent: textOf(post.headers['traceparent']),
        requestId: requestIdOf(textOf(post.headers['x-request-id'])),
        readBody: () => post.readBody(),
        onceGone: (leave) => post.onceGone(leave),
      };
      return operate(asked, (context) => answerQuickly(post, context));
    },
  };
}

/** What an operation begins with, whichever way it came. */
type Asked = Pick<Post, 'readBody' | 'onceGone'> & {
  readonly requestId: string;
  readonly method: string;
  readonly traceparent: string | null;
};

function contextOf({ requestId, readBody }: Asked, time: OperationTime): ServerContext {
  let body: Promise<Body> | undefined;
  return {
    requestId,
    deadline: time.deadline,
    readsEnd: time.readsEnd,
    endsAt: time.endsAt,
    readBody: () => (body ??= readBody()),
    facts: {},
  };
}

/** Of an operation's name, where it is told of. Clients choose it, as long as a document may be. */
const longestName = 100;

function operationOf({ requestId, facts }: ServerContext, status: number): Operation {
  return {
    requestId,
    name: facts.operation?.name?.value.slice(0, longestName),
    type: facts.operation?.operation,
    status,
    client: clientIdOf(facts.authentication),
    refusal: facts.refusal,
    errors: facts.errorCodes,
    applied: facts.applied,
  };
}

function clientIdOf(authentication: Authentication | undefined): string | null | undefined {
  return authentication?.kind === 'caller' ? authentication.caller.clientId : undefined;
}

function textOf(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
