/**
 * A plain machine of the mesh: nexd runs on it, Nexlink does not. Two containers share a network: the machine with its
 * own programs, and nexd, which can be stopped and started without them.
 */

import { afterAll } from '@jest/globals';
import { curl, tools } from './cluster.ts';
import { Container } from './container.ts';
import type { Environment } from './environment.ts';
import { NexodusUser } from './nexodus-user.ts';
import { until } from './wait.ts';

const socket = '/run/nexd/nexd.sock';
const certificates = '/ca.crt';

export interface MachineOptions {
  /** Default: its name. */
  readonly hostname?: string;
  /** Rules `protocol:port:host:port`: what comes to the tunnel addresses. 127.0.0.1 is the machine itself. */
  readonly ingress?: readonly string[];
  /** What programs of the machine send to its ports, into the mesh. */
  readonly egress?: readonly string[];
  /** The tunnel address to ask for. */
  readonly requestIP?: string;
  /** A script that the machine runs: its servers. */
  readonly shell?: string;
}

export class Machine {
  readonly name: string;
  readonly #env: Environment;
  readonly #user: NexodusUser;
  readonly #description: string;
  readonly #host: Container;
  readonly #nexd: Container;
  #identity = { id: '', ipv4: '', ipv6: '' };

  constructor(env: Environment, name: string) {
    this.name = name;
    this.#env = env;
    this.#user = new NexodusUser(env);
    this.#description = `e2e machine ${name}`;
    this.#host = new Container(name);
    this.#nexd = new Container(`${name}-nexd`);
  }

  /** The id of its Nexodus device. */
  get id(): string {
    return this.#identity.id;
  }

  get ipv4(): string {
    return this.#identity.ipv4;
  }

  get ipv6(): string {
    return this.#identity.ipv6;
  }

  /** What a program on the machine prints. */
  exec(...command: string[]): Promise<string> {
    return this.#host.exec(...command);
  }

  /** The body of a page. Rejects when nobody takes the connection within 3 s. */
  curl(url: string): Promise<string> {
    return this.exec(...curl, url);
  }

  /** Resolves when it is online. */
  async create(options: MachineOptions): Promise<void> {
    await this.remove(); // a run that was killed left it
    const { token, deviceID } = await this.#user.createRegKey(this.#description);
    await this.#runHost(options);
    await this.#runNexd(options, token);
    const { ipv4, ipv6 } = await until(
      `machine ${this.name} is online`,
      async () => {
        const device = await this.#user.device(deviceID);
        return device?.online ? device : undefined;
      },
      { everyMs: 500, explain: () => this.#nexd.logs() },
    );
    this.#identity = { id: deviceID, ipv4, ipv6 };
  }

  /** nexd ends, and the machine goes offline; its own programs go on. */
  stop(): Promise<void> {
    return this.#nexd.stop();
  }

  /** The same device again. */
  start(): Promise<void> {
    return this.#nexd.start();
  }

  /** Bytes that came from each other device so far, by its IPv4 tunnel address: who speaks to this machine. */
  async received(): Promise<Map<string, number>> {
    const { peers } = JSON.parse(await this.#ask('ListPeers')) as {
      peers: { [key: string]: { AllowedIPs: string[]; Rx: number } };
    };
    return new Map(
      Object.values(peers).map(({ AllowedIPs, Rx }) => [AllowedIPs[0]!.replace(/\/.*/, ''), Rx]),
    );
  }

  /** Its containers, then what Nexodus has of it: a nexd whose device is gone would ask without end. */
  async remove(): Promise<void> {
    await this.#nexd.remove();
    await this.#host.remove();
    await this.#user.forgetRegKeys(this.#description);
  }

  /** The names of the service are known to both, as they share /etc/hosts. */
  async #runHost({ hostname, shell }: MachineOptions): Promise<void> {
    const { url, hostIP } = this.#env.nexodus;
    const service = new URL(url).hostname;
    const hosts = hostIP === undefined ? [] : [service, `api.${service}`, `auth.${service}`];
    const options = [
      ...['--network', 'kind', '--hostname', hostname ?? this.name, '--volume', '/run/nexd'],
      ...hosts.flatMap(host => ['--add-host', `${host}:${hostIP}`]),
    ];
    await this.#host.run([...options, '--init'], tools, ['bash', '-c', shell ?? 'exec sleep infinity']);
  }

  async #runNexd({ ingress = [], egress = [], requestIP }: MachineOptions, token: string): Promise<void> {
    const { url, caFile, stunServers } = this.#env.nexodus;
    const options = [
      ...['--network', `container:${this.#host.name}`, '--volumes-from', this.#host.name],
      ...['--entrypoint', 'nexd', '--env', 'NEXD_REG_KEY'],
      ...(caFile === undefined ? [] : ['--env', `SSL_CERT_FILE=${certificates}`]),
    ];
    const command = [
      ...['--unix-socket', socket, '--state-dir', '/var/lib/nexd', '--listen-port', '51820'],
      ...['--service-url', url],
      ...(stunServers === '' ? [] : ['--stun-server', stunServers]),
      ...(requestIP === undefined ? [] : ['--request-ip', requestIP]),
      'proxy',
      ...ingress.flatMap(rule => ['--ingress', rule]),
      ...egress.flatMap(rule => ['--egress', rule]),
    ];
    await this.#nexd.run(options, this.#env.nexdImage, command, {
      env: { NEXD_REG_KEY: token },
      ...(caFile === undefined ? {} : { files: { [caFile]: certificates } }),
    });
  }

  /** An answer of nexd's control socket. */
  async #ask(method: string): Promise<string> {
    const question = JSON.stringify({ method: `NexdCtl.${method}`, params: [''], id: 1 });
    const answer = await this.exec('bash', '-c', `echo '${question}' | socat -t 5 - UNIX-CONNECT:${socket}`);
    const { result, error } = JSON.parse(answer) as { result: string | null; error: string | null };
    if (result === null) throw new Error(`nexd of ${this.name} refused ${method}: ${error}`);
    return result;
  }
}

/** Returns what makes machines for the tests of a file; all of them are gone at its end, with device and key. */
export function useMachines(env: Environment): (name: string, options?: MachineOptions) => Promise<Machine> {
  const machines: Machine[] = [];
  afterAll(() => Promise.all(machines.map(machine => machine.remove())), 60_000);
  return async (name, options = {}) => {
    const machine = new Machine(env, name);
    machines.push(machine);
    await machine.create(options);
    return machine;
  };
}
