/** Flags of nexd, parsed as its command-line library does. */

type FlagKind = 'string' | 'bool' | 'int' | 'slice';

interface FlagSpec {
  readonly kind: FlagKind;
  readonly env?: string;
  /** Where it may stand; persistent ones also after the command. */
  readonly scope: 'persistent' | 'global' | 'proxy';
}

const flags: Readonly<Record<string, FlagSpec>> = {
  'listen-port': { kind: 'int', env: 'NEXD_LISTEN_PORT', scope: 'persistent' },
  'request-ip': { kind: 'string', env: 'NEXD_REQUESTED_IP', scope: 'persistent' },
  'local-endpoint-ip': { kind: 'string', env: 'NEXD_LOCAL_ENDPOINT_IP', scope: 'persistent' },
  'relay-only': { kind: 'bool', env: 'NEXD_RELAY_ONLY', scope: 'persistent' },
  username: { kind: 'string', env: 'NEXD_USERNAME', scope: 'persistent' },
  password: { kind: 'string', env: 'NEXD_PASSWORD', scope: 'persistent' },
  'insecure-skip-tls-verify': { kind: 'bool', env: 'NEXD_INSECURE_SKIP_TLS_VERIFY', scope: 'persistent' },
  'state-dir': { kind: 'string', env: 'NEXD_STATE_DIR', scope: 'persistent' },
  'stun-server': { kind: 'slice', env: 'NEXD_STUN_SERVER', scope: 'persistent' },
  'vpc-id': { kind: 'string', env: 'NEXD_VPC_ID', scope: 'persistent' },
  'service-url': { kind: 'string', env: 'NEXD_SERVICE_URL', scope: 'persistent' },
  'exit-node-client': { kind: 'bool', env: 'NEXD_EXIT_NODE_CLIENT', scope: 'persistent' },
  'security-group-id': { kind: 'string', env: 'NEXAPI_SECURITY_GROUP_ID', scope: 'persistent' },
  'reg-key': { kind: 'string', env: 'NEXD_REG_KEY', scope: 'persistent' },
  'unix-socket': { kind: 'string', scope: 'global' },
  ingress: { kind: 'slice', scope: 'proxy' },
  egress: { kind: 'slice', scope: 'proxy' },
};

const commands = ['proxy', 'version', 'router', 'relay', 'relayderp'];

/** A command line that nexd refuses; the text is what it says. */
export class UsageError extends Error {}

export interface CommandLine {
  readonly command: string | undefined;
  /** Positional arguments. */
  readonly args: readonly string[];
  /** Whether a flag or its variable is given. */
  isSet(name: string): boolean;
  string(name: string): string;
  bool(name: string): boolean;
  int(name: string): number;
  slice(name: string): string[];
}

function checked(name: string, { kind }: FlagSpec, value: string): string {
  const isValid =
    kind === 'int'
      ? /^-?\d+$/.test(value)
      : kind === 'bool'
        ? /^(true|false|1|0|t|f|TRUE|FALSE|True|False|T|F)$/.test(value)
        : true;
  if (!isValid) throw new UsageError(`invalid value "${value}" for flag -${name}: parse error`);
  return value;
}

/** Parses the arguments after the program's name. Throws `UsageError`. */
export function parseCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  let command: string | undefined;

  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (!argument.startsWith('-') || argument === '-') {
      if (command === undefined && args.length === 0 && commands.includes(argument)) command = argument;
      else args.push(argument);
      continue;
    }
    const [, name = '', inline] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(argument) ?? [];
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    const scope = command === undefined ? 'global' : command;
    if (flag === undefined || (flag.scope !== 'persistent' && flag.scope !== scope)) {
      throw new UsageError(`flag provided but not defined: -${name}`);
    }
    let value = inline;
    if (value === undefined && flag.kind === 'bool') value = 'true';
    if (value === undefined) {
      value = argv[++index];
      if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`);
    }
    values.set(name, [...(values.get(name) ?? []), checked(name, flag, value)]);
  }

  for (const [name, flag] of Object.entries(flags)) {
    const value = flag.env === undefined ? undefined : env[flag.env];
    if (value !== undefined && value !== '' && !values.has(name))
      values.set(name, [checked(name, flag, value)]);
  }
  const last = (name: string): string => values.get(name)?.at(-1) ?? '';
  return {
    command,
    args,
    isSet: name => values.has(name),
    string: last,
    bool: name => /^(1|t)/i.test(last(name)),
    int: name => Number(last(name)),
    // Each occurrence is split on commas once more.
    slice: name => (values.get(name) ?? []).flatMap(value => value.split(',')).map(value => value.trim()),
  };
}
