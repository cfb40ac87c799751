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

const wide = { priority: 1 } as const;

/**
 * kubectl puts kind and group before the names when it is asked for several kinds. Beside such a name there is room
 * for what everybody wants to know first, within 100 columns; the rest is shown with `-o wide`.
 */
const firstColumns = [
  column('Ready', condition('Ready', 'status'), 'Bytes can flow now.'),
  column('Reason', condition('Ready', 'reason'), 'Why it is ready, or not.'),
];
const age = column('Age', '.metadata.creationTimestamp', 'Time since creation.', { type: 'date' });
const message = column('Message', condition('Ready', 'message'), 'What Ready says in full.', wide);

/** Every kind of the group, in the order of the documentation. */
export const kinds: readonly KindInfo[] = [
  {
    kind: 'NexlinkExport',
    plural: 'nexlinkexports',
    singular: 'nexlinkexport',
    shortName: 'nxe',
    printerColumns: [
      ...firstColumns,
      age,
      column('Realm', '.status.realm', 'The realm that it is offered to.', wide),
      column('Exported as', '.status.name', 'The name that other clusters see.', wide),
      column('Ports', '.status.summary.ports', 'The ports that clients use.', wide),
      column('Gateway', '.status.gateway', 'The gateway that carries it.', wide),
      message,
    ],
  },
  {
    kind: 'NexlinkImport',
    plural: 'nexlinkimports',
    singular: 'nexlinkimport',
    shortName: 'nxi',
    printerColumns: [
      ...firstColumns,
      age,
      column('Realm', '.status.realm', 'The realm that it is imported from.', wide),
      column('Service', '.status.service', 'The Service in this namespace.', wide),
      column('Cluster-IPs', '.status.summary.clusterIPs', "The Service's addresses.", wide),
      column('Ports', '.status.summary.ports', "The Service's ports.", wide),
      column('Gateway', '.status.gateway', 'The gateway that carries it.', wide),
      column('Exporters', '.status.summary.exporters', 'How many of the exporters can be reached.', wide),
      message,
    ],
  },
  {
    kind: 'NexlinkGateway',
    plural: 'nexlinkgateways',
    singular: 'nexlinkgateway',
    shortName: 'nxg',
    printerColumns: [
      ...firstColumns,
      column('Pods', '.status.readyReplicas', 'Pods that are programmed and connected.', { type: 'integer' }),
      age,
      column('Direction', '.spec.direction', 'Export or Import.', wide),
      column('Realm', '.spec.realm', 'Its realm.', wide),
      message,
    ],
  },
];

/** The name of a kind's CustomResourceDefinition. */
export const crdName = (kind: KindInfo): string => `${kind.plural}.${group}`;

export { group, version };
