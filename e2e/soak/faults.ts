/** Brings faults about. */

import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Pod, Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { killControllers, system } from '../harness/controllers.ts';
import type { Environment } from '../harness/environment.ts';
import { NexodusUser } from '../harness/nexodus-user.ts';
import { Node } from '../harness/node.ts';
import type { SimControl } from '../harness/sim.ts';
import { until } from '../harness/wait.ts';
import { type ClusterName, type Fault, kindOf, links } from './plan.ts';
import { gatewayOf, space } from './space.ts';

const run = promisify(execFile);

/** The Service of a cluster that is exported under names of its own, beside those that carry traffic. */
export const changing = 'changing';

export interface Begun {
  /** When it had happened; ms since the epoch. */
  readonly done: number;
  /** When it is over and made good. */
  readonly over: Promise<void>;
}

export class Faults {
  readonly #env: Environment;
  readonly #mode: string | undefined;
  #count = 0;

  /** `mode`: a command that brings a Nexodus of one's own into the state that stands for `{}`: see {@link bring}. */
  constructor(env: Environment, mode?: string) {
    this.#env = env;
    this.#mode = mode;
  }

  /** Of those faults alone that take it. */
  get #sim(): SimControl {
    if (!this.#env.sim) throw new Error('this fault takes the stand-in, and NEXODUS is external');
    return this.#env.sim;
  }

  /** Has the command bring Nexodus into a state. */
  async bring(state: 'there' | 'frozen' | 'refusing'): Promise<void> {
    if (this.#mode !== undefined) await run('/bin/sh', ['-c', this.#mode.replaceAll('{}', state)]);
  }

  /** Resolves when it has happened; rejects when it could not be brought about. */
  async begin(fault: Fault): Promise<Begun> {
    const end = await this.#begin(fault);
    const done = Date.now();
    if (!end) return { done, over: Promise.resolve() };
    const over = sleep(fault.forMs).then(end);
    // Of a gateway, the next one waits; of Nexodus, others happen meanwhile.
    if (kindOf(fault.name).target !== 'Nexodus') await over;
    return { done, over };
  }

  /** Does it; returns how to end what lasts. */
  async #begin(fault: Fault): Promise<(() => Promise<void>) | undefined> {
    const { name, ordinal } = fault;
    switch (name) {
      case 'export gateway pod killed':
      case 'import gateway pod killed':
        return this.#killPod(fault);
      case 'export gateway nexd killed':
      case 'import gateway nexd killed':
        return this.#killContainer(fault, 'nexd');
      case 'export gateway agent killed':
      case 'import gateway agent killed':
        return this.#killContainer(fault, 'agent');
      case 'export gateway device deleted':
      case 'import gateway device deleted':
        return this.#deleteDevice(await this.#device(fault));
      case 'export gateway device cut': {
        const device = await this.#device(fault);
        await this.#sim.call('POST', `/devices/${device}/cut`);
        return () => this.#sim.call('POST', `/devices/${device}/heal`);
      }
      case 'metadata damaged': {
        const broken = [{ services: 'none' }, 'none', { services: [{ name: 7 }] }, null][this.#count++ % 4];
        const device = await this.#device(fault);
        return this.#asUser(user => user.putMetadata(device, broken));
      }
      case 'metadata deleted': {
        const device = await this.#device(fault);
        return this.#asUser(user => user.deleteMetadata(device));
      }
      case 'controllers killed':
        return this.#killControllers(fault);
      case 'API server killed':
        return this.#killAPIServer(fault);
      case 'watches of the API server reset':
        return this.#resetWatches(fault);
      case 'export created':
        return void (await this.#createExport(fault));
      case 'export changed':
        return this.#changeExport(fault);
      case 'export deleted':
        return this.#deleteExport(fault);
      case 'Nexodus down':
        if (!this.#env.sim) {
          await this.bring(ordinal ? 'refusing' : 'frozen');
          return () => this.bring('there');
        }
        await this.#sim.call('POST', '/api/down', { mode: ordinal ? 'refuse' : 'reset' });
        return () => this.#sim.call('POST', '/api/up');
      case 'Nexodus watches dropped':
        return void (await this.#sim.call('POST', '/watches/drop'));
      case 'Nexodus watches silent':
        await this.#sim.call('POST', '/watches/freeze');
        return () => this.#sim.call('POST', '/watches/thaw');
    }
  }

  async #deleteDevice(id: string): Promise<undefined> {
    if (!this.#env.sim) return this.#asUser(user => user.deleteDevice(id));
    await this.#sim.call('DELETE', `/devices/${id}`);
  }

  #cluster({ cluster }: Fault): Cluster {
    return this.#env[cluster!];
  }

  #gateway({ name }: Fault): string {
    return gatewayOf(kindOf(name).target === 'import gateway' ? 'import' : 'export');
  }

  async #pod(fault: Fault): Promise<Pod> {
    const name = `nexlink-${this.#gateway(fault)}-${fault.ordinal}`;
    const pod = await this.#cluster(fault).get<Pod>(resources.pods, space, name);
    if (!pod) throw new Error(`there is no pod ${name}`);
    return pod;
  }

