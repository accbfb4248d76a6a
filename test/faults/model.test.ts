/**
 * Random faults upon random operations, through the whole gateway, against a tenant that keeps a ledger of what it did.
 * Clients leave, and send again under their keys. Whatever happens: I1 one well-formed answer in time, I3 that tells the
 * truth about the write, I4 without a word that is nobody's business, I5 and without a bug; I2 one write for a key, I6
 * within bounds of what is sent; I7 and service as usual once it is over.
 *
 * FAULTS_SEED and FAULTS_RUNS run other schedules, or the same again.
 */
import fc from 'fast-check';
import { test } from 'vitest';
import { startBench } from './bench.ts';
import { schedules } from './schedule.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['FAULTS_RUNS'] ?? 100);
/** Schedules are mostly waiting, so several are under way at once, each lane with a gateway and a tenant of its own. */
const lanes = 8;

console.info(`Random faults: FAULTS_SEED=${seed} FAULTS_RUNS=${runs}`);

test.concurrent.for(Array.from({ length: lanes }, (_, lane) => lane))(
  'what is told is true, and told in time, whatever the tenant does (%i)',
  { timeout: 600_000 },
  async (lane) => {
    await using bench = await startBench();
    await fc.assert(
      fc.asyncProperty(schedules, (schedule) => bench.run(schedule)),
      // Shrinking would take minutes, and a shorter schedule meets another state: the seed brings the same again.
      { seed: seed + lane, numRuns: Math.ceil(runs / lanes), endOnFailure: true },
    );
  },
);
