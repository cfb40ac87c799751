/** What happens to the node of a kind cluster: from its container, so that nothing in the cluster has to agree. */

import type { Pod } from '../../controllers/runtime/objects.ts';
import type { Cluster } from './cluster.ts';
import { Container } from './container.ts';

const table = 'inet nexlink-cut';

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

  /** SIGKILL, as when it runs out of memory. Returns whether it ran. */
  async killContainer(pod: Pod, container: string): Promise<boolean> {
    return this.#kill(
      `labels."io.kubernetes.pod.uid"==${pod.metadata.uid},labels."io.kubernetes.container.name"==${container}`,
    );
  }

  /** SIGKILL; the kubelet starts it again. */
  async killAPIServer(): Promise<void> {
    if (!(await this.#kill('labels."io.kubernetes.container.name"==kube-apiserver')))
      throw new Error(`no kube-apiserver runs on ${this.#container.name}`);
  }

  /** Resets the connections that the pod has to the API server: both ends hear of it. */
  async resetAPIConnections({ status }: Pod): Promise<void> {
    await this.#container.exec('ss', '--kill', '--tcp', 'dst', status!.podIP!, 'sport', '=', ':6443');
  }

  async #kill(filter: string): Promise<boolean> {
    const ctr = ['ctr', '--namespace', 'k8s.io'];
    const ids = (await this.#container.exec(...ctr, 'containers', 'ls', '--quiet', filter)).split('\n');
    const tasks = (await this.#container.exec(...ctr, 'tasks', 'ls')).split('\n');
    const running = ids.filter(
      id => id && tasks.some(line => line.startsWith(id) && line.endsWith('RUNNING')),
    );
    for (const id of running) await this.#container.exec(...ctr, 'tasks', 'kill', '--signal', 'SIGKILL', id);
    return running.length > 0;
  }

  async #nft(...commands: string[]): Promise<void> {
    await this.#container.exec('nft', commands.join('; '));
  }
}
