export type Direction = 'ingress' | 'egress';
export type Protocol = 'tcp' | 'udp';

/** A proxy rule: what comes to a port goes to `host:port`. */
export interface Rule {
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly listenPort: number;
  readonly host: string;
  readonly port: number;
  /** Kept in the state. Rules from flags are not, and count as different ones. */
  readonly stored: boolean;
}

function parsePort(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(`invalid port (${text}): strconv.Atoi: parsing "${text}": invalid syntax`);
  }
  const port = Number(text);
  if (port < 1 || port > 65535) throw new Error(`invalid port (${port}): out of range 0-65535`);
  return port;
}

/** Splits `host:port`, the host in brackets if it has colons. */
function splitHostPort(text: string): { host: string; port: string } {
  const fail = (cause: string): Error =>
    new Error(`invalid destination host:port (${text}): address ${text}: ${cause}`);
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw fail('missing port in address');
  const host = text.slice(0, colon);
  const port = text.slice(colon + 1);
  if (host.startsWith('[')) {
    if (!host.endsWith(']')) throw fail("missing ']' in address");
    return { host: host.slice(1, -1), port };
  }
  if (host.includes(':')) throw fail('too many colons in address');
  return { host, port };
}

/** Reads `protocol:port:host:port`. Throws with nexd's text. */
export function parseRule(text: string, direction: Direction, stored: boolean): Rule {
  const parts = text.split(':');
  if (parts.length < 4) {
    throw new Error(`invalid proxy rule format, must specify 4 colon-separated values (${text})`);
  }
  const [protocolText = '', portText = '', ...rest] = parts;
  const protocol = protocolText.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp') throw new Error(`invalid protocol (${protocolText})`);
  const listenPort = parsePort(portText);
  const destination = splitHostPort(rest.join(':'));
  if (destination.host === '') {
    throw new Error(`invalid destination host:port (${rest.join(':')}): host cannot be empty`);
  }
  return {
    direction,
    protocol,
    listenPort,
    host: destination.host,
    port: parsePort(destination.port),
    stored,
  };
}

export function formatRule({ protocol, listenPort, host, port }: Rule): string {
  return `${protocol}:${listenPort}:${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function isSameRule(a: Rule, b: Rule): boolean {
  return a.direction === b.direction && a.stored === b.stored && formatRule(a) === formatRule(b);
}
