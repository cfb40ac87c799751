/** The fields of Kubernetes' own kinds that Nexlink reads or writes. */

import type { LabelSelector, Protocol, ResourceRequirements } from '../../api/v1alpha1/meta.ts';
import type { KubeObject } from './kube.ts';

export interface Namespace extends KubeObject {
  status?: { phase?: string };
}

export interface Service extends KubeObject {
  spec?: {
    type?: string;
    clusterIP?: string;
    clusterIPs?: string[];
    ipFamilyPolicy?: string;
    selector?: { [key: string]: string };
    ports?: ServicePort[];
    internalTrafficPolicy?: string;
    sessionAffinity?: string;
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  };
}

export interface ServicePort {
  name?: string;
  protocol?: Protocol | 'SCTP';
  port: number;
  targetPort?: number | string;
  appProtocol?: string;
}

/** Some endpoints of a Service. The API server says null for an empty list, of `ports` too: then there are none. */
export interface EndpointSlice extends KubeObject {
  endpoints?: { conditions?: { ready?: boolean } }[] | null;
  ports?: { name?: string; protocol?: Protocol | 'SCTP' }[] | null;
}

export interface Pod extends KubeObject {
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    podIP?: string;
    startTime?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  started?: boolean;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: { exitCode: number; reason?: string; message?: string; finishedAt?: string };
  };
  lastState?: ContainerStatus['state'];
}

export interface Secret extends KubeObject {
  type?: string;
  /** Base64. */
  data?: { [key: string]: string };
}

export interface ConfigMap extends KubeObject {
  data?: { [key: string]: string };
}

export interface StatefulSet extends KubeObject {
  spec?: { replicas?: number; template?: object; [field: string]: unknown };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    observedGeneration?: number;
    /** The label `controller-revision-hash` of pods of the template as it is. */
    updateRevision?: string;
  };
}

export interface NetworkPolicy extends KubeObject {
  spec?: {
    podSelector: LabelSelector;
    policyTypes?: string[];
    ingress?: NetworkPolicyRule[];
  };
}

/** Absent lists mean everyone, and every port. */
export interface NetworkPolicyRule {
  from?: NetworkPolicyPeer[];
  ports?: NetworkPolicyPort[];
}

export interface NetworkPolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
}

export interface NetworkPolicyPort {
  protocol?: Protocol | 'SCTP';
  port?: number | string;
  endPort?: number;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  ports?: { name: string; containerPort: number; protocol?: string }[];
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
  resources?: ResourceRequirements;
  [field: string]: unknown;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { fieldRef: { fieldPath: string } };
}
