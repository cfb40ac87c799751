import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const magicCookie = 0x2112a442;

/** `address:port` in the XOR-MAPPED-ADDRESS of a STUN answer; undefined when there is none. */
export function mappedAddress(answer: Buffer): string | undefined {
  if (answer.length < 20 || answer.readUInt16BE(0) !== 0x0101) return undefined;
  for (let at = 20; at + 12 <= answer.length;) {
    const length = answer.readUInt16BE(at + 2);
    if (answer.readUInt16BE(at) === 0x0020 && answer.readUInt8(at + 5) === 1) {
      const port = answer.readUInt16BE(at + 6) ^ (magicCookie >>> 16);
      const value = (answer.readUInt32BE(at + 8) ^ magicCookie) >>> 0;
      return `${[24, 16, 8, 0].map(shift => (value >>> shift) & 0xff).join('.')}:${port}`;
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

/**
 * Asks a STUN server (`host:port`) from the WireGuard port for the address it sees. Rejects when
 * there is no answer in time.
 */
export function askStun(server: string, localPort: number, timeoutMs: number): Promise<string> {
  const colon = server.lastIndexOf(':');
  const host = server.slice(0, colon);
  const port = Number(server.slice(colon + 1));
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      settle();
    };
    const fail = (cause: string): void =>
      finish(() => reject(new Error(`failed to dial stun Server ${server}: ${cause}`)));
    const timer = setTimeout(() => fail('transaction is timed out'), timeoutMs);
    socket.once('error', error => fail(error.message));
    socket.on('message', answer => {
      const mapped = mappedAddress(answer);
      if (mapped !== undefined) finish(() => resolve(mapped));
    });
    socket.bind(localPort, () => {
      const request = Buffer.alloc(20);
      request.writeUInt16BE(0x0001, 0);
      request.writeUInt32BE(magicCookie, 4);
      randomBytes(12).copy(request, 8);
      socket.send(request, port, host, error => {
        if (error !== null) fail(error.message);
      });
    });
  });
}
