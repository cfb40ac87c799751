/** Keeps a NexlinkExport's gateway and status as they should be; the gateway controller does the rest. */

import { planEnsureGateway } from '../gateway/ensure.ts';
import type { RegistrySource } from '../import/registry.ts';
import { apply } from '../runtime/actions.ts';
import { isStarting, startMs } from '../runtime/conditions.ts';
import { isInTheWay } from '../runtime/errors.ts';
import { hasAnswered } from '../runtime/nexodus.ts';
import { lookAgainAfter, type Ports, type Result } from '../runtime/ports.ts';
import { reportStatus } from '../runtime/report.ts';
import { resources } from '../runtime/resources.ts';
import { observeExport } from './observe.ts';
import { needsOf } from './resolve.ts';
import { judgeExport } from './status.ts';

export async function reconcileExport(key: string, ports: Ports, registry: RegistrySource): Promise<Result> {
  const seen = observeExport(key, ports, registry);
  if (!seen || seen.nxe.metadata.deletionTimestamp || !hasAnswered(ports.directory)) return {};
  const { nxe, resolved, gateway } = seen;
  const actions =
    resolved.valid && !seen.isEnding
      ? planEnsureGateway(nxe.metadata.namespace!, resolved.gateway, needsOf(resolved), gateway)
      : [];
  const done = await apply(actions, ports);
  const { status, conditions, dropped } = judgeExport(seen, done.error);
  const toldAfterMs = await reportStatus(nxe, resources.exports, status, conditions, ports, dropped);
  // Somebody else made the gateway first: its arrival in the cache brings us back.
  if (done.error !== undefined && !isInTheWay(done.error)) throw done.error;
  // By then it is told that there is no backend.
  const backedAfterMs = !seen.isBacked && isStarting(nxe, seen.now) ? startMs : undefined;
  return lookAgainAfter(toldAfterMs, backedAfterMs);
}
