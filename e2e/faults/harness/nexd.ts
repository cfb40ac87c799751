/** What a nexd does at Nexodus: it registers its device, and is online while it follows the others. */

import type { LookupFunction } from 'node:net';
import type { RunningServer } from '../../nexodus-sim/server/start.ts';
import { Api } from './nexd-api/api.ts';
import type { ApiDevice } from './nexd-api/api-types.ts';
import { DeviceWatch } from './nexd-api/device-watch.ts';
import { HttpTransport } from './nexd-api/http-transport.ts';
import { deviceToken, register } from './nexd-api/registration.ts';

export interface NexdKeys {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly regKey: string;
  readonly requestedIP?: string | undefined;
}

/** The stand-in itself, not through a proxy. */
export interface NexodusAddress {
  readonly server: RunningServer;
  readonly lookup: LookupFunction;
}

const retryMs = 100;

export class Nexd {
  readonly device: ApiDevice;
  readonly #watch: DeviceWatch;
  #stopped = false;

  private constructor(device: ApiDevice, watch: DeviceWatch) {
    this.device = device;
    this.#watch = watch;
  }

  /** Registers the device, or takes over the one that has its WireGuard key. Rejects as nexd exits. */
  static async start({ server }: NexodusAddress, hostname: string, keys: NexdKeys): Promise<Nexd> {
    const url = `https://api.${server.domain}:${server.ports.https}`;
    const transport = new HttpTransport(url, server.ca, server.lookup);
    const api = new Api(transport, keys.regKey);
    const { vpc_id: vpcID } = await api.ownRegKey();
    const vpc = await api.vpc(vpcID);
    const device = await register(api, {
      vpc,
      publicKey: keys.publicKey,
      hostname,
      endpoints: [
        { source: 'local', address: '10.0.0.1:51820' },
        { source: 'stun:one.test:3478', address: '203.0.113.7:51820' },
      ],
      requestIp: keys.requestedIP ?? '',
    });
    const token = deviceToken(device, keys.privateKey) ?? '';
    const watch = new DeviceWatch(new Api(transport, token), vpc.id, () => {});
    const nexd = new Nexd(device, watch);
    const { promise, resolve } = Promise.withResolvers<void>();
    void nexd.#follow(resolve);
    await promise;
    return nexd;
  }

  /** As when its process ends. */
  stop(): void {
    this.#stopped = true;
    this.#watch.stop();
  }

  async #follow(opened: () => void): Promise<void> {
    while (!this.#stopped) {
      await this.#watch.run(opened);
      opened();
      if (!this.#stopped) await new Promise(resolve => setTimeout(resolve, retryMs).unref());
    }
  }
}
