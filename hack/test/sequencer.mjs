import Sequencer from '@jest/test-sequencer';

/** The files that take longest, those first that take more. Without them, a run would end with one worker at work. */
const slow = [
  'controllers/convergence.test.ts',
  'controllers/failed-writes.test.ts',
  'controllers/nexodus/nexodus.integration.test.ts',
  'controllers/agent/run.integration.test.ts',
  'e2e/nexodus-sim/contract/exchanges.integration.test.ts',
  'controllers/agent/drain.integration.test.ts',
  'controllers/kube/reflector.integration.test.ts',
  'e2e/faults/nexodus.test.ts',
  'e2e/faults/apiserver.test.ts',
  'e2e/faults/leader.test.ts',
  'e2e/faults/rest.test.ts',
  'e2e/faults/deletion.test.ts',
  'e2e/faults/killed.test.ts',
  'e2e/faults/lost-answers.test.ts',
  'e2e/scenarios/hostile.test.ts',
  'e2e/scenarios/namespaces.test.ts',
  'e2e/scenarios/samples.test.ts',
  'e2e/scenarios/realms.test.ts',
  'e2e/scenarios/ports.test.ts',
  'e2e/scenarios/names.test.ts',
  'e2e/scenarios/fixed-address.test.ts',
];

const rankOf = ({ path }) => {
  const rank = slow.findIndex(file => path.endsWith(`/${file}`));
  return rank < 0 ? slow.length : rank;
};

/** What takes longest begins first, in a fresh clone as well, where jest knows nothing of earlier runs. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
