/** Pure: what exporters of one name say differently, and in which words that is told. */

import type { ServiceOffer } from '../metadata/record.ts';
import { show } from '../metadata/values.ts';

/** What one exporter says. */
export interface Statement {
  readonly exporter: { readonly cluster: string | undefined; readonly device: { readonly hostname: string } };
  readonly service: ServiceOffer;
}

type Reason = 'PortConflict' | 'SessionAffinityConflict';

interface Dispute {
  readonly reason: Reason;
  readonly field: (service: ServiceOffer) => string;
  readonly value: (service: ServiceOffer) => string;
  /** What makes them agree. */
  readonly remedy: string;
}

const portOf = ({ protocol, servicePort }: ServiceOffer) => `${protocol.toUpperCase()} ${servicePort}`;

/** One name of a port, other numbers. */
export const portNameDispute: Dispute = {
  reason: 'PortConflict',
  field: ({ portName }) => `the port name "${portName}"`,
  value: portOf,
  remedy: 'give the ports the same number, or other names',
};

/** One port, other application protocols. */
export const protocolDispute: Dispute = {
  reason: 'PortConflict',
  field: service => `the appProtocol of ${portOf(service)}`,
  value: ({ appProtocol }) => appProtocol!,
  remedy: 'give the port the same appProtocol',
};

export const affinityDispute: Dispute = {
  reason: 'SessionAffinityConflict',
  field: () => 'the session affinity',
  value: ({ affinitySeconds }) => (affinitySeconds === 0 ? 'None' : `ClientIP for ${affinitySeconds} s`),
  remedy: 'give the Services the same session affinity',
};

/** Something that two exporters say differently. */
export interface Disagreement {
  readonly reason: Reason;
  readonly winner: Statement;
  readonly loser: Statement;
  readonly field: string;
  /** What the two say. */
  readonly won: string;
  readonly lost: string;
  readonly remedy: string;
}

/** Collects disagreements, each once for a field and a cluster. */
export class Disputes {
  readonly #found = new Map<string, Disagreement>();

  add({ reason, field, value, remedy }: Dispute, winner: Statement, loser: Statement): void {
    if (isSameExport(winner, loser)) return;
    const about = field(loser.service);
    const key = `${about} ${value(loser.service)} ${originOf(loser)}`;
    if (this.#found.has(key)) return;
    const values = { won: value(winner.service), lost: value(loser.service) };
    this.#found.set(key, { reason, winner, loser, field: about, ...values, remedy });
  }

  /** Those about ports come first, as they keep clients from a port. */
  sorted(): Disagreement[] {
    const all = [...this.#found.values()];
    const isPort = ({ reason }: Disagreement) => reason === 'PortConflict';
    return [...all.filter(isPort), ...all.filter(each => !isPort(each))];
  }
}

/** Replicas of one gateway, of which one has not yet said what is new. */
const isSameExport = (a: Statement, b: Statement): boolean =>
  a.exporter.cluster !== undefined &&
  a.exporter.cluster === b.exporter.cluster &&
  a.service.namespace === b.service.namespace &&
  a.service.created === b.service.created;

/** Who says something, for people. */
export const originOf = ({ exporter: { cluster, device } }: Statement): string =>
  cluster === undefined ? `device ${show(device.hostname)}` : `cluster "${cluster}"`;
