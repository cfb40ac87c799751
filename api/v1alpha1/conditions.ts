/**
 * Every condition type with its possible reasons. A reason is stable: people and alerts match on it. The texts
 * say what it means and are the source of the documentation.
 */

export const exportReasons = {
  Valid: {
    Valid: 'The Service exists and can be exported.',
    NoService: 'The Service does not exist.',
    InvalidServiceType: 'A Service of this type cannot be exported.',
    InvalidPort: 'A port of spec.ports is not a port of the Service, or the Service has no port.',
    InvalidSpec: 'The stored object does not satisfy the schema.',
  },
  Ready: {
    Exported: 'At least one gateway pod lets clients in, and Nexodus tells other clusters so.',
    Pending: 'The gateway is being started or programmed.',
    Invalid: 'See the condition Valid.',
    GatewayNotReady: 'The gateway cannot carry it; the message says why.',
    NexodusUnavailable: 'Nexodus cannot be reached or refuses the credentials.',
    Conflict: 'See the condition Conflict.',
  },
  Conflict: {
    NoConflicts: 'No other object disagrees.',
    PortConflict: 'An older export of the same name and gateway has this port.',
    GatewayMismatch: 'spec.gateway names a NexlinkGateway of another direction or realm.',
  },
} as const;

export const importReasons = {
  Valid: {
    Valid: 'The object can be used.',
    InvalidSpec: 'The stored object does not satisfy the schema.',
  },
  Ready: {
    Ready: 'The Service is there, and a gateway has a working tunnel to an exporter.',
    Pending: 'The gateway is being started or programmed.',
    NoExporter: 'No cluster exports it now, or none of them can be reached.',
    GatewayNotReady: 'The gateway cannot carry it; the message says why.',
    NexodusUnavailable: 'Nexodus cannot be reached or refuses the credentials.',
    Invalid: 'See the condition Valid.',
    Conflict: 'See the condition Conflict.',
  },
  Conflict: {
    NoConflicts: 'No other object disagrees.',
    ServiceExists: 'A Service with the name exists and is not ours; it is left alone.',
    GatewayMismatch: 'spec.gateway names a NexlinkGateway of another direction or realm.',
    PortConflict: 'Exporters disagree about a port; the oldest wins.',
  },
} as const;

export const gatewayReasons = {
  Programmed: {
    Programmed: 'Every pod has every rule.',
    Pending: 'Pods are starting or rules are being applied.',
    Failed: 'A pod cannot apply its rules; the message says why.',
    ChildConflict: 'A child object of the gateway exists and is not ours.',
    InvalidSpec: 'The stored object does not satisfy the schema.',
  },
  Connected: {
    Connected: 'Every replica is a device of Nexodus and has its tunnel addresses.',
    Pending: 'Replicas are being registered.',
    Unauthorized: 'Nexodus refuses the credentials.',
    Unreachable: 'Nexodus cannot be reached.',
    NexodusError: 'Nexodus answers with an error.',
    NoSTUNAnswer: 'No STUN server answers, so that nexd finds no peers.',
    Offline: 'Nexodus says that a device is not connected.',
  },
  Ready: {
    Ready: 'At least one pod is programmed and connected.',
    Pending: 'No pod is ready yet.',
    Idle: 'It is scaled to zero.',
    NotReady: 'No pod is ready; the message says why.',
    Deleting: 'Its devices and keys are being removed from Nexodus.',
  },
} as const;

export type ExportCondition = keyof typeof exportReasons;
export type ImportCondition = keyof typeof importReasons;
export type GatewayCondition = keyof typeof gatewayReasons;
/** The reasons of one condition type. */
export type ReasonOf<R, C extends keyof R> = keyof R[C] & string;
