/**
 * Every condition type with its possible reasons. A reason is stable: people and alerts match on it. The texts
 * say what it means and are the source of the documentation. The first reason of a type is the one to hope for; the
 * others go with the other status.
 */

const addressReasons = {
  AddressGranted: 'A device has the tunnel address that tunnelIP asks for.',
  Pending: 'There is no device yet.',
  AddressNotGranted: 'Nexodus gave another address; the message says who has the one asked for.',
} as const;

export const exportReasons = {
  Valid: {
    Valid: 'The Service exists, or the target is well-formed, and can be exported.',
    NoService: 'The Service does not exist.',
    InvalidServiceType: 'A Service of this type cannot be exported.',
    InvalidPort: 'A port of spec.ports is not a port of the Service or target, or there is none.',
    InvalidTarget: 'spec.target.address is nothing that a gateway can dial.',
  },
  Ready: {
    Exported: 'At least one gateway pod lets clients in, and Nexodus tells other clusters so.',
    Pending: 'The gateway is being started or programmed.',
    Invalid: 'See the condition Valid.',
    GatewayNotReady: 'The gateway cannot carry it; the message says why.',
    NexodusUnavailable: 'Nexodus cannot be reached or refuses the credentials.',
    NoEndpoint: 'The Service has no ready endpoint; other clusters are told that it carries nothing here.',
    Conflict: 'See the condition Conflict.',
    Deleting: 'Its namespace is being deleted.',
  },
  Conflict: {
    NoConflicts: 'No other object disagrees.',
    PortConflict:
      'An older export of the same name and gateway has this port, or one of another cluster says something else about a port and takes precedence.',
    SessionAffinityConflict:
      'Another cluster exports the name with another session affinity, and takes precedence.',
    GatewayMismatch: 'spec.gateway names a NexlinkGateway of another direction, realm or tunnelIP.',
  },
  AddressGranted: addressReasons,
} as const;

export const importReasons = {
  Valid: {
    Valid: 'The object can be used.',
    InvalidClients: 'spec.clients is nothing that a NetworkPolicy can say; nobody is let in.',
  },
  Ready: {
    Ready: 'The Service is there, and a gateway has a working tunnel to an exporter, or to the device.',
    Pending: 'The gateway is being started or programmed.',
    NoExporter: 'No cluster exports it now, or none of them, or not the device, can be reached.',
    Invalid: 'See the condition Valid.',
    DeviceNotFound: 'spec.device names no device, several, or a gateway of this cluster.',
    GatewayNotReady: 'The gateway cannot carry it; the message says why.',
    NexodusUnavailable: 'Nexodus cannot be reached or refuses the credentials.',
    Conflict: 'See the condition Conflict.',
  },
  Conflict: {
    NoConflicts: 'No other object disagrees.',
    ServiceExists: 'A Service with the name exists and is not ours; it is left alone.',
    GatewayMismatch: 'spec.gateway names a NexlinkGateway of another direction, realm or tunnelIP.',
    PortConflict: 'Exporters disagree about a port; the oldest wins.',
    SessionAffinityConflict: 'Exporters disagree about the session affinity; the oldest wins.',
  },
  AddressGranted: addressReasons,
} as const;

export const gatewayReasons = {
  Programmed: {
    Programmed: 'Every pod has every rule.',
    Pending: 'Pods are starting or rules are being applied; the message says what keeps a pod from it.',
    Failed: 'What the gateway needs could not be written; the message says why.',
    ChildConflict: 'A child object of the gateway exists and is not ours.',
  },
  Connected: {
    Connected: 'Every replica is a device of Nexodus and has its tunnel addresses.',
    Pending: 'Replicas are being registered.',
    Unauthorized: 'Nexodus refuses the credentials.',
    Unreachable: 'Nexodus cannot be reached.',
    NexodusError: 'Nexodus answers with an error.',
    DuplicateClusterID: 'Another install of Nexlink has the same cluster id; neither writes to Nexodus.',
    NoSTUNAnswer: 'No STUN server answers, so that nexd finds no peers.',
  },
  Ready: {
    Ready: 'At least one pod is programmed and connected.',
    Pending: 'No pod is ready yet.',
    Idle: 'It is scaled to zero.',
    NotReady: 'No pod is ready; the message says why.',
    Deleting: 'Its devices and keys are being removed from Nexodus.',
  },
  AddressGranted: addressReasons,
} as const;

const addressGranted = {
  question:
    'Did Nexodus give the address in tunnelIP? Only there while one is asked for; Ready does not depend on it.',
  hopedFor: 'True',
} as const;

/** What each condition type of a kind answers, and the status to hope for. */
export const conditionTypes = {
  NexlinkExport: {
    Valid: { question: 'Can what the object names be exported?', hopedFor: 'True' },
    Ready: { question: 'Can bytes from other clusters reach the Service now?', hopedFor: 'True' },
    Conflict: { question: 'Does another object stand in the way?', hopedFor: 'False' },
    AddressGranted: addressGranted,
  },
  NexlinkImport: {
    Valid: { question: 'Can the object be used?', hopedFor: 'True' },
    Ready: { question: 'Can bytes from pods of this cluster reach an exporter now?', hopedFor: 'True' },
    Conflict: { question: 'Does another object stand in the way?', hopedFor: 'False' },
    AddressGranted: addressGranted,
  },
  NexlinkGateway: {
    Programmed: {
      question: 'Do the pods have the rules that the exports or imports ask for?',
      hopedFor: 'True',
    },
    Connected: {
      question: 'Are the replicas devices of Nexodus that can find their peers?',
      hopedFor: 'True',
    },
    Ready: { question: 'Does a pod carry traffic?', hopedFor: 'True' },
    AddressGranted: addressGranted,
  },
} as const satisfies {
  NexlinkExport: ConditionTypes<typeof exportReasons>;
  NexlinkImport: ConditionTypes<typeof importReasons>;
  NexlinkGateway: ConditionTypes<typeof gatewayReasons>;
};

type ConditionTypes<Reasons> = {
  readonly [Type in keyof Reasons]: { readonly question: string; readonly hopedFor: 'True' | 'False' };
};

export type ExportCondition = keyof typeof exportReasons;
export type ImportCondition = keyof typeof importReasons;
export type GatewayCondition = keyof typeof gatewayReasons;
/** The reasons of one condition type. */
export type ReasonOf<R, C extends keyof R> = keyof R[C] & string;
