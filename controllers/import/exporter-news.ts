/** Pure: which exporters an import lost or found, for its events. */

import type { Exporter, NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from '../runtime/conditions.ts';
import { show } from '../metadata/values.ts';

export interface ExporterNews {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ExporterLost' | 'ExporterFound';
  readonly note: string;
}

/**
 * What is different between the exporters in the import's status and those that it has `now`. Of a new import
 * (`isStarting`), or one whose spec asks for others than before, none are lost or found: they are its first.
 */
export function exporterNews(
  { metadata, status }: NexlinkImport,
  now: readonly Exporter[],
  isStarting: boolean,
): ExporterNews[] {
  const known = status?.exporters;
  const judged = conditionOf(status?.conditions, 'Ready')?.observedGeneration;
  if (!known || judged !== metadata.generation) return [];
  const before = new Map(known.map(exporter => [exporter.deviceID, exporter]));
  const after = new Map(now.map(exporter => [exporter.deviceID, exporter]));
  return [
    ...known.flatMap(exporter =>
      after.has(exporter.deviceID) || exporter.lostSince !== undefined
        ? []
        : lost(`${nameOf(exporter)} no longer exports it.`),
    ),
    ...now.flatMap(exporter => {
      const old = before.get(exporter.deviceID);
      if (!old) return isStarting ? [] : found(`${nameOf(exporter)} exports it.`);
      if (old.lostSince === undefined && exporter.lostSince !== undefined)
        return lost(`${nameOf(exporter)} can no longer be reached (${exporter.state}).`);
      if (old.lostSince !== undefined && exporter.lostSince === undefined)
        return found(`${nameOf(exporter)} can be reached again.`);
      return [];
    }),
  ];
}

const lost = (note: string): ExporterNews => ({ type: 'Warning', reason: 'ExporterLost', note });
const found = (note: string): ExporterNews => ({ type: 'Normal', reason: 'ExporterFound', note });

const nameOf = ({ cluster, hostname, address }: Exporter): string =>
  `${cluster === undefined ? 'Device' : `Cluster "${cluster}", device`} ${show(hostname)} at ${address},`;
