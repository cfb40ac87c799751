/** Wakes watches when a table of a VPC has changed. Signals coalesce until they are looked at. */
export class Signals {
  readonly #subscriptions = new Map<string, Set<Subscription>>();

  subscribe(name: string, wake: () => void): Subscription {
    const subscription = new Subscription(wake, () => this.#subscriptions.get(name)?.delete(subscription));
    const others = this.#subscriptions.get(name) ?? new Set();
    this.#subscriptions.set(name, others.add(subscription));
    return subscription;
  }

  notify(name: string): void {
    for (const subscription of this.#subscriptions.get(name) ?? []) subscription.raise();
  }
}

export class Subscription {
  #raised = false;
  readonly #wake: () => void;
  readonly close: () => void;

  constructor(wake: () => void, close: () => void) {
    this.#wake = wake;
    this.close = close;
  }

  raise(): void {
    this.#raised = true;
    this.#wake();
  }

  /** Whether it was raised since the last call. */
  take(): boolean {
    const raised = this.#raised;
    this.#raised = false;
    return raised;
  }
}

export const deviceSignal = (vpcId: string): string => `/devices/vpc=${vpcId}`;
export const metadataSignal = (vpcId: string): string => `/metadata/vpc=${vpcId}`;
export const vpcSignal = (vpcId: string): string => `/vpc=${vpcId}`;
export const securityGroupSignal = (vpcId: string): string => `/security-groups/vpc=${vpcId}`;
