import { connect, type Socket } from 'node:net';
import type { MeshStream } from './mesh-stream.ts';

/**
 * The two directions of nexd's TCP proxy. Its end of a connection follows the side that opened
 * it: when that one is done, both sides are closed, and a reply in flight is lost. When the other
 * side is done, the opener is not told; it learns on its next write.
 */

/** Writes to a socket and gives the window back as the bytes leave. */
function forward(chunk: Buffer, socket: Socket, stream: MeshStream): void {
  socket.write(chunk, () => stream.consumed(chunk.length));
}

/**
 * Egress: a client of the pod network goes into the mesh.
 *
 * @returns resolves when the connection is over
 */
export function pipeIntoMesh(client: Socket, dial: () => MeshStream): Promise<void> {
  return new Promise(resolve => {
    let farSide: 'open' | 'closed' | 'broken' = 'open';
    let isOpen = false;
    // Nothing is read, not even the client's end, before somebody is there to take it.
    client.pause();
    const stream = dial();
    stream.handler = {
      opened: () => {
        isOpen = true;
        client.resume();
      },
      data: chunk => forward(chunk, client, stream),
      drained: () => client.resume(),
      ended: how => {
        farSide = how === 'closed' ? 'closed' : 'broken';
        if (!isOpen) client.destroy();
      },
    };
    client.on('data', chunk => {
      if (farSide === 'broken') client.destroy();
      // As with TCP, the first write after the other side's end is what breaks the connection.
      else if (farSide === 'closed') farSide = 'broken';
      else if (!stream.write(chunk)) client.pause();
    });
    client.on('end', () => client.destroySoon());
    client.on('error', () => undefined);
    client.once('close', () => {
      stream.close();
      resolve();
    });
  });
}

/**
 * Ingress: a connection of the mesh goes to `host:port`, whose name is looked up each time.
 *
 * @returns resolves when the connection is over
 */
export function pipeOutOfMesh(stream: MeshStream, host: string, port: number): Promise<void> {
  return new Promise(resolve => {
    let targetIsDead = false;
    let isConnected = false;
    let isOver = false;
    const early: Buffer[] = [];
    const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      stream.close();
      resolve();
    };
    stream.handler = {
      opened: () => undefined,
      data: chunk => {
        if (targetIsDead) {
          stream.reset();
          finish();
        } else if (isConnected) forward(chunk, target, stream);
        else early.push(chunk);
      },
      drained: () => target.resume(),
      ended: how => {
        if (how === 'reset') target.destroy();
        else target.destroySoon();
        finish();
      },
    };
    target.once('connect', () => {
      isConnected = true;
      for (const chunk of early.splice(0)) forward(chunk, target, stream);
    });
    target.on('data', chunk => {
      if (!stream.write(chunk)) target.pause();
    });
    target.on('error', () => {
      targetIsDead = true;
      if (isConnected && target.writableLength === 0) return;
      // Bytes that nobody took turn the close into a reset.
      if (early.length > 0) stream.reset();
      finish();
    });
  });
}
