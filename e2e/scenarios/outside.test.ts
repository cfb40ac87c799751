/** What is no Service of a cluster: a server that a cluster can reach, and a plain Nexodus device. */

import { describe, expect, test } from '@jest/globals';
import type { Pod } from '../../controllers/runtime/objects.ts';
import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useSpace } from '../harness/space.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-outside';
useSpace(env, space);

describe('outside', () => {
  test('a server that has only an address is exported by spec.target', async () => {
    const { status } = (await a.get<Pod>(resources.pods, space, 'web'))!;
    await a.export(space, 'legacy', {
      target: { address: status!.podIP! },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
    await b.answers(space, 'http://legacy/', 'web of a', 60_000);
    const valid = await a.condition(resources.exports, space, 'legacy', { type: 'Valid', status: 'True' });
    expect(valid.message).toContain(status!.podIP!);
  }, 120_000);

  test('a device that publishes nothing about it is imported by spec.device', async () => {
    // The gateway of the other cluster stands for a machine on which somebody runs nexd proxy.
    const gateway = (await a.gateway(space, `export-${space}`))!;
    const device = gateway.status!.replicas!.find(({ ready }) => ready)!;
    const nxi: NexlinkImport = {
      apiVersion,
      kind: 'NexlinkImport',
      metadata: { name: 'machine', namespace: space },
      spec: {
        device: { address: device.tunnelIPv4! },
        ports: [{ name: 'http', port: 8000, devicePort: 80 }],
      },
    };
    await b.writer.apply(resources.imports, nxi);
    await b.answers(space, 'http://machine:8000/', 'web of a', 60_000);
    await b.condition(resources.imports, space, 'machine', { type: 'Ready', status: 'True' });
    const found = (await b.get<NexlinkImport>(resources.imports, space, 'machine'))!;
    expect(found.status?.exporters?.map(({ deviceID }) => deviceID)).toEqual([device.deviceID]);

    await b.import(space, 'nowhere', { device: { hostname: 'no-such-machine' }, ports: [{ port: 80 }] });
    const ready = await b.condition(resources.imports, space, 'nowhere', {
      type: 'Ready',
      status: 'False',
      reason: 'DeviceNotFound',
    });
    expect(ready.message).toContain('no-such-machine');
  }, 120_000);
});
