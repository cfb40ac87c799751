import type { Duplex } from 'node:stream';
import { relayStreamBit } from '../../relay/frames.ts';
import type { Device } from '../store/rows.ts';
import type { RelayStream } from './relay-stream.ts';

/** The relay connection of one nexd process. */
export class Peer {
  readonly deviceId: string;
  readonly vpcId: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly sink: Duplex;
  /** By their id on this connection. */
  readonly streams = new Map<number, RelayStream>();
  /** What it was told last of who can be reached. */
  presence = '';
  #nextStreamId = 0;

  constructor(device: Device, sink: Duplex) {
    this.deviceId = device.id;
    this.vpcId = device.vpcId;
    this.ipv4 = device.ipv4;
    this.ipv6 = device.ipv6;
    this.sink = sink;
  }

  owns(address: string): boolean {
    return address === this.ipv4 || address === this.ipv6;
  }

  /** This device's address of the same family as the given one. */
  addressLike(address: string): string {
    return address.includes(':') ? this.ipv6 : this.ipv4;
  }

  newStreamId(): number {
    this.#nextStreamId = (this.#nextStreamId + 1) & 0x7fffffff;
    return (this.#nextStreamId | relayStreamBit) >>> 0;
  }
}
