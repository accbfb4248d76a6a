/** `npm run check:deploy`: what is wrong with the Dockerfile and the manifests, one line a fault. */
import { readFileSync } from 'node:fs';
import { dockerfileFaults } from './dockerfile.ts';
import { manifestFaults } from './manifest-faults.ts';
import { manifests } from './manifests.ts';

const dockerfile = new URL('../../deploy/Dockerfile', import.meta.url);
const faults = [
  ...dockerfileFaults(readFileSync(dockerfile, 'utf8')).map((fault) => `deploy/Dockerfile ${fault}`),
  ...[...manifests].flatMap(([name, manifest]) =>
    manifestFaults(manifest).map((fault) => `deploy/kubernetes/${name} ${fault}`),
  ),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
