/** What users do. Each scenario ends with nothing. */

import type { NexlinkExport } from '../../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import { exportLabel, importLabel } from '../../../api/v1alpha1/labels.ts';
import type { Service, ServicePort } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { Exporter } from './foreign.ts';
import type { Scenario } from './runs.ts';
import type { World } from './world.ts';

/** A Service with an application behind it. */
export const service = (name = 'web', ports: ServicePort[] = [{ name: 'http', port: 80 }], labels = {}) =>
  ({ metadata: { name, labels }, spec: { selector: { app: name }, ports } }) as unknown as Service;

export const nxe = (name = 'web', spec: NexlinkExport['spec'] = {}) =>
  ({ metadata: { name }, spec }) as NexlinkExport;

export const nxi = (name = 'api', spec: NexlinkImport['spec'] = {}) =>
  ({ metadata: { name }, spec }) as NexlinkImport;

/** Creates an export of a Service and waits until it is ready. */
export async function exportWeb(world: World): Promise<void> {
  await world.create(resources.services, service());
  await world.create(resources.exports, nxe());
  await world.untilCondition(resources.exports, 'web', 'True Exported');
}

export const scenarios: { readonly [name: string]: Scenario } = {
  'an export comes, changes, and goes': {
    steps: {
      create: async world => {
        await world.create(resources.services, service());
        await world.create(resources.exports, nxe());
      },
      edit: world =>
        world.patch(resources.services, 'web', { spec: { ports: [{ name: 'http', port: 81 }] } }),
      delete: world => world.delete(resources.exports, 'web'),
      'delete the Service': world => world.delete(resources.services, 'web'),
    },
  },
  'an import comes, changes, and goes': {
    steps: {
      create: async world => {
        await (await Exporter.add(world)).offer(['api', 'db']);
        await world.create(resources.imports, nxi());
      },
      edit: world => world.patch(resources.imports, 'api', { spec: { name: 'db' } }),
      delete: world => world.delete(resources.imports, 'api'),
    },
  },
  'labels make an export and an import, and take them away': {
    world: { labels: { [importLabel]: 'true' } },
    steps: {
      create: async world => {
        await (await Exporter.add(world)).offer(['api']);
        await world.create(resources.services, service('web', undefined, { [exportLabel]: 'true' }));
      },
      delete: async world => {
        await world.exporters[0]!.offer([]);
        await world.patch(resources.services, 'web', { metadata: { labels: { [exportLabel]: null } } });
      },
      'delete the Service': async world => {
        await world.delete(resources.services, 'web');
      },
    },
  },
};
