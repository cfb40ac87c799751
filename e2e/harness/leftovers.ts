/** What Nexodus holds of a namespace, for the stand-in and a real one alike. */

import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createNexodus, type Nexodus } from '../../controllers/nexodus/nexodus.ts';
import { silentLog } from '../../controllers/runtime/log.ts';
import type { Environment } from './environment.ts';
import { until } from './wait.ts';

/** A client of our own, as the user that the controllers use. `stop()` it. */
export async function nexodusOf({ nexodus }: Environment): Promise<Nexodus> {
  const { url, username, password, ca, hostIP } = nexodus;
  const lookup: LookupFunction = (host, options, callback) => {
    if (hostIP === undefined) return systemLookup(host, options, callback);
    if (options.all) return callback(null, [{ address: hostIP, family: 4 }]);
    return callback(null, hostIP, 4);
  };
  const client = createNexodus({
    url,
    ca,
    lookup,
    log: silentLog,
    credentials: { current: () => ({ username, password }), onChange: () => {} },
  });
  client.start();
  await until('the directory of the test is complete', () => client.directory.synced, { timeoutMs: 20_000 });
  return client;
}

export const withoutKey = 'without a key';

/**
 * Keys of the namespace's gateways, in any cluster, with their devices and what those publish; and devices of the
 * names of its own gateways that no key tells of. `namespace` may be the source of a regular expression.
 */
export async function leftovers(env: Environment, namespace: string): Promise<string[]> {
  const { directory, stop } = await nexodusOf(env);
  try {
    const keyed = new Set(directory.regKeys().map(({ deviceID }) => deviceID));
    const own = new RegExp(`^nexlink-(export|import)-${namespace}-\\d+$`);
    const described = new RegExp(`/${namespace}/`);
    const alone = directory.devices().filter(({ id, hostname }) => own.test(hostname) && !keyed.has(id));
    const keys = directory.regKeys().flatMap(({ description, deviceID }) => {
      if (!described.test(description)) return [];
      const device = deviceID === undefined ? undefined : directory.device(deviceID);
      const published = device ? directory.metadata(device.id) : undefined;
      return [
        `key ${description}`,
        ...(device ? [`device ${device.hostname} ${device.id}`] : []),
        ...(published === undefined ? [] : [`metadata of ${device!.hostname}`]),
      ];
    });
    return [...keys, ...alone.map(({ id, hostname }) => `device ${hostname} ${id} ${withoutKey}`)];
  } finally {
    await stop();
  }
}
