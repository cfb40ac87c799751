/** Keeps a NexlinkImport's gateway, Service and status as they should be. */

import { isEnding } from '../realm/realm.ts';
import { apply } from '../runtime/actions.ts';
import { Conflict } from '../runtime/errors.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { reportStatus } from '../runtime/report.ts';
import { resources } from '../runtime/resources.ts';
import { observeImport } from './observe.ts';
import { planImport } from './plan.ts';
import type { RegistrySource } from './registry.ts';
import { judgeImport } from './status.ts';

export async function reconcileImport(key: string, ports: Ports, registry: RegistrySource): Promise<Result> {
  const seen = observeImport(key, ports, registry);
  if (!seen || seen.nxi.metadata.deletionTimestamp) return {};
  if (isEnding(seen.nxi.metadata.namespace!, ports.caches)) return {};
  const done = await apply(planImport(seen), ports);
  const { status, conditions } = judgeImport(observeImport(key, ports, registry) ?? seen, done.error);
  await reportStatus(seen.nxi, resources.imports, status, conditions, ports);
  // A conflict is told in the status; it ends with a change of the object that is in the way.
  if (done.error !== undefined && !(done.error instanceof Conflict)) throw done.error;
  return {};
}
