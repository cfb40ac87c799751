/** What users do from the beginning to the end, as e2e/faults has it with a real API server: nothing is left of it. */

import { exportLabel, importLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import type { Service } from '../runtime/objects.ts';
import { apiVersionOf, resources } from '../runtime/resources.ts';
import {
  edit,
  foreign,
  namespace,
  nxe,
  nxi,
  publish,
  record,
  remove,
  service,
  setLabels,
  type Scenario,
} from './scenarios.ts';
import type { World } from './world.ts';

/** Objects that look a little like ours. */
const theirs: readonly [Resource, object][] = [
  [resources.services, { spec: { ports: [{ port: 80 }] } }],
  [resources.configMaps, { data: { rules: 'not ours' } }],
  [resources.secrets, { data: { '0.json': Buffer.from('not ours').toString('base64') } }],
  [resources.networkPolicies, { spec: { podSelector: {} } }],
  [resources.serviceAccounts, {}],
];
const others = (world: World) => {
  const labels = { 'app.kubernetes.io/managed-by': 'somebody' };
  for (const [resource, body] of theirs) {
    const metadata = { name: 'nexlink-foreign', namespace: 'shop', labels };
    const { kind } = resource;
    world.add(resource, { apiVersion: apiVersionOf(resource), kind, metadata, ...body } as KubeObject);
  }
  world.nexodus.createKey('nexlink:there/shop/export-shop/0', new Date(world.clock.monotonic() + 3_600_000));
};

export const lives: { readonly [name: string]: Scenario } = {
  'an export comes, changes, and goes': {
    given: [namespace(), others],
    when: [
      world => {
        service()(world);
        nxe()(world);
      },
      edit<Service>(resources.services, 'web', object => {
        object.spec!.ports = [{ name: 'http', port: 81, protocol: 'TCP' }];
      }),
      remove(resources.exports, 'web'),
      remove(resources.services, 'web'),
    ],
    leavesNothing: true,
  },
  'an import comes, changes, and goes': {
    given: [namespace(), others, foreign('far', record(['api', 'db']))],
    when: [
      nxi(),
      edit<NexlinkImport>(resources.imports, 'api', object => {
        object.spec.name = 'db';
      }),
      remove(resources.imports, 'api'),
    ],
    leavesNothing: true,
  },
  'labels make an export and an import, and take them away': {
    given: [namespace({ [importLabel]: 'true' }), others, foreign('far', record([]))],
    when: [
      world => {
        publish('far', record(['api']))(world);
        service()(world);
        setLabels({ [exportLabel]: 'true' })(world);
      },
      world => {
        publish('far', record([]))(world);
        setLabels({})(world);
      },
      remove(resources.services, 'web'),
    ],
    leavesNothing: true,
  },
};
