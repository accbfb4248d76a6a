import { Shares } from './shares.ts';
import { type Begun, type Claim, type IdempotencyStore, type Lifetimes, StoreUnavailable } from './store.ts';

export type MemoryStoreOptions = Lifetimes & {
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
};

type Record = {
  readonly owner: string;
  readonly fingerprint: string;
  /** `null`: nobody holds it. */
  readonly token: string | null;
  readonly state: 'begun' | 'started' | 'done';
  readonly payload: string;
  readonly leaseEndsAt: number;
  readonly expiresAt: number;
};

/**
 * For one process. A full store takes nothing new, for every record it has is one that somebody relies on; nor does one
 * where a caller has their share.
 */
export function createMemoryStore({
  leaseMs,
  keepMs,
  maxRecords = 100_000,
  maxBytes = 64 * 1024 * 1024,
  now = () => performance.now(),
}: MemoryStoreOptions): IdempotencyStore {
  /** Those longest unchanged first: with one length of life for all that are kept, those expire first. */
  const records = new Map<string, Record>();
  const slots = new Shares(maxRecords);
  const bytes = new Shares(maxBytes);

  const remove = (name: string) => {
    const record = records.get(name);
    if (!record) return;
    records.delete(name);
    slots.giveBack(record.owner, 1);
    bytes.giveBack(record.owner, sizeOf(record));
  };
  const put = (
    { name, owner, fingerprint, token }: Claim,
    state: Record['state'],
    payload: string,
    { isHeld }: { isHeld: boolean },
  ) => {
    remove(name);
    const record: Record = {
      owner,
      fingerprint,
      token: isHeld ? token : null,
      state,
      payload,
      leaseEndsAt: isHeld ? now() + leaseMs : now(),
      expiresAt: now() + (state === 'begun' ? leaseMs : keepMs),
    };
    records.set(name, record);
    slots.take(owner, 1);
    bytes.take(owner, sizeOf(record));
  };
  const removeExpired = () => {
    for (const [name, { expiresAt }] of records) {
      if (expiresAt > now()) return;
      remove(name);
    }
  };
  const heldBy = ({ name, token }: Claim): Record | null => {
    const record = records.get(name);
    return record?.token === token && record.expiresAt > now() ? record : null;
  };

  return {
    async begin(claim): Promise<Begun> {
      removeExpired();
      const record = records.get(claim.name);
      if (record === undefined || record.expiresAt <= now()) {
        if (!slots.hasRoom(claim.owner) || !bytes.hasRoom(claim.owner)) throw full();
        put(claim, 'begun', '', { isHeld: true });
        return { kind: 'begun' };
      }
      if (record.fingerprint !== claim.fingerprint) return { kind: 'other', fingerprint: record.fingerprint };
      if (record.state === 'done') return { kind: 'done', result: record.payload };
      if (record.state === 'begun' || record.leaseEndsAt > now()) return { kind: 'running' };
      put(claim, 'started', record.payload, { isHeld: true });
      return { kind: 'resumed', notes: record.payload };
    },
    async start(claim, notes) {
      if (heldBy(claim)?.state !== 'begun') return false;
      // The notes are the bulk of a record, and many may have been begun at once.
      if (!bytes.hasRoom(claim.owner)) throw full();
      put(claim, 'started', notes, { isHeld: true });
      return true;
    },
    async complete(claim, result) {
      if (heldBy(claim)) put(claim, 'done', result, { isHeld: false });
    },
    async release(claim) {
      const record = heldBy(claim);
      if (record?.state === 'started') put(claim, 'started', record.payload, { isHeld: false });
    },
    async forget(claim) {
      if (heldBy(claim)) remove(claim.name);
    },
  };
}

function full(): StoreUnavailable {
  return new StoreUnavailable('The memory for idempotency keys is full, or the share of this caller.');
}

/** What a record takes beside its texts, roughly. */
const overhead = 300;

function sizeOf({ fingerprint, payload }: Record): number {
  return overhead + fingerprint.length + payload.length;
}
