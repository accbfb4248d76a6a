import type { RecentWrites } from './recent-writes.ts';

/** Tells all replicas of a deployment which users are written. */
export interface WriteNews {
  /** Resolves once it was told, or after a moment: a write waits for no news, and fails for none. */
  publish(id: string): Promise<void>;
  /** Hears what other replicas publish, each at least once. Returns what ends that. */
  subscribe(reader: NewsReader): () => void;
  /** Whether what others publish arrives. */
  readonly isConnected: boolean;
}

export type NewsReader = {
  written(id: string): void;
  /** Something may not have arrived: any user may have been written. Whatever was within the lag of search still will. */
  missed(): void;
};

/** The recent writes of all replicas, as far as they can be told of; this one's in any case. */
export function toldTo(news: WriteNews, writes: RecentWrites): RecentWrites {
  return {
    async add(id) {
      await writes.add(id);
      await news.publish(id);
    },
    among: (ids) => writes.among(ids),
  };
}
