import { Agent, type RequestOptions, request as httpsRequest } from 'node:https';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { LookupFunction } from 'node:net';

/** An answer that is not a success. */
export class HttpError extends Error {
  readonly status: number;
  /** The JSON of the body, if it is JSON. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, isJson: boolean, text: string) {
    // The real client can name the status of a JSON answer only.
    super(isJson ? `${status} ${STATUS_CODES[status] ?? ''}`.trim() : 'undefined response type');
    this.status = status;
    this.body = parseObject(text);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether an answer says that it is JSON. */
export function isJson(response: IncomingMessage): boolean {
  return /json/.test(response.headers['content-type'] ?? '');
}

/** HTTPS to the API: trust, host names, one pooled connection. */
export class HttpTransport {
  readonly #baseUrl: string;
  readonly #connectOptions: RequestOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });

  constructor(baseUrl: string, ca: string, lookup: LookupFunction) {
    this.#baseUrl = baseUrl;
    this.#connectOptions = { ca, lookup };
  }

  /** Sends a request and resolves with the head of the answer. Rejects when the connection fails. */
  open(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
    options: { readonly pooled: boolean; readonly signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(new URL(url, this.#baseUrl), {
        ...this.#connectOptions,
        agent: options.pooled ? this.#agent : false,
        method,
        headers: { 'user-agent': 'nexd/dev (linux; amd64)', ...headers },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      request.once('error', reject);
      request.once('response', resolve);
      request.end(body);
    });
  }

  /** A request with a JSON answer. Throws `HttpError` on any status above 299. */
  async json(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<unknown> {
    const response = await this.open(method, url, headers, body, { pooled: true });
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (status > 299) throw new HttpError(status, isJson(response), text);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The text of an answer that was opened. */
  readonly readText = readText;
}
