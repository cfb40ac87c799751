/** What the agent says about its replica. Pure. */

import type { GatewayPeer, GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { TunnelAddresses } from './nexd.ts';
import type { FarEnd } from './probes.ts';
import type { Programmed } from './program.ts';
import type { Reserve } from './standing.ts';

/** Everything that is known at one moment. */
export interface Observed {
  /** The last known addresses; they stay for the life of a device. */
  readonly tunnel: TunnelAddresses;
  /** Why nexd cannot be used now; undefined when it can. */
  readonly trouble?: string | undefined;
  /** Revision of the wanted rules, and why there are none, or not the latest. */
  readonly revision?: string | undefined;
  readonly rulesTrouble?: string | undefined;
  /** Which run of nexd it is. */
  readonly run?: string;
  /** What nexd got of the wanted rules; undefined before it was given them. */
  readonly programmed?: Programmed | undefined;
  readonly peers: readonly GatewayPeer[];
  /** What the probes know. */
  readonly farEnds?: readonly FarEnd[];
  /** The far ends of each port of imports. */
  readonly ports: readonly (readonly string[])[];
  /** Ports, as `TCP/80`, that are closed, and through which connections of before go on. */
  readonly lingering?: readonly string[];
  /** Why new connections are left to others. */
  readonly reserve?: Reserve | undefined;
  /** Bytes have come through the tunnels since nexd started. */
  readonly isProved?: boolean;
  /** The pod is being stopped. */
  readonly stopping?: boolean;
  /** It has just started: what is missing is no trouble yet. */
  readonly starting?: boolean;
}

/** Who reports. */
export interface Reporter {
  readonly ordinal: number;
  readonly podUID: string;
  readonly deviceID: string;
}

/** The longest message, and the most ports, that the API takes. */
const maxMessage = 1024;
const maxPorts = 2000;

/** Whether traffic can be sent here: nexd runs, has its tunnel address and every wanted rule that is valid. */
export const isReady = ({ tunnel, trouble, programmed, stopping }: Observed): boolean =>
  !stopping &&
  trouble === undefined &&
  tunnel.ipv4 !== undefined &&
  programmed !== undefined &&
  programmed.missing.length === 0;

/** Whether new connections are to come here. */
export const carriesTraffic = (observed: Observed): boolean =>
  isReady(observed) && observed.reserve === undefined;

/** The replica's entry in the gateway's status. */
export function replicaOf(reporter: Reporter, observed: Observed): GatewayReplica {
  const { tunnel, revision, peers, programmed: { closed = [], kept = [] } = {} } = observed;
  const ready = isReady(observed);
  const message = messageFor(observed);
  return {
    ...reporter,
    ...(tunnel.ipv4 === undefined ? {} : { tunnelIPv4: tunnel.ipv4 }),
    ...(tunnel.ipv6 === undefined ? {} : { tunnelIPv6: tunnel.ipv6 }),
    ...(ready && revision !== undefined ? { appliedRevision: revision } : {}),
    ready,
    ...(ready && observed.isProved ? { proof: 'Given' as const } : {}),
    ...(ready && observed.reserve?.why === 'unproved' ? { proof: 'Waiting' as const } : {}),
    ...(message === '' || (observed.starting && !ready) ? {} : { message }),
    ...(closed.length > 0 ? { closedPorts: closed.slice(0, maxPorts) } : {}),
    ...(kept.length > 0 ? { keptPorts: kept.slice(0, maxPorts) } : {}),
    ...(observed.lingering?.length ? { lingeringPorts: observed.lingering.slice(0, maxPorts) } : {}),
    peers: [...peers],
  };
}

function messageFor(observed: Observed): string {
  if (observed.stopping) return 'The pod is being stopped.';
  const parts = [observed.trouble, observed.rulesTrouble];
  if (observed.reserve?.why === 'better')
    parts.push(
      `replica ${observed.reserve.ordinal} reaches far ends that do not answer here, so that new connections go there`,
    );
  const { missing = [], surplus = [], refused = [] } = observed.programmed ?? {};
  if (missing.length) parts.push(`nexd did not take ${list(missing)}; it is tried again; see its log`);
  if (refused.length)
    parts.push(
      `not given to nexd: ${list(refused.map(({ kind, text, flaw }) => `${kind} ${text}, as ${flaw}`))}; correct the export or import, or see the log of container nexd`,
    );
  if (surplus.length)
    parts.push(
      `nexd keeps ${list(surplus)}, which nobody wants: take rules out of its command line in spec.podTemplate`,
    );
  const text = parts.filter(part => part !== undefined).join('. ');
  return text.length > maxMessage ? `${text.slice(0, maxMessage - 1)}…` : text;
}

/** The first three, and how many more. */
const list = (items: readonly string[]): string =>
  items.slice(0, 3).join('; ') + (items.length > 3 ? ` and ${items.length - 3} more` : '');