  /**
   * By force. The kubelet ends its containers at once when it hears of the deletion; when its watch was away, and a list
   * only lacks the pod, as for any stop: nexd then carries the last connections for half a minute more.
   */
  async #killPod(fault: Fault): Promise<undefined> {
    const cluster = this.#cluster(fault);
    const pod = await this.#pod(fault);
    await cluster.remove(resources.pods, space, pod.metadata.name, 0);
    const node = new Node(cluster);
    await until(`nexd of pod ${pod.metadata.name} has ended`, async () => !(await node.runs(pod, 'nexd')), {
      timeoutMs: 120_000,
      everyMs: 250,
    });
  }

  async #killContainer(fault: Fault, container: string): Promise<undefined> {
    const pod = await this.#pod(fault);
    if (!(await new Node(this.#cluster(fault)).killContainer(pod, container)))
      throw new Error(`no container ${container} runs in pod ${pod.metadata.name}`);
  }

  async #device(fault: Fault): Promise<string> {
    const gateway = await this.#cluster(fault).gateway(space, this.#gateway(fault));
    const replica = gateway?.status?.replicas?.find(({ ordinal }) => ordinal === fault.ordinal);
    if (!replica?.deviceID)
      throw new Error(`replica ${fault.ordinal} of ${this.#gateway(fault)} has no device`);
    return replica.deviceID;
  }

  /** As somebody with the login; waits while Nexodus is down. */
  async #asUser(act: (user: NexodusUser) => Promise<void>): Promise<undefined> {
    await until('Nexodus takes a request', () => act(new NexodusUser(this.#env)).then(() => true), {
      timeoutMs: 60_000,
    });
  }

  async #killControllers(fault: Fault): Promise<undefined> {
    await killControllers(this.#cluster(fault));
  }

  /** Waits until it is back: while it is away, nobody could tell the nodes of a pod that ends. */
  async #killAPIServer(fault: Fault): Promise<undefined> {
    const cluster = this.#cluster(fault);
    await new Node(cluster).killAPIServer();
    await sleep(1000);
    await until('the API server is back', () => cluster.kubectl('get', '--raw', '/readyz'), {
      timeoutMs: 120_000,
      everyMs: 500,
    });
  }

  /** Of the controllers and of the gateways' agents. */
  async #resetWatches(fault: Fault): Promise<undefined> {
    const cluster = this.#cluster(fault);
    const pods = (
      await Promise.all([system, space].map(each => cluster.list<Pod>(resources.pods, each)))
    ).flat();
    const node = new Node(cluster);
    let closed = 0;
    for (const pod of pods) if (pod.status?.podIP) closed += await node.resetAPIConnections(pod);
    if (closed === 0) throw new Error('no connection to the API server was reset');
  }

  async #createExport(fault: Fault): Promise<string> {
    const name = `extra-${fault.cluster}-${this.#count++}`;
    await this.#cluster(fault).export(space, name, { service: changing, name });
    return name;
  }

  async #deleteExport(fault: Fault): Promise<undefined> {
    const cluster = this.#cluster(fault);
    const extra = (await cluster.list(resources.exports, space)).find(({ metadata }) =>
      metadata.name.startsWith('extra-'),
    );
    await cluster.remove(resources.exports, space, extra?.metadata.name ?? (await this.#createExport(fault)));
  }

  /** Another port of the Service behind it, so that its rules change everywhere. */
  async #changeExport(fault: Fault): Promise<undefined> {
    await putChanging(this.#env, fault.cluster!, 9000 + (this.#count++ % 100));
  }
}

/** The Service that changes; it leads to the same server as the one that carries traffic. */
export async function putChanging(env: Environment, name: ClusterName, port: number): Promise<void> {
  const app = links.find(({ exporters }) => exporters.includes(name))!.name;
  await env[name].writer.apply<Service>(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: changing, namespace: space },
    spec: { selector: { app }, ports: [{ name: 'http', port, targetPort: 8080 }] },
  } as Service);
}
