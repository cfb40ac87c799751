import { createHash } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Small services and clients at both ends of the mesh. */

export interface Target {
  readonly port: number;
  readonly connections: () => number;
  close(): Promise<void>;
}

const closers: (() => unknown)[] = [];

/** Closes everything that was opened here, whether its test passed or not. */
export async function closeEverything(): Promise<void> {
  await Promise.all(closers.splice(0).map(close => close()));
}

function listening(server: Server, sockets: Set<Socket>): Promise<Target> {
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise(done => server.close(() => done()));
  };
  closers.push(close);
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ port: (server.address() as AddressInfo).port, connections: () => sockets.size, close }),
    );
  });
}

/** A TCP service. */
export function serve(onConnection: (socket: Socket) => void): Promise<Target> {
  return listening(createServer({ allowHalfOpen: true }, onConnection), new Set());
}

export const echo = (): Promise<Target> => serve(socket => socket.pipe(socket));
/** Answers each chunk with a fixed text before it. */
export const named = (name: string): Promise<Target> =>
  serve(socket => socket.on('data', data => socket.write(`${name}:${data.toString()}`)));

export function udpEcho(): Promise<{ readonly port: number }> {
  const socket = createSocket('udp4');
  closers.push(() => socket.close());
  socket.on('message', (data, from) => socket.send(data, from.port, from.address));
  return new Promise(resolve => {
    socket.bind(0, '127.0.0.1', () => resolve({ port: socket.address().port }));
  });
}

/** nexd listens a moment after it has said that it has a rule. */
const listensWithinMs = 1_000;

export async function dial(port: number, host?: string): Promise<Socket> {
  const end = performance.now() + listensWithinMs;
  for (;;) {
    try {
      return await dialOnce(port, host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || performance.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

function dialOnce(port: number, host = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, allowHalfOpen: true });
    closers.push(() => socket.destroy());
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** WireGuard repeats a handshake that was lost after five seconds, and TCP what it sent meanwhile, ever more seldom. */
const silentMs = 20_000;

/** The next bytes of a socket; rejects when it ends or stays silent. */
export function next(socket: Socket, timeoutMs = silentMs): Promise<string> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      settle();
    };
    const onData = (data: Buffer): void => finish(() => resolve(data.toString()));
    const onEnd = (): void => finish(() => reject(new Error('closed')));
    const timer = setTimeout(() => finish(() => reject(new Error('silent'))), timeoutMs);
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
  });
}

/** Connects, says something, and gives the answer. */
export async function ask(port: number, text: string, host?: string, timeoutMs?: number): Promise<string> {
  const socket = await dial(port, host);
  try {
    socket.write(text);
    return await next(socket, timeoutMs);
  } finally {
    socket.destroy();
  }
}

/** Sends datagrams until one comes back. */
export function askUdp(port: number, text: string, timeoutMs = silentMs): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: UdpSocket = createSocket('udp4');
    const finish = (settle: () => void): void => {
      clearInterval(again);
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const send = (): void => socket.send(text, port, '127.0.0.1');
    const again = setInterval(send, 200);
    const timer = setTimeout(() => finish(() => reject(new Error('silent'))), timeoutMs);
    socket.on('message', data => finish(() => resolve(data.toString())));
    send();
  });
}

export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
