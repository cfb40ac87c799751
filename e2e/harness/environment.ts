/** What hack/demo/environment brought up: clusters, images and the Nexodus of this run. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Cluster } from './cluster.ts';
import { SimControl } from './sim.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache');

export interface Environment {
  readonly a: Cluster;
  readonly b: Cluster;
  /** The dual-stack one. Throws when asked for in an environment without it, such as the demo's. */
  readonly c: Cluster;
  /** The image that was deployed. */
  readonly image: string;
  readonly nexdImage: string;
  readonly nexodus: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly ca: string | undefined;
    readonly caFile: string | undefined;
    readonly hostIP: string | undefined;
    /** Empty: nexd's own. */
    readonly stunServers: string;
  };
  /** The control endpoint of the stand-in; undefined with a real Nexodus. */
  readonly sim: SimControl | undefined;
}

/** Reads `.cache/environment`; throws with the next step when it is missing. */
export function environment(): Environment {
  const variables = readVariables(path.join(cache, 'environment'));
  const need = (name: string) => {
    const value = variables.get(name);
    if (!value) throw new Error(`.cache/environment has no ${name}: run make e2e`);
    return value;
  };
  const clusters = need('CLUSTERS').split(' ');
  const cluster = (name: string) => {
    if (!clusters.includes(name)) throw new Error(`.cache/environment has no cluster ${name}: run make e2e`);
    return new Cluster(name, path.join(cache, 'kubeconfig', name));
  };
  const caFile = variables.get('NEXODUS_CA_FILE') || undefined;
  const control = variables.get('NEXODUS_CONTROL');
  return {
    a: cluster('nexlink-a'),
    b: cluster('nexlink-b'),
    get c() {
      return cluster('nexlink-c');
    },
    image: need('IMG'),
    nexodus: {
      url: need('NEXODUS_URL'),
      username: need('NEXODUS_USERNAME'),
      password: need('NEXODUS_PASSWORD'),
      ca: caFile ? readFileSync(caFile, 'utf8') : undefined,
      caFile,
      hostIP: variables.get('NEXODUS_HOST_IP') || undefined,
      stunServers: variables.get('NEXODUS_STUN_SERVERS') ?? '',
    },
    nexdImage: variables.get('NEXD_IMAGE') || 'quay.io/nexodus/nexd:latest',
    sim: control ? new SimControl(control) : undefined,
  };
}

/** Lines `export NAME=value` as bash's printf %q writes them; none of our values needs more than backslashes. */
function readVariables(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} is missing: run make e2e, which brings up the clusters`, { cause: error });
  }
  const variables = new Map<string, string>();
  for (const line of text.split('\n'))
    for (const [, name, value] of line.matchAll(/(?<=^export .*?)(\w+)=((?:\\.|'[^']*'|[^\s'\\])*)/g))
      variables.set(
        name!,
        value!.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
      );
  return variables;
}
