/** Pure: the pods that may use an import. */

import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { LabelSelector } from '../../api/v1alpha1/meta.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { validate } from '../../api/v1alpha1/validate.ts';
import type { Access } from '../proxy/network-policy.ts';

/**
 * What the API server would refuse of `spec.clients`, had it checked the object with the present schema. A NetworkPolicy
 * made of it would be refused too, and with it those of the other imports of the gateway.
 */
export function clientFlaws({ spec: { clients } }: NexlinkImport): string[] {
  if (clients === undefined) return [];
  return validate('NexlinkImport', {
    apiVersion,
    kind: 'NexlinkImport',
    metadata: { name: 'x' },
    spec: { clients },
  });
}

/** Who may use an import: nobody when it cannot be understood. */
export function accessTo(nxi: NexlinkImport): Access {
  const { clients } = nxi.spec;
  if (clients === undefined) return 'everyone';
  if (clientFlaws(nxi).length > 0) return [];
  return clients.map(({ podSelector, namespaceSelector }) => ({
    ...(podSelector ? { podSelector: asStored(podSelector) } : {}),
    ...(namespaceSelector ? { namespaceSelector: asStored(namespaceSelector) } : {}),
  }));
}

/** A selector as the API server gives it back, which leaves out what is empty. */
const asStored = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelSelector => ({
  ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
  ...(matchExpressions.length > 0
    ? {
        matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({
          key,
          operator,
          ...(values.length > 0 ? { values } : {}),
        })),
      }
    : {}),
});
