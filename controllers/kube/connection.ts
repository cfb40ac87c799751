/** How an API server is reached, and who we are there. auth.ts and incluster.ts make one. */

/** What TLS needs. PEM text; `rejectUnauthorized: false` accepts any server. */
export interface TLSOptions {
  readonly ca?: string | Buffer | (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** What one request carries to be accepted. `headers` are secret. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TLSOptions;
  /** URL of an HTTP(S) proxy that leads to the server. */
  readonly proxy?: string;
}

export interface Connection {
  /** URL of the API server; its path, if any, is a prefix of every request. */
  readonly server: string;
  /** Credentials that are valid now. Asked before every request, so an answer may be remembered for seconds. */
  credentials(): Promise<Credentials>;
  /** Forgets what is remembered, because the server refused it: the next credentials are read anew. */
  renew(): void;
}
