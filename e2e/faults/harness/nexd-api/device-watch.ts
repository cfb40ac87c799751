import type { Api } from './api.ts';
import type { ApiDevice, WatchEvent } from './api-types.ts';

interface Position {
  gtRevision: number;
  atTail: boolean;
}

/** How an attempt to follow the devices ended. */
export type WatchEnd =
  /** The stream broke in the middle: connect again at once. */
  { readonly kind: 'cut' } | { readonly kind: 'failed'; readonly error: Error };

/**
 * Follows the devices of the VPC on `/api/events`, with the device's own token, which also keeps
 * it online. The position survives reconnects.
 */
export class DeviceWatch {
  readonly devices = new Map<string, ApiDevice>();
  readonly #api: Api;
  readonly #vpcId: string;
  readonly #changed: () => void;
  readonly #device: Position = { gtRevision: 0, atTail: false };
  readonly #metadata: Position = { gtRevision: 0, atTail: false };
  readonly #stop = new AbortController();

  /** @param changed called when devices came or went, from the first complete list on */
  constructor(api: Api, vpcId: string, changed: () => void) {
    this.#api = api;
    this.#vpcId = vpcId;
    this.#changed = changed;
  }

  /** Whether the list has been complete once. */
  get isComplete(): boolean {
    return this.#device.atTail;
  }

  /** Opens one stream and reads it to its end. `opened` is called when it stands. */
  async run(opened: () => void): Promise<WatchEnd> {
    let received = false;
    try {
      const response = await this.#api.openEvents(this.#watches(), this.#stop.signal);
      received = true;
      opened();
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) {
        text += chunk as string;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) this.#receive(JSON.parse(part) as WatchEvent);
      }
      return { kind: 'failed', error: new Error('EOF') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (received && code === 'ECONNRESET') return { kind: 'cut' };
      return { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #watches(): unknown[] {
    const watch = (kind: string, { gtRevision, atTail }: Position, options: object): unknown => ({
      kind,
      gt_revision: gtRevision,
      at_tail: atTail,
      options: { 'vpc-id': this.#vpcId, ...options },
    });
    return [watch('device', this.#device, {}), watch('device-metadata', this.#metadata, { key: 'relay' })];
  }

  #receive(event: WatchEvent): void {
    if (event.type === 'error') {
      throw new Error(String((event.value as { error?: unknown } | undefined)?.error));
    }
    const position = event.kind === 'device' ? this.#device : this.#metadata;
    if (event.type === 'tail') position.atTail = true;
    const value = event.value as ApiDevice | undefined;
    if (value !== undefined) position.gtRevision = Math.max(position.gtRevision, value.revision);
    if (event.kind !== 'device') return;
    if (value !== undefined && event.type === 'change') this.devices.set(value.id, value);
    if (value !== undefined && event.type === 'delete') this.devices.delete(value.id);
    if (this.isComplete) this.#changed();
  }
}
