import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AccountSpec } from './auth/account.ts';
import { type ServerOptions, startServer } from './start.ts';

const usage = `nexodus-sim server: a stand-in for a Nexodus service, for tests only

Every option is also read from NEXODUS_SIM_<OPTION>, in capitals with underscores.
  --domain NAME            service domain (nexodus.test); serves NAME, api.NAME and auth.NAME
  --listen ADDRESS         address to bind (::)
  --https-port N           (8443)
  --http-port N            serve plain HTTP too
  --public-port N          port in the URLs told to clients (the HTTPS port)
  --control-port N         control endpoint, plain HTTP (8090)
  --stun-ports N,M         (3478,3479)
  --tls-cert FILE --tls-key FILE --tls-ca FILE   instead of a generated CA and certificate
  --ca-file FILE           where to write the CA certificate
  --users NAME:PASSWORD,…  accounts of the identity provider
  --access-token-seconds N (600)
  --rate-limit N           requests a user in 10 s (200); 0 for none
  --state FILE             keep users, keys, devices and metadata in this file
`;

const strings = [
  'domain',
  'listen',
  'https-port',
  'http-port',
  'public-port',
  'control-port',
  'stun-ports',
  'tls-cert',
  'tls-key',
  'tls-ca',
  'ca-file',
  'users',
  'access-token-seconds',
  'rate-limit',
  'state',
] as const;

type Option = (typeof strings)[number];

function readOptions(args: readonly string[]): (name: Option) => string | undefined {
  const parsed = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(strings.map(name => [name, { type: 'string' as const }])),
      help: { type: 'boolean' },
    },
  });
  const values: Readonly<Record<string, unknown>> = parsed.values;
  if (values['help'] === true) {
    process.stdout.write(usage);
    process.exit(0);
  }
  return name => {
    const fromFlag = values[name];
    const value =
      typeof fromFlag === 'string'
        ? fromFlag
        : process.env[`NEXODUS_SIM_${name.toUpperCase().replaceAll('-', '_')}`];
    return value === '' ? undefined : value;
  };
}

function accountsOf(text: string): AccountSpec[] {
  return text
    .split(',')
    .filter(item => item !== '')
    .map(item => {
      const at = item.indexOf(':');
      if (at < 1) throw new Error('--users: each account is NAME:PASSWORD');
      return { username: item.slice(0, at), password: item.slice(at + 1) };
    });
}

function serverOptions(option: (name: Option) => string | undefined): ServerOptions {
  const number = (name: Option, fallback: number): number => Number(option(name) ?? fallback);
  const file = (name: Option): string => readFileSync(option(name) ?? '', 'utf8');
  const limit = number('rate-limit', 200);
  const httpPort = option('http-port');
  const publicPort = option('public-port');
  const caFile = option('ca-file');
  const stateFile = option('state');
  return {
    domain: option('domain') ?? 'nexodus.test',
    host: option('listen') ?? '::',
    httpsPort: number('https-port', 8443),
    controlPort: number('control-port', 8090),
    stunPorts: (option('stun-ports') ?? '3478,3479').split(',').map(Number),
    accounts: accountsOf(option('users') ?? ''),
    accessTokenSeconds: number('access-token-seconds', 600),
    rateLimit: limit === 0 ? null : { limit, windowMs: 10_000 },
    ...(httpPort === undefined ? {} : { httpPort: Number(httpPort) }),
    ...(publicPort === undefined ? {} : { publicPort: Number(publicPort) }),
    ...(option('tls-cert') === undefined
      ? {}
      : {
          tls: {
            cert: file('tls-cert'),
            key: file('tls-key'),
            ca: option('tls-ca') === undefined ? '' : file('tls-ca'),
          },
        }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(stateFile === undefined ? {} : { stateFile }),
  };
}

function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...fields })}\n`);
}

const server = await startServer(serverOptions(readOptions(process.argv.slice(2))));
log('nexodus-sim: this is a stand-in for a Nexodus service, for tests; it is not Nexodus', {
  serviceUrl: server.serviceUrl,
  ports: server.ports,
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log('stopping', { signal });
    void server.close().then(() => process.exit(0));
  });
}
