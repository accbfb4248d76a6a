import { expect, it } from 'vitest';
import { Admission } from '../../src/graphql/admission.ts';
import type { ServerContext } from '../../src/graphql/server-context.ts';

const operation = () => ({ facts: {} }) as ServerContext;
const admissionOf = (maxOperations: number) => new Admission({ maxOperations, isOverloaded: () => false });

it('admits so many at once, and others as these end', () => {
  const admission = admissionOf(2);
  const [one, other, third] = [operation(), operation(), operation()];
  expect([one, other, third].map((each) => admission.admit(each))).toEqual([true, true, false]);
  admission.release(one);
  expect([operation(), operation()].map((each) => admission.admit(each))).toEqual([true, false]);
});

it('counts an end once, and none of what was never admitted', () => {
  const admission = admissionOf(1);
  const [one, refused] = [operation(), operation()];
  admission.admit(one);
  admission.admit(refused);
  admission.release(refused);
  expect(admission.admit(refused)).toBe(false);
  for (let times = 0; times < 3; times++) admission.release(one);
  expect([operation(), operation()].map((each) => admission.admit(each))).toEqual([true, false]);
});
