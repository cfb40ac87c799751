/** The node of a kind cluster: from its container, so that nothing in the cluster has to agree. */

import { messageOf } from '../../controllers/runtime/errors.ts';
import type { Pod } from '../../controllers/runtime/objects.ts';
import type { Cluster } from './cluster.ts';
import { Container } from './container.ts';

const table = 'inet nexlink-cut';
const ctr = ['ctr', '--namespace', 'k8s.io'];
const containerOf = ({ metadata }: Pod, container: string) =>
  `labels."io.kubernetes.pod.uid"==${metadata.uid},labels."io.kubernetes.container.name"==${container}`;

export class Node {
  readonly #container: Container;

  constructor({ name }: Cluster) {
    this.#container = new Container(`${name}-control-plane`);
  }

  /** From now on nothing comes in or goes out, also of connections that are open; within the node all goes on. */
  async cut(): Promise<void> {
    // One transaction. Before everything that tells connections apart, and after everything else.
    await this.#nft(
      `add table ${table}`,
      `add chain ${table} in { type filter hook prerouting priority -500; }`,
      `add chain ${table} out { type filter hook postrouting priority 500; }`,
      `add rule ${table} in iifname "eth0" drop`,
      `add rule ${table} out oifname "eth0" drop`,
    );
  }

  /** Resolves when nothing was cut, too. */
  async heal(): Promise<void> {
    await this.#nft(`add table ${table}`, `delete table ${table}`);
  }

  /** The load of the last minute, as the kernel counts it. */
  async load(): Promise<number> {
    return Number((await this.read('/proc/loadavg')).split(' ')[0]);
  }

  /** SIGKILL, as when it runs out of memory. Returns whether it ran. */
  async killContainer(pod: Pod, container: string): Promise<boolean> {
    return this.signal('SIGKILL', pod, container);
  }

  /** Sends a signal to the container's first process. Returns whether it ran. */
  async signal(signal: string, pod: Pod, container: string): Promise<boolean> {
    return this.#signal(signal, containerOf(pod, container));
  }

  async runs(pod: Pod, container: string): Promise<boolean> {
    return (await this.#tasks(containerOf(pod, container))).length > 0;
  }

  /** The id of the container's first process among those of the node. */
  async pid(pod: Pod, container: string): Promise<number> {
    const [task] = await this.#tasks(containerOf(pod, container));
    if (!task) throw new Error(`container ${container} of ${pod.metadata.name} does not run`);
    return task.pid;
  }

  /** The text of files of the node, one after the other. */
  read(...files: string[]): Promise<string> {
    return this.#container.exec('cat', ...files);
  }

  /** Lines of nf_conntrack: connections through this node of which only the SYN was seen. */
  unansweredSYNs(): Promise<string> {
    return this.#container.exec('sh', '-c', 'grep SYN_SENT /proc/net/nf_conntrack || true');
  }

  /** SIGKILL; the kubelet starts it again. */
  async killAPIServer(): Promise<void> {
    if (!(await this.#signal('SIGKILL', 'labels."io.kubernetes.container.name"==kube-apiserver')))
      throw new Error(`no kube-apiserver runs on ${this.#container.name}`);
  }

  /** Resets the connections that the pod has to the API server: both ends hear of it. Returns how many. */
  async resetAPIConnections({ status }: Pod): Promise<number> {
    const closed = await this.#container.exec(
      'ss',
      '--kill',
      '--tcp',
      'dst',
      status!.podIP!,
      'sport',
      '=',
      ':6443',
    );
    return closed.split('\n').filter(line => line.includes(':6443')).length;
  }

  async #signal(signal: string, filter: string): Promise<boolean> {
    let reached = 0;
    for (const { id } of await this.#tasks(filter))
      await this.#container.exec(...ctr, 'tasks', 'kill', '--signal', signal, id).then(
        () => reached++,
        // It has ended by itself meanwhile.
        (error: unknown) => {
          if (!/not found/.test(messageOf(error))) throw error;
        },
      );
    return reached > 0;
  }

  /** What runs of the containers that the filter fits. */
  async #tasks(filter: string): Promise<{ id: string; pid: number }[]> {
    const ids = (await this.#container.exec(...ctr, 'containers', 'ls', '--quiet', filter)).split('\n');
    const tasks = (await this.#container.exec(...ctr, 'tasks', 'ls')).split('\n');
    return tasks.flatMap(line => {
      const [id = '', pid, status] = line.split(/\s+/);
      return ids.includes(id) && status === 'RUNNING' ? [{ id, pid: Number(pid) }] : [];
    });
  }

  async #nft(...commands: string[]): Promise<void> {
    await this.#container.exec('nft', commands.join('; '));
  }
}
