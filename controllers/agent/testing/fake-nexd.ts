/** For tests: nexd's control socket, with rules in memory and the failures that the real one has. */

import { createServer, type Server, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { parseProxyList } from '../../proxy/nexd-rule.ts';
import { portKeyOf } from '../../proxy/reconcile-rules.ts';

interface Request {
  readonly method: string;
  readonly params: readonly [string];
  readonly id: number;
}

export class FakeNexd {
  ipv4 = '100.64.0.9';
  ipv6 = '200::9';
  /** Lines of its list, such as `--egress tcp:1:100.64.0.2:80`. */
  rules: string[] = [];
  /** Tunnel address → health. */
  peers: Record<string, boolean> = {};
  /** Methods that do not answer. */
  readonly silent = new Set<string>();
  /** Rules that end it, although they look valid. */
  readonly deadly = new Set<string>();
  /** Rules of its command line: they cannot be removed. */
  readonly fixed = new Set<string>();
  /** Every call that changed rules, as `add egress tcp:…`. */
  readonly changes: string[] = [];
  /** What must never happen to it. */
  readonly harm: string[] = [];
  readonly path: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string) {
    this.path = path;
  }

  async start(): Promise<void> {
    await rm(this.path, { force: true });
    this.#server = createServer(socket => this.#serve(socket));
    await new Promise<void>(resolve => this.#server!.listen(this.path, resolve));
  }

  /** Ends it, as a crash does. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    socket.once('data', data => {
      const request = JSON.parse(String(data)) as Request;
      const name = request.method.replace('NexdCtl.', '');
      if (this.silent.has(name)) return;
      const answer = (result: string | null, error: string | null) =>
        socket.write(`${JSON.stringify({ id: request.id, result, error })}\n`);
      try {
        const result = this.#call(name, request.params[0]);
        if (result === undefined) void this.stop();
        else answer(result, null);
      } catch (error) {
        answer(null, (error as Error).message);
      }
    });
  }

  /** Undefined: it ends. */
  #call(name: string, argument: string): string | undefined {
    switch (name) {
      case 'GetTunnelIPv4':
        return this.ipv4;
      case 'GetTunnelIPv6':
        return this.ipv6;
      case 'ProxyList':
        return this.rules.map(rule => `${rule}\n`).join('');
      case 'ListPeers':
        return JSON.stringify({
          peers: Object.fromEntries(
            Object.entries(this.peers).map(([address, Healthy]) => [
              address,
              { AllowedIPs: [`${address}/${address.includes(':') ? 128 : 32}`], Healthy },
            ]),
          ),
        });
    }
    const [, change = '', kind = ''] = /^Proxy(Add|Remove)(Ingress|Egress)$/.exec(name) ?? [];
    if (change === '') throw new Error(`rpc: can't find method NexdCtl.${name}`);
    return this.#change(change.toLowerCase(), `--${kind.toLowerCase()} ${argument}`, argument);
  }

  #change(change: string, line: string, text: string): string | undefined {
    const [rule] = parseProxyList(line).rules;
    if (!rule || (change === 'add' && this.deadly.has(text))) {
      if (!rule) this.harm.push(`invalid rule: ${line}`);
      return undefined;
    }
    this.changes.push(`${change} ${line.slice(2)}`);
    const has = this.rules.includes(line);
    if (change === 'add') {
      if (has) throw new Error('port already in use by another proxy rule');
      this.rules = [...this.rules, line];
      return `Added ${rule.kind} proxy rule: ${text}\n`;
    }
    if (!has || this.fixed.has(text)) throw new Error(`no matching ${rule.kind} proxy rule found: ${text}`);
    this.rules = this.rules.filter(other => other !== line);
    const left = parseProxyList(this.rules.join('\n')).rules;
    if (!left.some(other => portKeyOf(other) === portKeyOf(rule)))
      this.harm.push(`last rule removed: ${line}`);
    return `Removed ingress proxy rule: ${text}\n`;
  }
}
