/** The agent's settings. All of them come from the environment, which the pod template sets. */

import { dirname, join } from 'node:path';
import { NexlinkError } from '../runtime/errors.ts';
import { childName, ordinalOf, rulesName } from '../runtime/names.ts';

export interface AgentSettings {
  /** `NEXLINK_GATEWAY`: name of the NexlinkGateway. Required. */
  readonly gateway: string;
  /** `NEXLINK_NAMESPACE`: its namespace. Required. */
  readonly namespace: string;
  /** `NEXLINK_DIRECTION`: whether it exports or imports. Required to run. */
  readonly direction: Direction;
  /** `NEXLINK_RULES_CONFIGMAP`: the ConfigMap with `rules.json`. Default: as the controller names it. */
  readonly rulesConfigMap: string;
  /** `POD_NAME`, required; the number at its end is the replica's ordinal. */
  readonly podName: string;
  readonly ordinal: number;
  /** `POD_UID`. Required to run. */
  readonly podUID: string;
  /** `NEXD_SOCKET`: nexd's control socket. Default: `/run/nexd/nexd.sock`. */
  readonly socket: string;
  /** Beside the socket: nexd's container waits for this file before it stops. */
  readonly drainedFile: string;
  /** `NEXD_STATE_DIR`: a writable folder shared with nexd. Default: `/var/lib/nexd`. */
  readonly stateDir: string;
  /** `NEXLINK_IDENTITY_DIR`: where the gateway's Secret is mounted, for `init`. Default: `/etc/nexlink/identity`. */
  readonly identityDir: string;
  /** The Secret's name, for messages. */
  readonly identitySecret: string;
  /** `NEXLINK_HEALTH_ADDRESS`: `[host]:port` of the HTTP server. Default: `:8090`, all addresses of the pod. */
  readonly healthAddress: { readonly host: string | undefined; readonly port: number };
  /**
   * `NEXLINK_RESPONDER_PORT`: where an export gateway answers the probes that nexd lets in; on 127.0.0.1 only.
   * Default: 8091.
   */
  readonly responderPort: number;
  /**
   * `NEXLINK_FIRST_PROBE_PORT`: the probes of an import gateway have this port of the pod and up to 999 more; its
   * imports have 20000 to 29999. Default: 19000.
   */
  readonly firstProbePort: number;
  /**
   * `NEXLINK_FIRST_WAY_PORT`: what the agent of an import gateway hands to nexd goes to this port of the pod and up to
   * 8998 more. Default: 10000.
   */
  readonly firstWayPort: number;
  /** `NEXLINK_SERVICE_ACCOUNT_DIR`: folder of `token` and `ca.crt`. Default: where Kubernetes mounts them. */
  readonly serviceAccountDir: string | undefined;
  /** `NEXLINK_LOG_LEVEL`: debug, info, warn or error. Default: info. */
  readonly logLevel: LogLevel;
}

const directions = ['Export', 'Import'] as const;
export type Direction = (typeof directions)[number];

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the settings. Throws `InvalidSettings` with every variable that is wrong. */
export function readSettings(env: Environment): AgentSettings {
  const flaws: string[] = [];
  const required = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') flaws.push(`${name} is not set`);
    return value;
  };
  const gateway = required('NEXLINK_GATEWAY');
  const podName = required('POD_NAME');
  const ordinal = ordinalOf(podName);
  if (podName !== '' && ordinal === undefined)
    flaws.push(`POD_NAME is ${podName}, which does not end with an ordinal as the pods of a StatefulSet do`);
  const socket = env['NEXD_SOCKET'] || '/run/nexd/nexd.sock';
  const settings: AgentSettings = {
    gateway,
    namespace: required('NEXLINK_NAMESPACE'),
    direction: directionOf(required('NEXLINK_DIRECTION'), flaws),
    rulesConfigMap: env['NEXLINK_RULES_CONFIGMAP'] || rulesName(gateway),
    podName,
    ordinal: ordinal ?? -1,
    podUID: required('POD_UID'),
    socket,
    drainedFile: join(dirname(socket), 'drained'),
    stateDir: env['NEXD_STATE_DIR'] || '/var/lib/nexd',
    identityDir: env['NEXLINK_IDENTITY_DIR'] || '/etc/nexlink/identity',
    identitySecret: childName(gateway),
    healthAddress: addressOf(env['NEXLINK_HEALTH_ADDRESS'] || ':8090', flaws),
    responderPort: portOf(env, 'NEXLINK_RESPONDER_PORT', '8091', flaws),
    firstProbePort: portOf(env, 'NEXLINK_FIRST_PROBE_PORT', '19000', flaws),
    firstWayPort: portOf(env, 'NEXLINK_FIRST_WAY_PORT', '10000', flaws),
    serviceAccountDir: env['NEXLINK_SERVICE_ACCOUNT_DIR'] || undefined,
    logLevel: levelOf(env['NEXLINK_LOG_LEVEL'] || 'info', flaws),
  };
  if (flaws.length)
    throw new NexlinkError(
      'InvalidSettings',
      `the agent's environment is not usable: ${flaws.join('; ')}. The gateway's pod template sets it: ` +
        'check the overrides in spec.podTemplate of the NexlinkGateway',
    );
  return settings;
}

function addressOf(text: string, flaws: string[]): AgentSettings['healthAddress'] {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  if (!match || Number(match[3]) > 65535)
    flaws.push(`NEXLINK_HEALTH_ADDRESS is ${text}, which is not host:port`);
  return { host: match?.[1] || match?.[2] || undefined, port: Number(match?.[3]) };
}

function portOf(env: Environment, name: string, preset: string, flaws: string[]): number {
  const text = env[name] || preset;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) flaws.push(`${name} is ${text}, which is no port`);
  return Number(text);
}

function directionOf(text: string, flaws: string[]): Direction {
  const direction = directions.find(name => name === text);
  if (!direction && text !== '')
    flaws.push(`NEXLINK_DIRECTION is ${text}, which is none of ${directions.join(', ')}`);
  return direction ?? 'Import';
}

function levelOf(text: string, flaws: string[]): LogLevel {
  const level = logLevels.find(name => name === text);
  if (!level) flaws.push(`NEXLINK_LOG_LEVEL is ${text}, which is none of ${logLevels.join(', ')}`);
  return level ?? 'info';
}
