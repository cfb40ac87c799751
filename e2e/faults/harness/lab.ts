/** What all worlds of a test file share: an API server with etcd, and certificates of Nexodus. */

import { KubeClient } from '../../../controllers/kube/client.ts';
import { installCRDs, startAPIServer, type TestAPIServer } from '../../../hack/test/apiserver.ts';
import { freePorts } from '../../../hack/test/free-ports.ts';
import { testConnection } from '../../../hack/test/connection.ts';
import { generateCertificates, serverNames } from '../../nexodus-sim/server/tls/certificates.ts';
import { Mirror } from './mirror.ts';
import { World, type WorldOptions } from './world.ts';

export const domain = 'nexodus.test';

export class Lab {
  readonly apiserver: TestAPIServer;
  readonly client: KubeClient;
  readonly mirror: Mirror;
  /** The port of Nexodus for every controller: it stands in the templates of pods. */
  readonly nexodusPort: number;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly #stop: AbortController;
  #world: World | undefined;

  private constructor(
    apiserver: TestAPIServer,
    client: KubeClient,
    mirror: Mirror,
    nexodusPort: number,
    stop: AbortController,
  ) {
    this.apiserver = apiserver;
    this.client = client;
    this.mirror = mirror;
    this.nexodusPort = nexodusPort;
    this.#stop = stop;
    const { caCert, serverCert, serverKey } = generateCertificates(serverNames(domain));
    this.tls = { ca: caCert, cert: serverCert, key: serverKey };
  }

  /** `serviceAddresses`: the range of cluster IPs. */
  static async start(serviceAddresses?: string): Promise<Lab> {
    const apiserver = await startAPIServer(serviceAddresses);
    await installCRDs(apiserver);
    const client = new KubeClient(testConnection(apiserver.kubeconfig), { maxInFlight: 64 });
    const stop = new AbortController();
    const mirror = await Mirror.start(client, stop.signal);
    const [port] = await freePorts(1);
    return new Lab(apiserver, client, mirror, port!, stop);
  }

  /** A new world; the one before it, if a test left it behind, is removed. */
  async world(options: WorldOptions = {}): Promise<World> {
    await this.#world?.remove();
    return (this.#world = await World.create(this, options));
  }

  async stop(): Promise<void> {
    await this.#world?.remove();
    this.#stop.abort();
    await this.client.close();
    await this.apiserver.stop();
  }
}
