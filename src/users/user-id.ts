import { longestUserId } from '../../schema/limits.ts';

/** Whether a user could have this id. Of one that none can have, Auth0 need not be asked. */
export function canExist(id: string): boolean {
  const pipe = id.indexOf('|', 1);
  return (
    pipe !== -1 &&
    pipe < id.length - 1 &&
    (id.length <= longestUserId || [...id].length <= longestUserId) &&
    !controlCharacter.test(id) &&
    // Half a surrogate pair has no percent-encoding.
    id.isWellFormed()
  );
}

const controlCharacter = /\p{Cc}/u;
