import type { ControlMethods } from './control-socket.ts';
import type { Log } from './log.ts';
import type { Mesh } from './mesh.ts';
import type { Mutex } from './mutex.ts';
import type { Peers } from './peers.ts';
import type { Proxies } from './proxies.ts';
import { type Direction, formatRule, parseRule, type Rule } from './rule.ts';
import type { StateFile } from './state-file.ts';

/** nexctl refuses to talk to another version than its own. */
export const version = process.env['NEXD_SIM_VERSION'] ?? 'dev';

/** What the control socket shows and changes. */
export interface Controlled {
  readonly log: Log;
  readonly stateFile: StateFile;
  readonly proxies: Proxies;
  /** Held during start-up and while a proxy stops: rule methods wait for it. */
  readonly proxyLock: Mutex;
  readonly status: () => 'Starting' | 'Running';
  readonly peers: () => Peers | undefined;
  readonly mesh: () => Mesh | undefined;
  readonly symmetricNat: () => boolean;
}

function storeRules({ proxies, stateFile }: Controlled): void {
  const stored = (direction: Direction): string[] | null => {
    const rules = proxies.rules().filter(rule => rule.stored && rule.direction === direction);
    return rules.length === 0 ? null : rules.map(formatRule);
  };
  stateFile.state['proxy-rules-config'] = { egress: stored('egress'), ingress: stored('ingress') };
  stateFile.store();
}

/** The methods of `NexdCtl`. A rule that cannot be read ends the process. */
export function controlMethods(nexd: Controlled): ControlMethods {
  const { log, proxies, proxyLock } = nexd;

  const parse = (text: string, direction: Direction): Rule => {
    try {
      return parseRule(text, direction, true);
    } catch (error) {
      return log.fatal(`Failed to parse ${direction} proxy rule (${text}): ${(error as Error).message}`);
    }
  };

  const add =
    (direction: Direction) =>
    async (text: string): Promise<string> => {
      const rule = parse(text, direction);
      return proxyLock.run(() => {
        proxies.add(rule).start(nexd.mesh());
        storeRules(nexd);
        return `Added ${direction} proxy rule: ${text}\n`;
      });
    };

  const remove =
    (direction: Direction) =>
    async (text: string): Promise<string> => {
      const rule = parse(text, direction);
      return proxyLock.run(async () => {
        await proxies.remove(rule);
        storeRules(nexd);
        // The real one says ingress for both.
        return `Removed ingress proxy rule: ${text}\n`;
      });
    };

  const peerList = (peers: unknown): string =>
    JSON.stringify({ 'relay-present': false, 'relay-required': nexd.symmetricNat(), peers });

  return {
    Status: () => `Status: ${nexd.status()}\n`,
    Version: () => version,
    GetTunnelIPv4: () => nexd.mesh()?.own.ipv4 ?? '',
    GetTunnelIPv6: () => nexd.mesh()?.own.ipv6 ?? '',
    ProxyList: () =>
      proxyLock.run(() =>
        proxies
          .rules()
          .map(rule => `--${rule.direction} ${formatRule(rule)}\n`)
          .join(''),
      ),
    ProxyAddIngress: add('ingress'),
    ProxyAddEgress: add('egress'),
    ProxyRemoveIngress: remove('ingress'),
    ProxyRemoveEgress: remove('egress'),
    ListPeers: () => peerList(nexd.peers()?.list() ?? {}),
    ConnectivityV4: () => peerList(nexd.peers()?.probe(4) ?? {}),
    ConnectivityV6: () => peerList(nexd.peers()?.probe(6) ?? {}),
    SetDebugOn: () => {
      log.debugEnabled = true;
      return 'Debug logging enabled';
    },
    SetDebugOff: () => {
      log.debugEnabled = false;
      return 'Debug logging disabled';
    },
    GetDebug: () => (log.debugEnabled ? 'on' : 'off'),
  };
}
