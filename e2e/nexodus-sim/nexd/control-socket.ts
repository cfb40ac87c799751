import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';

/** Methods of the service `NexdCtl`: each takes a text and gives one; what it throws is the error. */
export type ControlMethods = Readonly<Record<string, (argument: string) => string | Promise<string>>>;

interface Request {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
}

/** The first complete JSON value of a text and what follows it; undefined when it is not complete. */
function splitFirstObject(text: string): [string, string] | undefined {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) {
      return [text.slice(0, index + 1), text.slice(index + 1)];
    }
  }
  return undefined;
}

/** JSON-RPC 1.0 over a Unix socket, any number of requests a connection. */
export class ControlSocket {
  readonly #path: string;
  readonly #methods: ControlMethods;
  readonly #server: Server;

  constructor(path: string, methods: ControlMethods) {
    this.#path = path;
    this.#methods = methods;
    this.#server = createServer(socket => this.#serve(socket));
  }

  /** Listens, in place of a socket that was left there. Rejects when the path cannot be used. */
  async listen(): Promise<void> {
    // Node removes the file it was bound to whatever the exit; so it is bound elsewhere and moved.
    const bound = `${this.#path}.${process.pid}`;
    mkdirSync(dirname(this.#path), { recursive: true });
    rmSync(bound, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(bound, resolve);
    });
    renameSync(bound, this.#path);
  }

  /** Stops listening and removes the file; only a process that ends otherwise leaves it behind. */
  close(): void {
    this.#server.close();
    rmSync(this.#path, { force: true });
  }

  #serve(socket: Socket): void {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      text += String(chunk);
      for (let split = splitFirstObject(text); split !== undefined; split = splitFirstObject(text)) {
        text = split[1];
        void this.#answer(split[0], socket);
      }
      if (!/^\s*(\{|$)/.test(text)) socket.destroy();
    });
  }

  async #answer(text: string, socket: Socket): Promise<void> {
    let request: Request;
    try {
      request = JSON.parse(text) as Request;
    } catch {
      socket.destroy();
      return;
    }
    const reply = (result: string | null, error: string | null): void =>
      void socket.write(`${JSON.stringify({ id: request.id ?? null, result, error })}\n`);
    try {
      reply(await this.#call(String(request.method ?? ''), request.params), null);
    } catch (error) {
      reply(null, error instanceof Error ? error.message : String(error));
    }
  }

  #call(method: string, params: unknown): string | Promise<string> {
    const [service, name, ...rest] = method.split('.');
    if (name === undefined || rest.length > 0)
      throw new Error(`rpc: service/method request ill-formed: ${method}`);
    if (service !== 'NexdCtl') throw new Error(`rpc: can't find service ${method}`);
    const action = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
    if (action === undefined) throw new Error(`rpc: can't find method ${method}`);
    const argument: unknown = Array.isArray(params) ? params[0] : undefined;
    if (argument !== undefined && argument !== null && typeof argument !== 'string') {
      throw new Error(`json: cannot unmarshal ${typeof argument} into Go value of type string`);
    }
    return action(argument ?? '');
  }
}
