import { createSocket } from 'node:dgram';
import type { StateFile } from './state-file.ts';

/** The port the system gives for 0, or the wanted one; rejects when it is taken. */
function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', error => {
      socket.close();
      reject(error);
    });
    socket.bind(port, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

/** The WireGuard port: the flag's, else the one of the state if it is free, else a random one. */
export async function listenPort(wanted: number, stateFile: StateFile): Promise<number> {
  if (wanted !== 0) return wanted;
  const state = stateFile.load();
  if (state.port !== 0) {
    try {
      return await tryPort(state.port);
    } catch {
      // Taken by somebody else meanwhile.
    }
  }
  state.port = await tryPort(0);
  stateFile.store();
  return state.port;
}
