import { readFileSync } from 'node:fs';

/** The recorded exchanges with a real Nexodus API server. */

export interface RecordedRequest {
  readonly auth?: 'kc' | 'rk' | 'rk1' | 'none' | 'bad' | 'badrk';
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  /** A form for the token endpoint, instead of the above. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface RecordedLine {
  readonly at_ms: number;
  readonly event: { readonly kind: string; readonly type: string; readonly value?: unknown };
}

export interface RecordedExchange {
  readonly name: string;
  readonly request: RecordedRequest;
  /** Of a watch: what was done while it was open. */
  readonly actions?: readonly { readonly at_ms: number; readonly what: string }[];
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly text?: string;
    readonly lines?: readonly RecordedLine[];
    readonly end?: string;
  };
}

export interface RecordedCall {
  readonly request: { readonly method: string; readonly params: readonly string[]; readonly id: number };
  /** The answer, or what became of the connection. */
  readonly response:
    | string
    | {
        readonly id: number;
        readonly result: string | null;
        readonly error: string | null;
        readonly result_parsed_example?: unknown;
      };
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8'));
}

export const recordedExchanges = (): RecordedExchange[] => load('exchanges.json') as RecordedExchange[];
export const recordedCalls = (): RecordedCall[] => load('control-socket.json') as RecordedCall[];

/**
 * The differences that are accepted, read from the table of the README, so that the list people
 * read is the one the tests use. Keys are `exchange: where`.
 */
export function acceptedDifferences(): string[] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('<!-- accepted differences -->');
  return section
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
    .filter(cells => cells.length === 5 && cells[1] !== 'Exchange' && !cells[1]?.startsWith('--'))
    .map(([, exchange, where]) => `${exchange}: ${where?.replaceAll('`', '')}`);
}
