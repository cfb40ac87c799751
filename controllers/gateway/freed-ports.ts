/**
 * Pure: ports that were given up and are not free yet. Who sends to a port hears late that it was: importers follow
 * the metadata, nodes the Services, and pods take over rules one after the other. Were it somebody else's at once, what
 * is meant for the one would reach the other. So it stays in the record, and is nobody's, while anyone is known to send
 * there, and for a while after, as not all are known.
 */

import { portKey, type AssignedPort, type ListenPort } from '../proxy/ports.ts';
import type { SeenGateway } from './observe.ts';

/** How long nobody must have been known to send there. */
export const freeAfterMs = 10_000;

export interface FreedPort {
  readonly port: AssignedPort;
  /** Whether anyone is known to send there, or may without our knowing. */
  readonly isUsed: boolean;
}

/** Those ports of the record that no claim has, for which `isClaimed` is false. */
export function freedPorts(
  seen: SeenGateway,
  recorded: readonly AssignedPort[],
  isClaimed: (port: AssignedPort) => boolean,
): FreedPort[] {
  return [...recorded.filter(port => !isClaimed(port)), ...seen.rules.freed]
    .map((port): FreedPort => ({ port: { ...port, freed: true }, isUsed: isUsed(seen, port) }))
    .filter(({ port, isUsed }) => isUsed || (seen.quietPorts.get(portKey(port)) ?? 0) < freeAfterMs);
}

/** Importers send to what is published; nodes and late pods to what some pod has rules for. */
function isUsed(seen: SeenGateway, port: ListenPort): boolean {
  const { synced, publishedPorts } = seen.nexodus;
  if (seen.gateway.spec.direction === 'Export') return !synced || publishedPorts.has(portKey(port));
  return seen.rules.targetsOf(port).length > 0 || !haveLetGo(seen, port);
}

/**
 * Whether every pod has said that its nexd has the rules of now, and kept none for the port. One that has not said
 * which rules it has begins with those of now.
 */
const haveLetGo = ({ rules, pods, reports }: SeenGateway, port: ListenPort): boolean =>
  [...pods].every(([ordinal, { metadata }]) => {
    const report = reports.get(ordinal);
    if (report?.podUID !== metadata.uid || report?.appliedRevision === undefined) return true;
    return report.appliedRevision === rules.revision && !report.keptPorts?.includes(portKey(port));
  });

/** Since when nobody is known to send to the freed ports of each gateway. A restart of the controller forgets it. */
export class QuietPorts {
  readonly #since = new Map<string, ReadonlyMap<string, number>>();

  /** For how long, in ms, by port. */
  of(gateway: string, now: number): ReadonlyMap<string, number> {
    return new Map([...(this.#since.get(gateway) ?? [])].map(([port, since]) => [port, now - since]));
  }

  /** Takes note of those that are freed now; returns in how many ms the next one is free. */
  note(gateway: string, freed: readonly FreedPort[], now: number): number | undefined {
    const before = this.#since.get(gateway);
    const quiet = freed.flatMap(({ port, isUsed }) => (isUsed ? [] : [portKey(port)]));
    const since = new Map(quiet.map(port => [port, before?.get(port) ?? now]));
    if (since.size === 0) {
      this.#since.delete(gateway);
      return undefined;
    }
    this.#since.set(gateway, since);
    return Math.min(...since.values()) + freeAfterMs - now;
  }

  forget(gateway: string): void {
    this.#since.delete(gateway);
  }
}
