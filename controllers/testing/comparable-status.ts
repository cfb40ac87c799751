/** A status as two runs that end alike have it. */

import type { Condition } from '../../api/v1alpha1/meta.ts';

export interface Status {
  readonly conditions?: readonly Condition[];
  /** A gateway's reports, or how many pods something has. */
  readonly replicas?: unknown;
}

/** A status without what differs between equal ends: the order of lists, numbers of generations, restarts. */
export function comparableStatus(status: Status | undefined, generation: number | undefined): unknown {
  return (
    status && {
      ...status,
      ...(Array.isArray(status.replicas) && {
        replicas: (status.replicas as { ordinal: number }[]).toSorted((a, b) => a.ordinal - b.ordinal),
      }),
      ...(status.conditions && {
        conditions: status.conditions
          .map(({ observedGeneration, ...condition }) => ({
            ...condition,
            current: observedGeneration === undefined || observedGeneration === generation,
          }))
          .sort((a, b) => (a.type < b.type ? -1 : 1)),
      }),
      // How often nexd had to be started says nothing about where things stand.
      ...('containerStatuses' in status && { containerStatuses: 'masked' }),
    }
  );
}
