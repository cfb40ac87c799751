import type { RegistrySource } from './import/registry.ts';
import { show } from './metadata/values.ts';
import type { KubeObject } from './runtime/kube.ts';
import type { Ports } from './runtime/ports.ts';

/**
 * Tells of metadata that cannot be used, in an event and the log: it belongs to a device of somebody else, so that
 * there is no object of ours to show it. The counts are in the metric nexlink_directory_invalid_records.
 */
export function reportInvalidRecords(
  { directory, events, log }: Pick<Ports, 'directory' | 'events' | 'log'>,
  registry: RegistrySource,
  about: KubeObject,
): void {
  const reported = new Map<string, string>();
  directory.onChange(({ deviceIDs }) => {
    for (const id of deviceIDs) {
      const device = directory.device(id);
      const problems = device ? (registry.record(id)?.problems ?? []) : [];
      const text = problems.slice(0, 3).join('; ');
      if (text === (reported.get(id) ?? '')) continue;
      if (text === '') {
        reported.delete(id);
        continue;
      }
      reported.set(id, text);
      log.warn('metadata of a device cannot be used', { device: id, problems });
      events.event(
        about,
        'Warning',
        'InvalidMetadata',
        `Device ${show(device!.hostname)} (${id}) publishes metadata that cannot be used: ${text}. The rest of it is used. Whoever runs the device can correct its key nexlink.`,
      );
    }
  });
}
