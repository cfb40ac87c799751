import { hostname } from 'node:os';
import { Api, passwordLogin } from './api.ts';
import type { ApiDevice, ApiVpc } from './api-types.ts';
import { controlMethods, type Controlled } from './control-methods.ts';
import { ControlSocket } from './control-socket.ts';
import type { HttpTransport } from './http-transport.ts';
import { addInitialRules } from './initial-rules.ts';
import { listenPort } from './listen-port.ts';
import { localAddress } from './local-address.ts';
import type { Log } from './log.ts';
import { Mutex } from './mutex.ts';
import { NatDiscovery, type NatResult } from './nat-discovery.ts';
import { Proxies } from './proxies.ts';
import { deviceToken, register, wireguardKeys, type WireguardKeys } from './registration.ts';
import type { Settings } from './settings.ts';
import { StateFile } from './state-file.ts';
import type { Timings } from './timings.ts';
import { Tunnel } from './tunnel.ts';

const attempts = 4;

/** How far nexd has come; it decides what a signal to stop does. */
type Phase = 'starting' | 'registered' | 'reconciled';

/** nexd in proxy mode, from start to stop. */
export class Agent {
  readonly #settings: Settings;
  readonly #timings: Timings;
  readonly #transport: HttpTransport;
  readonly #log: Log;
  readonly #stateFile: StateFile;
  readonly #proxies: Proxies;
  readonly #proxyLock = new Mutex();
  #phase: Phase = 'starting';
  #status: 'Starting' | 'Running' = 'Starting';
  #port = 0;
  #nat: NatResult = { reflexiveAddress: undefined, isSymmetric: false };
  #tunnel: Tunnel | undefined;
  #control: ControlSocket | undefined;

  constructor(settings: Settings, timings: Timings, transport: HttpTransport, log: Log) {
    this.#settings = settings;
    this.#timings = timings;
    this.#transport = transport;
    this.#log = log;
    this.#stateFile = new StateFile(settings.stateDir);
    this.#proxies = new Proxies(log);
  }

  /** Runs the start sequence. Rejects with what makes nexd exit with status 1. */
  async start(): Promise<void> {
    this.#port = await listenPort(this.#settings.listenPort, this.#stateFile);
    const discovery = new NatDiscovery(this.#settings.stunServers, this.#timings, this.#log);
    const found = await discovery.discover(this.#port);
    this.#nat = { ...found, isSymmetric: found.isSymmetric || this.#settings.relayOnly };
    this.#stateFile.load();
    this.#stateFile.store();
    addInitialRules(this.#proxies, this.#settings, this.#stateFile.state);

    const release = await this.#proxyLock.lock();
    await this.#listenForControl();
    this.#log.info('Security Groups are not supported in userspace proxy mode');
    const api = await this.#login();
    this.#status = 'Running';
    const keys = wireguardKeys(this.#stateFile);
    const { vpc, securityGroupId } = await this.#findVpc(api);
    const local = this.#settings.localEndpointIp === '' ? localAddress() : this.#settings.localEndpointIp;
    const device = await this.#register(api, vpc, keys, securityGroupId, local);
    release();
    this.#phase = 'registered';

    const token = deviceToken(device, keys);
    const deviceApi = token === undefined ? api : new Api(this.#transport, token);
    this.#tunnel = new Tunnel({
      deviceId: device.id,
      vpcId: vpc.id,
      publicKey: keys.publicKey,
      localEndpoint: `${local}:${this.#port}`,
      listenPort: this.#port,
      nat: this.#nat,
      token: token ?? '',
      api: deviceApi,
      transport: this.#transport,
      listeners: this.#proxies,
      discovery,
      timings: this.#timings,
      log: this.#log,
    });
    await this.#tunnel.firstReconcile();
    this.#phase = 'reconciled';
    this.#proxies.start(this.#tunnel.mesh);
    this.#tunnel.follow();
  }

  async #listenForControl(): Promise<void> {
    const controlled: Controlled = {
      log: this.#log,
      stateFile: this.#stateFile,
      proxies: this.#proxies,
      proxyLock: this.#proxyLock,
      status: () => this.#status,
      peers: () => this.#tunnel?.peers,
      mesh: () => this.#tunnel?.mesh,
      symmetricNat: () => this.#nat.isSymmetric,
    };
    this.#control = new ControlSocket(this.#settings.unixSocket, controlMethods(controlled));
    try {
      await this.#control.listen();
    } catch (error) {
      throw new Error(`CtlServerStart(): ${(error as Error).message}`);
    }
  }

  /** Four attempts at what the real one tries four times. */
  async #retry<Result>(warning: string, action: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        this.#log.warn(`${warning} - retrying: ${(error as Error).message}`);
        if (attempt === attempts) throw error;
        await new Promise(resolve => setTimeout(resolve, this.#timings.retryMs));
      }
    }
  }

  async #login(): Promise<Api> {
    const { credentials } = this.#settings;
    if (credentials.kind === 'regKey') return new Api(this.#transport, credentials.token);
    const token = await this.#retry('client api error', () => passwordLogin(this.#transport, credentials));
    this.#stateFile.state['auth-token'] = token;
    this.#stateFile.store();
    return new Api(this.#transport, token.access_token);
  }

  async #findVpc(api: Api): Promise<{ vpc: ApiVpc; securityGroupId: string }> {
    if (this.#settings.credentials.kind === 'regKey') {
      try {
        const key = await api.ownRegKey();
        return { vpc: await api.vpc(key.vpc_id), securityGroupId: key.security_group_id ?? '' };
      } catch (error) {
        throw new Error(`could not fetch registration settings: ${(error as Error).message}`);
      }
    }
    const user = await this.#retry('get user error', () => api.me());
    const vpcId = this.#settings.vpcId === '' ? user.id : this.#settings.vpcId;
    const vpc = await this.#retry('get vpc error', () => api.vpc(vpcId));
    return { vpc, securityGroupId: this.#settings.securityGroupId };
  }

  async #register(
    api: Api,
    vpc: ApiVpc,
    keys: WireguardKeys,
    securityGroupId: string,
    local: string,
  ): Promise<ApiDevice> {
    const registration = {
      vpc,
      publicKey: keys.publicKey,
      hostname: hostname(),
      endpoints: [
        { source: 'local', address: `${local}:${this.#port}` },
        { source: 'stun:', address: this.#nat.reflexiveAddress ?? 'invalid AddrPort' },
      ],
      symmetricNat: this.#nat.isSymmetric,
      securityGroupId,
      requestIp: this.#settings.requestIp,
    };
    try {
      const { device, how } = await this.#retry('device join error', () => register(api, registration));
      this.#log.info(`${how} with UUID: [ ${device.id} ] into vpc: [ ${vpc.id} (${vpc.description}) ]`);
      return device;
    } catch (error) {
      throw new Error(`join error ${(error as Error).message}`);
    }
  }

  /**
   * What a signal to stop does: during the start nexd fails; before the first reconcile it panics;
   * later it stops listening and resolves when the last connection is over.
   */
  async stop(): Promise<void> {
    if (this.#phase === 'starting') throw new Error('context canceled');
    if (this.#phase === 'registered')
      this.#log.panic('runtime error: invalid memory address or nil pointer dereference');
    this.#log.info('Stopping nexd');
    this.#control?.close();
    this.#tunnel?.stopFollowing();
    await this.#proxies.stop();
  }
}
