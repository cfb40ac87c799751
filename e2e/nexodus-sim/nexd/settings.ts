import { isIP, isIPv6 } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, UsageError } from './command-line.ts';

const defaultServiceUrl = 'https://try.nexodus.io';
const defaultStunServers = [
  'stun.l.google.com:19302',
  'stun1.l.google.com:19302',
  'stun2.l.google.com:19302',
  'stun3.l.google.com:19302',
  'stun4.l.google.com:19302',
];

/** Who nexd logs in as. */
export type Credentials =
  | { readonly kind: 'regKey'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

export interface Settings {
  /** `https://api.<service>`, without a path. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly vpcId: string;
  readonly securityGroupId: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly stateDir: string;
  readonly unixSocket: string;
  readonly stunServers: readonly string[];
  /** 0: a random one, kept in the state. */
  readonly listenPort: number;
  readonly localEndpointIp: string;
  readonly requestIp: string;
  readonly relayOnly: boolean;
  readonly ingress: readonly string[];
  readonly egress: readonly string[];
}

interface DefaultPaths {
  readonly stateDir: string;
  readonly unixSocket: string;
}

function defaultPaths(): DefaultPaths {
  const asRoot = { stateDir: '/var/lib/nexd', unixSocket: '/var/run/nexd.sock' };
  let uid: number;
  try {
    ({ uid } = userInfo());
  } catch {
    // A uid that is not in passwd: nexd then takes root's paths.
    return asRoot;
  }
  const home = homedir();
  if (uid === 0 || home === '') return asRoot;
  const stateDir = join(home, '.nexodus');
  return { stateDir, unixSocket: join(stateDir, 'nexd.sock') };
}

/** The service URL and registration key, which may come in one text. */
function serviceOf(line: CommandLine): { url: string; regKey: string } {
  if (line.isSet('service-url') && line.args.length > 0) {
    throw new UsageError(
      'please remove the service URL positional argument, it was configured via the --service-url flag',
    );
  }
  if (line.args.length > 1) {
    throw new UsageError(
      `nexd only takes one positional argument, the service URL. Additional arguments ignored: [${line.args.slice(1).join(' ')}]`,
    );
  }
  let url = line.isSet('service-url') ? line.string('service-url') : (line.args[0] ?? '');
  let regKey = line.string('reg-key');
  if (line.isSet('reg-key')) {
    for (const other of ['security-group-id', 'vpc-id']) {
      if (line.isSet(other))
        throw new UsageError(`the --reg-key and --${other} flags are mutually exclusive`);
    }
    const hash = regKey.indexOf('#');
    if (hash >= 0) {
      if (line.isSet('service-url')) {
        throw new UsageError('the --reg-key and --service-url flags are mutually exclusive');
      }
      url = regKey.slice(0, hash);
      regKey = decodeURIComponent(regKey.slice(hash + 1));
    }
  }
  return { url: url === '' ? defaultServiceUrl : url, regKey };
}

function apiUrlOf(serviceUrl: string): string {
  let url: URL;
  try {
    url = new URL(serviceUrl);
  } catch {
    throw new UsageError(`invalid '--service-url=${serviceUrl}' flag provided. error: not a URL`);
  }
  if (url.protocol !== 'https:') {
    throw new UsageError(
      `invalid '--service-url=${serviceUrl}' flag provided. error: 'https://' URL scheme is required`,
    );
  }
  return `https://api.${url.host}`;
}

function credentialsOf(line: CommandLine, regKey: string): Credentials {
  if (regKey !== '') return { kind: 'regKey', token: regKey };
  const username = line.string('username');
  const password = line.string('password');
  if (username === '' || password === '') {
    throw new UsageError(
      'this stand-in needs --reg-key, or --username and --password: it cannot ask anybody',
    );
  }
  return { kind: 'password', username, password };
}

function checkIp(flag: string, ip: string): string {
  if (ip !== '' && isIP(ip) === 0) {
    throw new UsageError(`the IP address passed in --${flag} ${ip} is not valid: invalid IP address`);
  }
  return ip;
}

/** Checks the flags and works out what they mean. Throws `UsageError`. */
export function settingsOf(line: CommandLine): Settings {
  const requestIp = checkIp('request-ip', line.string('request-ip'));
  if (isIPv6(requestIp)) throw new UsageError('--request-ip only supports IPv4 addresses');
  const localEndpointIp = checkIp('local-endpoint-ip', line.string('local-endpoint-ip'));
  const { url, regKey } = serviceOf(line);
  const apiUrl = apiUrlOf(url);
  const stunServers = line.slice('stun-server');
  if (stunServers.length === 1) throw new UsageError('at least two stun servers are required');
  const paths = defaultPaths();
  return {
    apiUrl,
    credentials: credentialsOf(line, regKey),
    vpcId: line.string('vpc-id'),
    securityGroupId: line.string('security-group-id'),
    insecureSkipTlsVerify: line.bool('insecure-skip-tls-verify'),
    stateDir: line.isSet('state-dir') ? line.string('state-dir') : paths.stateDir,
    unixSocket: line.isSet('unix-socket') ? line.string('unix-socket') : paths.unixSocket,
    stunServers: stunServers.length === 0 ? defaultStunServers : stunServers,
    listenPort: line.int('listen-port'),
    localEndpointIp,
    requestIp,
    relayOnly: line.bool('relay-only'),
    ingress: line.slice('ingress'),
    egress: line.slice('egress'),
  };
}
