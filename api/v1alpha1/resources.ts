import { group, version } from './labels.ts';

/** What the API server calls a kind, and how kubectl prints it. */
export interface KindInfo {
  kind: string;
  plural: string;
  singular: string;
  shortName: string;
  printerColumns: readonly PrinterColumn[];
}

export interface PrinterColumn {
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  /** 0: always shown; 1: with `-o wide`. */
  priority: 0 | 1;
  description: string;
}

const condition = (type: string, field: 'status' | 'reason' | 'message') =>
  `.status.conditions[?(@.type=="${type}")].${field}`;

const column = (
  name: string,
  jsonPath: string,
  description: string,
  options: { type?: PrinterColumn['type']; priority?: 0 | 1 } = {},
): PrinterColumn => ({
  name,
  type: options.type ?? 'string',
  jsonPath,
  priority: options.priority ?? 0,
  description,
});

const readyColumns = [
  column('Ready', condition('Ready', 'status'), 'Bytes can flow now.'),
  column('Reason', condition('Ready', 'reason'), 'Why it is ready, or not.'),
];
const lastColumns = [
  column('Age', '.metadata.creationTimestamp', 'Time since creation.', { type: 'date' }),
  column('Message', condition('Ready', 'message'), 'What Ready says in full.', { priority: 1 }),
];

/** Every kind of the group, in the order of the documentation. */
export const kinds: readonly KindInfo[] = [
  {
    kind: 'NexlinkExport',
    plural: 'nexlinkexports',
    singular: 'nexlinkexport',
    shortName: 'nxe',
    printerColumns: [
      column('Realm', '.status.realm', 'The realm that it is offered to.'),
      column('Exported as', '.status.name', 'The name that other clusters see.'),
      ...readyColumns,
      column('Gateway', '.status.gateway', 'The gateway that carries it.', { priority: 1 }),
      ...lastColumns,
    ],
  },
  {
    kind: 'NexlinkImport',
    plural: 'nexlinkimports',
    singular: 'nexlinkimport',
    shortName: 'nxi',
    printerColumns: [
      column('Realm', '.status.realm', 'The realm that it is imported from.'),
      column('Service', '.status.service', 'The Service in this namespace.'),
      column('Cluster-IP', '.status.clusterIPs[0]', "The Service's address."),
      ...readyColumns,
      ...lastColumns,
    ],
  },
  {
    kind: 'NexlinkGateway',
    plural: 'nexlinkgateways',
    singular: 'nexlinkgateway',
    shortName: 'nxg',
    printerColumns: [
      column('Direction', '.spec.direction', 'Export or Import.'),
      column('Realm', '.spec.realm', 'Its realm.'),
      column('Pods ready', '.status.readyReplicas', 'Pods that are programmed and connected.', {
        type: 'integer',
      }),
      ...readyColumns,
      ...lastColumns,
    ],
  },
];

/** The name of a kind's CustomResourceDefinition. */
export const crdName = (kind: KindInfo): string => `${kind.plural}.${group}`;

export { group, version };
