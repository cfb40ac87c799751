/** Everything that reconcilers are given. Only main.ts, and tests, put one together. */

import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { ResourceRequirements } from '../../api/v1alpha1/meta.ts';
import type { Writers } from './actions.ts';
import type { Clock } from './clock.ts';
import type { Cache, KubeObject } from './kube.ts';
import type { Log } from './log.ts';
import type { Directory } from './nexodus.ts';
import type {
  ConfigMap,
  EndpointSlice,
  Namespace,
  NetworkPolicy,
  Pod,
  Secret,
  Service,
  StatefulSet,
} from './objects.ts';
import type { WaitingPace } from './waiting.ts';

export interface Caches {
  readonly exports: Cache<NexlinkExport>;
  readonly imports: Cache<NexlinkImport>;
  readonly gateways: Cache<NexlinkGateway>;
  readonly namespaces: Cache<Namespace>;
  readonly services: Cache<Service>;
  readonly endpointSlices: Cache<EndpointSlice>;
  /** Of gateways only, as the kinds below. */
  readonly pods: Cache<Pod>;
  readonly secrets: Cache<Secret>;
  readonly configMaps: Cache<ConfigMap>;
  readonly statefulSets: Cache<StatefulSet>;
  readonly serviceAccounts: Cache<KubeObject>;
  readonly roles: Cache<KubeObject>;
  readonly roleBindings: Cache<KubeObject>;
  readonly networkPolicies: Cache<NetworkPolicy>;
  readonly podDisruptionBudgets: Cache<KubeObject>;
}

/** The settings of gateways that a NexlinkGateway does not set itself. */
export interface GatewayDefaults {
  readonly replicas: number;
  readonly nexdImage: string;
  readonly nexdResources?: ResourceRequirements | undefined;
  readonly agentImage: string;
  readonly agentResources?: ResourceRequirements | undefined;
  readonly imagePullPolicy?: string | undefined;
  /** At least two, or none for nexd's own. */
  readonly stunServers: readonly string[];
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  /** A ServiceAccount that exists in every namespace, instead of one for each gateway. */
  readonly serviceAccountName?: string | undefined;
  readonly serviceURL: string;
  readonly insecureSkipTLSVerify: boolean;
  /** PEM; undefined: the roots of the images. */
  readonly ca?: string | undefined;
}

export interface Ports extends Writers {
  readonly caches: Caches;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
  readonly waiting: WaitingPace;
  readonly clusterID: string;
  /** Which of all installs this is, also where several have one cluster id. */
  readonly install: string;
  readonly settings: {
    readonly realm?: string | undefined;
    readonly autoImport: 'labeled' | 'all' | 'none';
    readonly systemNamespace: string;
    readonly gateway: GatewayDefaults;
  };
}

/** What a reconcile asks for at its end. */
export interface Result {
  /** Look again after this long, even if nothing happens. */
  readonly requeueAfterMs?: number;
}

/** The result that looks again after the first of these times. */
export function lookAgainAfter(...ms: readonly (number | undefined)[]): Result {
  const requeueAfterMs = Math.min(...ms.map(each => each ?? Infinity));
  return requeueAfterMs === Infinity ? {} : { requeueAfterMs };
}
