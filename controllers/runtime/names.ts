import { createHash } from 'node:crypto';

/**
 * A name for a child: `text` itself when it fits into `max` characters, else a readable start of it and 8 digits of
 * its hash. Equal texts give equal names, different ones different names.
 */
export function fitName(text: string, max: number): string {
  if (text.length <= max) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.slice(0, max - 9).replace(/-+$/, '')}-${hash}`;
}

/** The longest name of a NexlinkGateway; its children and pods add to it. */
export const maxGatewayName = 40;

/**
 * The name of the NexlinkGateway that `spec.gateway` means: `default` is the one that everything of this direction
 * and realm shares, and what asks for the same tunnel address.
 */
export function gatewayName(
  gateway: string | undefined,
  direction: 'Export' | 'Import',
  realm: string,
  tunnelIP?: string,
): string {
  if (gateway !== undefined && gateway !== 'default') return gateway;
  const address = tunnelIP === undefined ? '' : `-${tunnelIP.replaceAll('.', '-')}`;
  return fitName(`${direction.toLowerCase()}-${realm}${address}`, maxGatewayName);
}

/** The name of each child of the gateway that is the only one of its kind. */
export const childName = (gateway: string): string => `nexlink-${gateway}`;
/** How the names of all registration keys of a cluster's gateways begin. */
export const keysOfCluster = (clusterID: string): string => `nexlink:${clusterID}/`;
/** The ConfigMap with the rules. */
export const rulesName = (gateway: string): string => `${childName(gateway)}-rules`;
/** The ConfigMap with the CA of Nexodus. */
export const caName = (gateway: string): string => `${childName(gateway)}-ca`;
/** What the Service of an import says is its import; a label's value, which is shorter than names may be. */
export const importLabelValue = (nxi: string): string => fitName(nxi, 63);
/** The pod of a replica. */
export const podName = (gateway: string, ordinal: number): string => `${childName(gateway)}-${ordinal}`;
/** The ordinal of a pod's name, or undefined when it has none. */
export function ordinalOf(pod: string): number | undefined {
  const match = /-(\d+)$/.exec(pod);
  return match ? Number(match[1]) : undefined;
}

/** `namespace/name`, the key of queues. */
export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name;

/** The parts of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const at = key.indexOf('/');
  return { namespace: key.slice(0, at), name: key.slice(at + 1) };
}
