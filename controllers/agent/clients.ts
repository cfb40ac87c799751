/**
 * Who may use the ports of imports, as far as it ends connections: when the clients of a port change, everybody's are
 * ended, and those who still may connect anew. The cluster's network takes up the changed NetworkPolicy a moment later,
 * so that those are ended too which came meanwhile.
 */

import { flawOf } from '../proxy/nexd-rule.ts';
import { portKeyOf } from '../proxy/reconcile-rules.ts';
import type { Rule } from '../proxy/rules.ts';

/** So long a network may take until it enforces a policy. */
const settleMs = 5_000;

export class ClientsOfPorts {
  readonly #clients = new Map<string, { readonly digest: string | undefined; readonly changedAt: number }>();

  /** From now on these rules say who may use which port. */
  follow(egress: readonly Rule[], now: number): void {
    const valid = egress.filter(rule => flawOf('egress', rule) === undefined);
    const digests = new Map(valid.map(rule => [portKeyOf({ kind: 'egress', ...rule }), rule.clients]));
    for (const port of this.#clients.keys()) if (!digests.has(port)) this.#clients.delete(port);
    for (const [port, digest] of digests) {
      const before = this.#clients.get(port);
      if (!before) this.#clients.set(port, { digest, changedAt: -Infinity });
      else if (before.digest !== digest) this.#clients.set(port, { digest, changedAt: now });
    }
  }

  /** Whether what is open at a port since then has to end: at once, and once more when the policy is in force. */
  hasToEnd(port: string, since: number, now: number): boolean {
    const { changedAt = -Infinity } = this.#clients.get(port) ?? {};
    return since <= changedAt || (now >= changedAt + settleMs && since <= changedAt + settleMs);
  }
}
