/** The parts of Kubernetes' own types that our kinds use, as plain JSON. */

/** Metadata of an object. Times are RFC 3339. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** One observation about an object. */
export interface Condition {
  /**
   * What is judged: Valid, Ready and others.
   * @minLength 1
   * @maxLength 316
   */
  type: string;
  /** The answer. */
  status: 'True' | 'False' | 'Unknown';
  /**
   * The `metadata.generation` that was judged.
   * @asType integer
   * @minimum 0
   */
  observedGeneration?: number;
  /**
   * When `status` last changed.
   * @format date-time
   */
  lastTransitionTime: string;
  /**
   * Why, as one word that programs can rely on.
   * @minLength 1
   * @maxLength 1024
   */
  reason: string;
  /**
   * Why, in full, and what to do about it.
   * @maxLength 32768
   */
  message: string;
}

/** CPU and memory of one container, as in a Pod. */
export interface ResourceRequirements {
  /**
   * What is set aside for it.
   * @maxProperties 16
   */
  requests?: { [resource: string]: Quantity };
  /**
   * What it may use at most.
   * @maxProperties 16
   */
  limits?: { [resource: string]: Quantity };
}

/**
 * An amount, such as 2, 500m, 64Mi.
 * @intOrString
 * @minimum 0
 * @maxLength 32
 * @pattern ^([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$
 * @patternMessage not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi
 */
export type Quantity = number | string;

export type Protocol = 'TCP' | 'UDP';

/**
 * A port number.
 * @asType integer
 * @minimum 1
 * @maximum 65535
 */
export type PortNumber = number;

/**
 * An IPv4 tunnel address of the Nexodus VPC.
 * @maxLength 15
 * @validations [{"rule": "isIP(self) && ip(self).family() == 4 && !(ip(self).isUnspecified() || ip(self).isLoopback() || ip(self).isLinkLocalUnicast() || self == '255.255.255.255' || self.matches('^(22[4-9]|23[0-9])[.]'))", "message": "not an IPv4 address: write one of the VPC's range, such as 100.64.0.9"}]
 */
export type TunnelIP = string;

/**
 * A DNS label: lower-case letters, digits and '-', at most 63 characters.
 * @minLength 1
 * @maxLength 63
 * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
 * @patternMessage not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends
 */
export type DNSLabel = string;

/**
 * A Service's name: a DNS label that starts with a letter.
 * @minLength 1
 * @maxLength 63
 * @pattern ^[a-z]([-a-z0-9]*[a-z0-9])?$
 * @patternMessage not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last
 */
export type ServiceName = string;

/**
 * The key of a label, such as app or app.kubernetes.io/name.
 * @maxLength 253
 * @pattern ^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$
 * @patternMessage not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be
 */
export type LabelKey = string;

/**
 * The value of a label.
 * @maxLength 63
 * @pattern ^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$
 * @patternMessage not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends
 */
export type LabelValue = string;

/**
 * What a port speaks, as in a Service: `http`, `kubernetes.io/h2c`.
 * @minLength 1
 * @maxLength 317
 * @pattern ^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$
 * @patternMessage not an application protocol: write a name such as http, of at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be
 * @validations [{"rule": "self.indexOf('/') <= 253", "message": "the DNS name before '/' is too long: write at most 253 characters"}]
 */
export type AppProtocol = string;

/** Objects by their labels, as everywhere in Kubernetes: they fit when everything holds. An empty one selects all. */
export interface LabelSelector {
  /**
   * Labels that they have.
   * @maxProperties 16
   * @validations [{"rule": "self.all(key, key.size() <= 253 && key.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))", "message": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be"}]
   */
  matchLabels?: { [key: string]: LabelValue };
  /**
   * What else must hold for their labels.
   * @maxItems 16
   * @listType atomic
   */
  matchExpressions?: LabelSelectorRequirement[];
}

/**
 * What must hold for a label.
 * @validations [{"rule": "!(self.operator in ['In', 'NotIn']) || has(self.values) && self.values.size() > 0", "fieldPath": ".values", "message": "absent or empty, and In and NotIn compare with values: write at least one"}, {"rule": "self.operator in ['In', 'NotIn'] || !has(self.values) || self.values.size() == 0", "fieldPath": ".values", "message": "Exists and DoesNotExist compare with nothing: remove values, or write In or NotIn"}]
 */
export interface LabelSelectorRequirement {
  /** The label. */
  key: LabelKey;
  /** In, NotIn: whether its value is one of `values`. Exists, DoesNotExist: whether there is such a label. */
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /**
   * The values that it is compared with.
   * @maxItems 32
   * @listType atomic
   */
  values?: LabelValue[];
}
