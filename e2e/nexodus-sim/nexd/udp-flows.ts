/** A flow without a datagram in either direction for this time is forgotten. */
const flowIdleMs = 60_000;

/** Flows by the client's address and port, each with its idle timer. */
export class Flows<Flow extends { close(): void }> {
  readonly #flows = new Map<string, { readonly flow: Flow; readonly timer: NodeJS.Timeout }>();

  get(client: string): Flow | undefined {
    const entry = this.#flows.get(client);
    entry?.timer.refresh();
    return entry?.flow;
  }

  add(client: string, flow: Flow): Flow {
    const timer = setTimeout(() => this.end(client), flowIdleMs);
    this.#flows.set(client, { flow, timer });
    return flow;
  }

  find(matches: (flow: Flow) => boolean): string | undefined {
    for (const [client, { flow }] of this.#flows) if (matches(flow)) return client;
    return undefined;
  }

  end(client: string): void {
    const entry = this.#flows.get(client);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#flows.delete(client);
    entry.flow.close();
  }

  endAll(): void {
    for (const client of [...this.#flows.keys()]) this.end(client);
  }
}
