import type { User } from '../../schema/model.ts';

/** The id never changes; `updatedAt` always does; `identities` repeat what is at the root. */
type ComparedField = Exclude<keyof User, 'id' | 'updatedAt' | 'identities'>;

/** A field of `User` that is missing here does not compile. The order is that of the contract. */
const compared: Record<ComparedField, true> = {
  email: true,
  emailVerified: true,
  username: true,
  phoneNumber: true,
  phoneVerified: true,
  name: true,
  nickname: true,
  givenName: true,
  familyName: true,
  picture: true,
  blocked: true,
  userMetadata: true,
  appMetadata: true,
  multifactor: true,
  lastIp: true,
  lastLogin: true,
  loginsCount: true,
  createdAt: true,
};

/** The names of the `User` fields in which the two differ. */
export function changedFields(before: User, after: User): readonly ComparedField[] {
  return (Object.keys(compared) as ComparedField[]).filter((field) => !isSame(before[field], after[field]));
}

/** Whether two values are the same JSON. The order of an object's keys does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const entries = Object.entries(one);
  const others = new Map<string, unknown>(Object.entries(other));
  return entries.length === others.size && entries.every(([key, value]) => isSame(value, others.get(key)));
}
