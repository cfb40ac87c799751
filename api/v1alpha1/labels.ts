/** Labels, annotations and names that users and other programs see. */

export const group = 'nexlink.nexodus.io';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}` as const;

/** On a Service: "true" exports it. */
export const exportLabel = `${group}/export`;
/** On a Service or a Namespace: its realm. */
export const realmLabel = `${group}/realm`;
/** On a Service: the exported name. */
export const nameLabel = `${group}/name`;
/** On a Namespace: "true" lets discovery make imports in it. */
export const importLabel = `${group}/import`;
/** On what Nexlink made: `discovery` (imports), `service-label` (exports), `controller` (the rest). */
export const managedByLabel = `${group}/managed-by`;
/** On a gateway's children and pods: the NexlinkGateway's name. */
export const gatewayLabel = `${group}/gateway`;
/** On an imported Service: the NexlinkImport's name, shortened with a hash beyond 63 characters. */
export const importNameLabel = `${group}/import-name`;

/** Holds a NexlinkGateway until its devices and keys are gone from Nexodus. */
export const finalizer = `${group}/finalizer`;
/** The manager of our fields in server-side apply. */
export const fieldManager = 'nexlink';
/** The metadata key of export devices. */
export const metadataKey = 'nexlink';
