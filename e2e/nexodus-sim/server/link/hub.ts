import type { Duplex } from 'node:stream';

/** The link is an upgrade of a request for this path of the API host, with the device's token. */
export const linkPath = '/sim/link';
export const linkProtocol = 'nexodus-sim-link';

/**
 * Tells the stand-in's nexd processes whether their tunnels are cut: one JSON line on connecting, and one for each
 * change.
 */
export class LinkHub {
  /** The connections of each device; two for a moment when its nexd was started again. */
  readonly #links = new Map<string, Set<Duplex>>();
  readonly #cut = new Set<string>();

  /** Takes over the connection of a nexd process that proved to be this device. */
  accept(deviceId: string, connection: Duplex): void {
    const links = this.#links.get(deviceId) ?? new Set();
    this.#links.set(deviceId, links.add(connection));
    connection.on('error', () => undefined);
    connection.once('close', () => {
      links.delete(connection);
      if (links.size === 0 && this.#links.get(deviceId) === links) this.#links.delete(deviceId);
    });
    // Nothing comes, but without reading the end is not seen.
    connection.resume();
    this.#tell(deviceId, connection);
  }

  #tell(deviceId: string, connection: Duplex): void {
    connection.write(`${JSON.stringify({ cut: this.#cut.has(deviceId) })}\n`);
  }

  #tellAll(deviceId: string): void {
    for (const connection of this.#links.get(deviceId) ?? []) this.#tell(deviceId, connection);
  }

  /** From now on the device's nexd drops every packet of its tunnel, in both directions. */
  cut(deviceId: string): void {
    this.#cut.add(deviceId);
    this.#tellAll(deviceId);
  }

  heal(deviceId: string): void {
    if (this.#cut.delete(deviceId)) this.#tellAll(deviceId);
  }

  cutDevices(): string[] {
    return [...this.#cut];
  }

  linkedDevices(): string[] {
    return [...this.#links.keys()];
  }

  close(): void {
    for (const links of this.#links.values()) for (const connection of links) connection.destroy();
  }
}
