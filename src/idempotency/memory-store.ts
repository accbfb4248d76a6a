import { type Begun, type Claim, type IdempotencyStore, type Lifetimes, StoreUnavailable } from './store.ts';

export type MemoryStoreOptions = Lifetimes & {
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
};

type Record = {
  readonly fingerprint: string;
  /** `null`: nobody holds it. */
  readonly token: string | null;
  readonly state: 'begun' | 'started' | 'done';
  readonly payload: string;
  readonly leaseEndsAt: number;
  readonly expiresAt: number;
};

/** For one process. A full store takes nothing new, for every record it has is one that somebody relies on. */
export function createMemoryStore({
  leaseMs,
  keepMs,
  maxRecords = 100_000,
  maxBytes = 64 * 1024 * 1024,
  now = () => performance.now(),
}: MemoryStoreOptions): IdempotencyStore {
  /** Those longest unchanged first: with one length of life for all that are kept, those expire first. */
  const records = new Map<string, Record>();
  let bytes = 0;

  const remove = (name: string) => {
    const record = records.get(name);
    if (record && records.delete(name)) bytes -= sizeOf(record);
  };
  const put = (
    { name, fingerprint, token }: Claim,
    state: Record['state'],
    payload: string,
    { held }: { held: boolean },
  ) => {
    remove(name);
    const record: Record = {
      fingerprint,
      token: held ? token : null,
      state,
      payload,
      leaseEndsAt: held ? now() + leaseMs : now(),
      expiresAt: now() + (state === 'begun' ? leaseMs : keepMs),
    };
    records.set(name, record);
    bytes += sizeOf(record);
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
        if (records.size >= maxRecords || bytes >= maxBytes)
          throw new StoreUnavailable('The memory for idempotency keys is full.');
        put(claim, 'begun', '', { held: true });
        return { kind: 'begun' };
      }
      if (record.fingerprint !== claim.fingerprint) return { kind: 'other', fingerprint: record.fingerprint };
      if (record.state === 'done') return { kind: 'done', result: record.payload };
      if (record.state === 'begun' || record.leaseEndsAt > now()) return { kind: 'running' };
      put(claim, 'started', record.payload, { held: true });
      return { kind: 'resumed', notes: record.payload };
    },
    async start(claim, notes) {
      if (heldBy(claim)?.state !== 'begun') return false;
      put(claim, 'started', notes, { held: true });
      return true;
    },
    async complete(claim, result) {
      if (heldBy(claim)) put(claim, 'done', result, { held: false });
    },
    async release(claim) {
      const record = heldBy(claim);
      if (record?.state === 'started') put(claim, 'started', record.payload, { held: false });
    },
    async forget(claim) {
      if (heldBy(claim)) remove(claim.name);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What a record takes beside its texts, roughly. */
const overhead = 300;

function sizeOf({ fingerprint, payload }: Record): number {
  return overhead + fingerprint.length + payload.length;
}
