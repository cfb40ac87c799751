import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';

const bindingRequest = 0x0001;
const bindingResponse = 0x0101;
const xorMappedAddress = 0x0020;
const magicCookie = 0x2112a442;

/** The answer to a STUN binding request (RFC 5389); undefined when it is not one. */
export function stunAnswer(request: Buffer, address: string, port: number): Buffer | undefined {
  if (request.length < 20 || request.readUInt16BE(0) !== bindingRequest) return undefined;
  if (request.readUInt32BE(4) !== magicCookie) return undefined;
  const ipv4 = address.replace(/^::ffff:/, '');
  if (!isIPv4(ipv4)) return undefined;
  const answer = Buffer.alloc(32);
  answer.writeUInt16BE(bindingResponse, 0);
  answer.writeUInt16BE(12, 2);
  request.copy(answer, 4, 4, 20);
  answer.writeUInt16BE(xorMappedAddress, 20);
  answer.writeUInt16BE(8, 22);
  answer.writeUInt8(1, 25);
  answer.writeUInt16BE(port ^ (magicCookie >>> 16), 26);
  const value = ipv4.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0);
  answer.writeUInt32BE((value ^ magicCookie) >>> 0, 28);
  return answer;
}

/** Two STUN servers in one: nexd compares the answers of two to find symmetric NAT. */
export class StunResponders {
  enabled = true;
  readonly #sockets: Socket[] = [];

  /** Binds one responder a port (0: any) and returns the ports. */
  async listen(ports: readonly number[], host: string): Promise<number[]> {
    for (const port of ports) {
      const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
      socket.on('message', (request, from) => {
        const answer = this.enabled ? stunAnswer(request, from.address, from.port) : undefined;
        if (answer !== undefined) socket.send(answer, from.port, from.address);
      });
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(port, host, resolve);
      });
      this.#sockets.push(socket);
    }
    return this.#sockets.map(socket => socket.address().port);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
