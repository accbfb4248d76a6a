import { expect, it } from 'vitest';
import type { Answer } from '../src/graphql/answer.ts';
import type { ServerContext } from '../src/graphql/server-context.ts';
import type { GraphQLServer } from '../src/graphql/yoga.ts';
import type { Post } from '../src/http/post.ts';
import { createOperating } from '../src/operating.ts';

const post: Post = {
  path: '/graphql',
  headers: {},
  readBody: () => Promise.resolve({ text: '' }),
  onceGone() {},
};

/** An operation whose answer is made by this, and the context that it was made in. */
async function operated(
  answer: (context: ServerContext) => Promise<Answer>,
): Promise<{ context: ServerContext; ended: number }> {
  let context: ServerContext | undefined;
  let ended = 0;
  const operating = createOperating({
    graphql: {
      direct: {
        takes: () => true,
        answer(_, given) {
          context = given;
          return answer(given);
        },
      },
    } as Partial<GraphQLServer> as GraphQLServer,
    events: { operationBegan: () => ({ run: (work) => work(), ended: () => void ended++ }) },
    audit: { written: () => Promise.resolve() },
    operationTimeoutMs: 10_000,
  });
  await operating.answerPost(post)?.catch(() => {});
  if (!context) throw new TypeError('expected an operation');
  return { context, ended };
}

const answered = async (status: number) => ({ status, headers: {}, body: '' });

it.each<[string, (context: ServerContext) => Promise<Answer>]>([
  [
    'is answered with an error',
    (context) => {
      context.facts.errorCodes = ['FORBIDDEN'];
      return answered(200);
    },
  ],
  ['is not answered as GraphQL', () => answered(500)],
  [
    'comes to no answer',
    async () => {
      throw new Error('a bug');
    },
  ],
])('what is still read ends with an operation that %s, and it is told of once', async (_, answer) => {
  const { context, ended } = await operated(answer);
  expect([context.readsEnd.aborted, context.deadline.aborted, ended]).toEqual([true, false, 1]);
});

it('an operation without an error has read all that it began to, and is told of once', async () => {
  const { context, ended } = await operated(() => answered(200));
  expect([context.readsEnd.aborted, context.deadline.aborted, ended]).toEqual([false, false, 1]);
});
