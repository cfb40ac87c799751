import { createHash } from 'node:crypto';
import { isIP } from 'node:net';

/** The environment variables of `hack/deploy`; empty counts as absent. */
export interface Wishes {
  readonly NEXODUS_URL?: string | undefined;
  readonly NEXODUS_USERNAME?: string | undefined;
  readonly NEXODUS_PASSWORD?: string | undefined;
  /** The content of NEXODUS_CA_FILE, PEM. */
  readonly ca?: string | undefined;
  readonly NEXODUS_HOST_IP?: string | undefined;
  readonly NEXODUS_STUN_SERVERS?: string | undefined;
  readonly NEXD_IMAGE?: string | undefined;
  readonly GATEWAY_REPLICAS?: string | undefined;
  readonly GATEWAY_CPU?: string | undefined;
}

const namespace = 'nexlink-system';
const defaultUrl = 'https://try.nexodus.io';

/** Lines of /etc/hosts for a Nexodus service that no name server knows. Throws when the address is none. */
export function hostAliases(wishes: Wishes): { ip: string; hostnames: string[] }[] {
  const ip = wishes.NEXODUS_HOST_IP;
  if (!ip) return [];
  if (!isIP(ip)) throw new Error(`NEXODUS_HOST_IP=${ip} is not an IP address: correct it`);
  const url = wishes.NEXODUS_URL || defaultUrl;
  if (!URL.canParse(url)) throw new Error('NEXODUS_URL is not an address: write https:// and a host name');
  const { hostname } = new URL(url);
  return [{ ip, hostnames: [hostname, `api.${hostname}`, `auth.${hostname}`] }];
}

/** The settings file. */
export function settings(wishes: Wishes): object {
  const stunServers = (wishes.NEXODUS_STUN_SERVERS ?? '').split(',').filter(Boolean);
  const aliases = hostAliases(wishes);
  const nexodus = {
    ...(wishes.NEXODUS_URL ? { url: wishes.NEXODUS_URL } : {}),
    ...(wishes.ca ? { caFile: '/etc/nexlink/ca/ca.crt' } : {}),
  };
  const replicas = Number(wishes.GATEWAY_REPLICAS || NaN);
  const cpu = wishes.GATEWAY_CPU ? { resources: { requests: { cpu: wishes.GATEWAY_CPU } } } : {};
  const nexd = { ...(wishes.NEXD_IMAGE ? { image: wishes.NEXD_IMAGE } : {}), ...cpu };
  const gateway = {
    ...(Number.isInteger(replicas) ? { replicas } : {}),
    // An image of one's own may be on the nodes only.
    ...(wishes.NEXD_IMAGE ? { imagePullPolicy: 'IfNotPresent' } : {}),
    ...(Object.keys(nexd).length ? { nexd } : {}),
    ...(wishes.GATEWAY_CPU ? { agent: cpu } : {}),
    ...(stunServers.length ? { stunServers } : {}),
    ...(aliases.length ? { hostAliases: aliases } : {}),
  };
  return {
    ...(Object.keys(nexodus).length ? { nexodus } : {}),
    ...(Object.keys(gateway).length ? { gateway } : {}),
  };
}

/**
 * A kustomization over config/default, whose path `base` is relative to it: the image in both of its places, the
 * settings, the CA, and an annotation by which pods are replaced when one of these changed.
 */
export function kustomization(image: string, wishes: Wishes, base: string): object {
  const config = `# Written by hack/deploy.\n${JSON.stringify(settings(wishes), null, 2)}\n`;
  const aliases = hostAliases(wishes);
  const inputs = createHash('sha256')
    .update(JSON.stringify([config, wishes.ca]))
    .digest('hex')
    .slice(0, 16);
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'nexlink-controller', namespace },
    spec: {
      template: {
        metadata: { annotations: { 'nexlink.nexodus.io/config': inputs } },
        spec: {
          ...(aliases.length ? { hostAliases: aliases } : {}),
          containers: [{ name: 'controller', image, env: [{ name: 'NEXLINK_AGENT_IMAGE', value: image }] }],
        },
      },
    },
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'nexlink-config', namespace },
    data: { 'config.yaml': config },
  };
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [base],
    patches: [deployment, configMap].map(patch => ({ patch: JSON.stringify(patch) })),
  };
}

/** What pods need before they start: the namespace's Secret and ConfigMap, those of them that are wished for. */
export function prerequisites(wishes: Wishes): object {
  const { NEXODUS_USERNAME: username, NEXODUS_PASSWORD: password, ca } = wishes;
  if (!username !== !password)
    throw new Error(`${username ? 'NEXODUS_PASSWORD' : 'NEXODUS_USERNAME'} is not set: set both or none`);
  const metadata = (name: string) => ({ name, namespace, labels: { 'app.kubernetes.io/name': 'nexlink' } });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('nexodus-credentials'),
    stringData: { username, password },
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('nexlink-ca'),
    data: { 'ca.crt': ca },
  };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [...(username ? [secret] : []), ...(ca ? [configMap] : [])],
  };
}
