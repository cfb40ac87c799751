/**
 * Measures how tunnels come up and what they lose, with any nexd and any Nexodus on this machine; needs root.
 *
 *   node e2e/nexodus-sim/contract/tunnels/main.ts [--pairs 20] [--runs 6] [--cases REGEX] [--traffic tcp,udp,tcp-back]
 *
 * Prints a table, and compares with the recording: status 1 when something behaves otherwise. With --record TEXT it adds
 * the runs to the recording instead, TEXT says what was recorded. NEXD_BINARY is the nexd, by default the stand-in's;
 * NEXODUS=external with NEXODUS_URL, _USERNAME, _PASSWORD, _CA_FILE and _STUN_SERVERS is another Nexodus.
 */

import { parseArgs } from 'node:util';
import { nexdBinary } from '../nexd-process.ts';
import { cases } from './cases.ts';
import { differences } from './compare.ts';
import { type Job, Laboratory } from './laboratory.ts';
import { recordingPatience } from './measure.ts';
import { whyNoNetworks } from './network.ts';
import { addToRecording, readRecording } from './recording.ts';
import type { Traffic } from './result.ts';
import { tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    runs: { type: 'string', default: '6' },
    cases: { type: 'string', default: '' },
    traffic: { type: 'string', default: 'tcp,udp,tcp-back' },
    record: { type: 'string' },
  },
});

const problem = await whyNoNetworks();
if (problem !== undefined) {
  console.error(
    `error: no networks can be made here: ${problem}\nnext:  run this as root, with iproute2 and nftables`,
  );
  process.exit(1);
}
const wanted = new RegExp(values.cases);
const traffics = values.traffic.split(',') as Traffic[];
const jobs: Job[] = Array.from({ length: Number(values.runs) }).flatMap(() =>
  cases
    .filter(({ name }) => wanted.test(name))
    .flatMap(measured => traffics.map(traffic => ({ case: measured, traffic }))),
);
const laboratory = await Laboratory.open(nexdBinary(), process.env);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void laboratory.close().finally(() => process.exit(1)));
}
try {
  const { measured, failures } = await laboratory.run(
    jobs,
    Math.min(Number(values.pairs), jobs.length),
    recordingPatience,
    ({ case: { name }, traffic }, run) => console.error(`${name}, ${traffic}: ${JSON.stringify(run)}`),
  );
  console.log(tableOf(measured));
  for (const failure of failures) console.error(`failed: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
  if (values.record === undefined) {
    for (const recorded of readRecording()) {
      const ours = measured.find(one => one.case === recorded.case && one.traffic === recorded.traffic);
      for (const text of ours === undefined ? [] : differences(ours, recorded)) {
        console.error(`${recorded.case}, ${recorded.traffic}: ${text}`);
        process.exitCode = 1;
      }
    }
  } else {
    addToRecording(values.record, measured);
  }
} finally {
  await laboratory.close();
}
