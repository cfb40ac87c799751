/**
 * Connections that go on through a port which is closed. Agents of importers end theirs; a device without an agent keeps
 * what it has, and nexd cannot be made to end that. So it is told. nexd shares the pod's network with the agent, and
 * the kernel lists who is connected with whom.
 */

import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP, isIPv6 } from 'node:net';
import { canonicalAddress } from '../../api/v1alpha1/address.ts';
import type { Rule } from '../proxy/rules.ts';
import type { GivenUp, Openings } from './openings.ts';

/** Importers' agents have ended theirs by then. */
const agentsEndWithinMs = 10_000;

/** A socket's other end. */
export interface FarSocket {
  readonly address: string;
  readonly port: number;
}

/** States in /proc/net of sockets that still carry something: ESTABLISHED, and CLOSE_WAIT. */
const open = new Set(['01', '08']);

/** The other ends of the connected sockets in the text of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (proc(5)). */
export function parseSockets(text: string): FarSocket[] {
  return text.split('\n').flatMap(line => {
    const [, , far, state] = line.trim().split(/\s+/);
    const [, hex, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(far ?? '') ?? [];
    if (hex === undefined || !open.has(state ?? '')) return [];
    return [{ address: addressOf(hex), port: Number.parseInt(port!, 16) }];
  });
}

/** Each 32 bits are in the order of the machine, which is little-endian wherever the agent's image runs. */
function addressOf(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap(word => word.match(/../g)!.reverse());
  if (bytes.length === 4) return ipv4(bytes);
  const groups = Array.from({ length: 8 }, (_, at) => bytes[2 * at]! + bytes[2 * at + 1]!);
  const text = canonicalAddress(groups.join(':').toLowerCase());
  return text.startsWith('::ffff:') ? ipv4(bytes.slice(12)) : text;
}

const ipv4 = (bytes: readonly string[]): string => bytes.map(byte => Number.parseInt(byte, 16)).join('.');

type Read = (file: string) => Promise<string>;

const readProc: Read = file => readFile(`/proc/net/${file}`, 'utf8').catch(() => '');

/** The ports, as `TCP/80`, of which connections go on that had to end. Forgets in `openings` those of which none does. */
export async function lingering(
  openings: Pick<Openings, 'givenUp' | 'isOver'>,
  wanted: readonly Rule[],
  epochMs: number,
  read: Read = readProc,
): Promise<string[]> {
  const due = openings.givenUp.filter(({ ended }) => epochMs - ended >= agentsEndWithinMs);
  if (due.length === 0) return [];
  const sockets = { tcp: await socketsOf('tcp', read), udp: await socketsOf('udp', read) };
  const ports: string[] = [];
  for (const given of due) {
    if (await goesOn(given, wanted, sockets)) ports.push(given.port);
    else openings.isOver(given.port);
  }
  return ports.sort();
}

const socketsOf = async (protocol: Rule['protocol'], read: Read): Promise<FarSocket[]> =>
  (await Promise.all([read(protocol), read(`${protocol}6`)])).flatMap(parseSockets);

async function goesOn(
  { rules }: GivenUp,
  wanted: readonly Rule[],
  sockets: { readonly [protocol in Rule['protocol']]: readonly FarSocket[] },
): Promise<boolean> {
  for (const rule of rules) {
    // What another port leads to cannot be told apart.
    if (wanted.some(other => isSameTarget(other, rule))) continue;
    const addresses = await addressesOf(rule.host);
    if (
      sockets[rule.protocol].some(
        ({ address, port }) => port === rule.targetPort && addresses.includes(address),
      )
    )
      return true;
  }
  return false;
}

const addressesOf = async (host: string): Promise<string[]> => {
  if (isIP(host)) return [isIPv6(host) ? canonicalAddress(host) : host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
};

const isSameTarget = (a: Rule | null, b: Rule): boolean =>
  a?.protocol === b.protocol && a.host === b.host && a.targetPort === b.targetPort;
