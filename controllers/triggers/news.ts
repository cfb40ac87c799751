/** Pure: what of a gateway is news to the exports and imports that it carries. */

import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { RulesMap } from '../gateway/rules-map.ts';
import { claimKey } from '../proxy/ports.ts';
import { sameJSON } from '../runtime/compare.ts';
import { conditionOf } from '../runtime/conditions.ts';
import type { User } from './users.ts';

/** Whether it does not say of its generation that it is ready. */
function isNotReady({ metadata, status }: User): boolean {
  const ready = conditionOf(status?.conditions, 'Ready');
  return ready?.status !== 'True' || ready.observedGeneration !== metadata.generation;
}

/** Who has ports in a gateway's rules, and may wait for a pod that has them. */
export const waitsForPods =
  ({ portsOf }: RulesMap) =>
  (user: User): boolean =>
    isNotReady(user) && portsOf(user.metadata.uid).length > 0;

/** Uids of those whose ports, or where they lead, are others now. */
export function changedOwners(before: RulesMap, now: RulesMap): ReadonlySet<string> {
  const [was, is] = [placesIn(before), placesIn(now)];
  return new Set([...was.keys(), ...is.keys()].filter(owner => was.get(owner) !== is.get(owner)));
}

const places = new WeakMap<RulesMap, ReadonlyMap<string, string>>();

/** The ports of each owner and where they lead, as one text. */
function placesIn(map: RulesMap): ReadonlyMap<string, string> {
  const known = places.get(map);
  if (known) return known;
  const texts = new Map<string, string>();
  for (const port of map.ports)
    texts.set(
      port.owner,
      `${texts.get(port.owner) ?? ''}${claimKey(port)} ${port.gatewayPort} ${map.targetsOf(port).join()};`,
    );
  places.set(map, texts);
  return texts;
}

/** Whether a pod of the gateway has these rules. */
export const hasTakenOver = (gateway: NexlinkGateway | undefined, { revision }: RulesMap): boolean =>
  gateway?.status?.replicas?.some(({ appliedRevision }) => appliedRevision === revision) ?? false;

export const appliedBy = ({ status }: NexlinkGateway) =>
  status?.replicas?.map(({ ordinal, appliedRevision }) => ({ ordinal, appliedRevision }));

/** Whether a gateway's status is the same in all that exports and imports go by, but for the rules that pods have. */
export const sameNews = ({
  object,
  previous,
}: {
  object: NexlinkGateway;
  previous: NexlinkGateway;
}): boolean => sameJSON(newsIn(object), newsIn(previous));

/**
 * Not the numbers of pods: its users count for themselves, by reports, pods and rules. Programmed tells them of trouble
 * alone.
 */
const newsIn = ({ status }: NexlinkGateway) => ({
  replicas: status?.replicas?.map(replica => ({
    ...replica,
    message: undefined,
    appliedRevision: undefined,
  })),
  conditions: status?.conditions
    ?.filter(
      ({ type, status, reason }) => type !== 'Programmed' || (status === 'False' && reason !== 'Pending'),
    )
    .map(condition => ({ ...condition, lastTransitionTime: undefined })),
});
