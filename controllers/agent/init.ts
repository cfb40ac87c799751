/** `agent init`: puts the replica's identity where nexd and the agent look for it, before they start. */

import { randomInt } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { secondStart, secondStartFile } from '../proxy/nexd-command.ts';
import { tunnelPorts } from '../proxy/ports.ts';
import type { Identity } from '../proxy/rules.ts';
import { readIfThere, replaceFile } from './files.ts';
import { parseIdentity } from './identity.ts';
import type { AgentSettings } from './settings.ts';

/** The Secret may be seconds late: the kubelet fills in a new key of a mounted Secret when it next looks at the pod. */
const waitMs = 60_000;
const pollMs = 500;
/**
 * An identity that is younger belongs to its first pod. A first pod that comes later is taken for a second one, which
 * costs it two seconds where nobody asks for it; a second one that is taken for the first has no tunnels for five.
 */
const knownMs = 15_000;

type InitSettings = Pick<
  AgentSettings,
  'ordinal' | 'direction' | 'namespace' | 'identitySecret' | 'identityDir' | 'stateDir'
>;

/**
 * Writes `state.json` (nexd's), `reg-key` and `requested-ip` (nexd's start command reads them) and `device-id` (the
 * agent's) into the state folder, and `second-start` when nexd may have to be started twice. A state with the same keys
 * stays as it is: it holds nexd's rules. Rejects with `NoIdentity`, `InvalidIdentity` or `StateNotWritable`.
 */
export async function init(settings: InitSettings, clock: Clock, log: Log): Promise<void> {
  const identity = await identityOf(settings, clock, log);
  const { stateDir } = settings;
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    // A volume's root belongs to root: then its mode is the kubelet's business.
    await chmod(stateDir, 0o700).catch(() => {});
    const kept = await hasState(join(stateDir, 'state.json'), identity);
    if (!kept) await replaceFile(join(stateDir, 'state.json'), stateOf(identity));
    await replaceFile(join(stateDir, 'reg-key'), identity.regKey);
    await replaceFile(join(stateDir, 'requested-ip'), identity.requestedIP ?? '');
    await replaceFile(join(stateDir, 'device-id'), identity.deviceID);
    if (!kept && isMoved(settings, identity, clock.now()))
      await replaceFile(join(stateDir, secondStartFile), secondStart.undecided);
    log.info('identity is in place', { deviceID: identity.deviceID, kept });
  } catch (cause) {
    throw new NexlinkError(
      'StateNotWritable',
      `the state folder ${stateDir} cannot be written: ${messageOf(cause)}; it must be an emptyDir that the pod's user may write (fsGroup)`,
      { cause },
    );
  }
}

/**
 * Whether others know the device as another pod. That an import gateway's is moved is rare (`spec.tunnelIP`), and a
 * second start would not help there: exporters send nothing of their own accord.
 */
const isMoved = ({ direction }: InitSettings, { madeAt }: Identity, now: Date): boolean =>
  direction === 'Export' && (madeAt === undefined || now.getTime() - Date.parse(madeAt) > knownMs);

async function identityOf(settings: InitSettings, clock: Clock, log: Log): Promise<Identity> {
  const { ordinal, namespace, identitySecret, identityDir } = settings;
  const file = join(identityDir, `${ordinal}.json`);
  const name = `Secret ${namespace}/${identitySecret}, key ${ordinal}.json`;
  const start = clock.monotonic();
  for (let told = false; ; told = true) {
    const text = await readIfThere(file, path => readFile(path, 'utf8')).catch((cause: unknown) => {
      throw new NexlinkError(
        'NoIdentity',
        `${name}: ${file} cannot be read: ${messageOf(cause)}; check the volume "identity" and the pod's fsGroup`,
        { cause },
      );
    });
    if (text !== undefined) {
      try {
        return parseIdentity(text);
      } catch (cause) {
        throw new NexlinkError(
          'InvalidIdentity',
          `${name}: ${messageOf(cause)}; delete the key, and the controller makes the replica a new identity`,
          { cause },
        );
      }
    }
    if (clock.monotonic() - start >= waitMs)
      throw new NexlinkError(
        'NoIdentity',
        `${name} is still absent after ${waitMs / 1000} s: the controller writes it when Nexodus gave it a registration key; ` +
          'see the conditions of the NexlinkGateway and the log of the controller',
      );
    if (!told) log.info('waiting for the identity', { secret: name });
    await clock.sleep(pollMs);
  }
}

/**
 * nexd's own format, without rules: those come over its socket. Each pod draws a UDP port of its own, apart from the
 * ports of imports. With the port of another pod of the node, or of the one before it, which the node's NAT remembers
 * for two minutes, it would get another one for each peer: nexd takes that for symmetric NAT, and has no tunnels then.
 */
const stateOf = ({ publicKey, privateKey }: Identity): string =>
  `${JSON.stringify({
    'public-key': publicKey,
    'private-key': privateKey,
    'proxy-rules-config': { egress: null, ingress: null },
    port: randomInt(tunnelPorts.first, tunnelPorts.last + 1),
  })}\n`;

async function hasState(file: string, { publicKey, privateKey }: Identity): Promise<boolean> {
  const text = await readIfThere(file, path => readFile(path, 'utf8'));
  if (text === undefined) return false;
  try {
    const state = JSON.parse(text) as { [key: string]: unknown } | null;
    return state?.['public-key'] === publicKey && state['private-key'] === privateKey;
  } catch {
    return false;
  }
}
