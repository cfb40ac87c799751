/** What goes wrong is told by a condition or an event that names object, cause and next step, and heals by itself. */

import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import type { Pod, Secret, Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { system } from '../harness/controllers.ts';
import { environment } from '../harness/environment.ts';
import { useSpace } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-bad-input';
const simTest = env.sim ? test : test.skip;

let restarts: string;

useSpace(env, space, async () => {
  await a.export(space, 'web');
  await b.answers(space, 'http://web/', 'web of a');
  restarts = await controllerRestarts();
});

describe('bad input', () => {
  test('an export of a Service that does not exist says so, and starts when it appears', async () => {
    await a.export(space, 'later');
    const valid = await a.condition(resources.exports, space, 'later', {
      type: 'Valid',
      status: 'False',
      reason: 'NoService',
    });
    expect(valid.message).toContain(`Service ${space}/later does not exist: create it`);
    await expectEvent(space, 'later', 'NoService');
    await a.web(space, 'later', 'later of a');
    await b.answers(space, 'http://later/', 'later of a', 30_000);
  }, 90_000);

  test('an export of an ExternalName says so', async () => {
    await a.writer.apply<Service>(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'outside', namespace: space },
      spec: { type: 'ExternalName', externalName: 'example.com' },
    } as Service);
    await a.export(space, 'outside');
    const valid = await a.condition(resources.exports, space, 'outside', {
      type: 'Valid',
      status: 'False',
      reason: 'InvalidServiceType',
    });
    expect(valid.message).toContain('ExternalName');
    await expectEvent(space, 'outside', 'InvalidServiceType');
  }, 60_000);

  simTest(
    'an unreachable Nexodus is told of; traffic goes on; it heals',
    async () => {
      await env.sim!.call('POST', '/api/down', { mode: 'refuse' });
      const connected = await a.condition(resources.gateways, space, `export-${space}`, {
        type: 'Connected',
        status: 'False',
        reason: 'Unreachable',
      });
      expect(connected.message).toContain('https://api.nexodus.test');
      expect(await b.curl(space, 'http://web/')).toBe('web of a');
      await a.web(space, 'during', 'during of a');
      await a.export(space, 'during');
      await a.condition(resources.exports, space, 'during', {
        type: 'Ready',
        status: 'False',
        reason: 'NexodusUnavailable',
      });
      await env.sim!.call('POST', '/api/up');
      await b.answers(space, 'http://during/', 'during of a', 60_000);
      await a.condition(resources.gateways, space, `export-${space}`, { type: 'Connected', status: 'True' });
    },
    150_000,
  );

  test('wrong credentials are told of; traffic goes on; the right ones are taken up without a restart', async () => {
    const secret = (await a.get<Secret>(resources.secrets, system, 'nexodus-credentials'))!;
    const write = (password: string) =>
      a.writer.jsonPatch({ resource: resources.secrets, namespace: system, name: 'nexodus-credentials' }, [
        { op: 'replace', path: '/data/password', value: Buffer.from(password).toString('base64') },
      ]);
    const right = Buffer.from(secret.data!['password']!, 'base64').toString();
    try {
      await write('wrong');
      const connected = await a.condition(resources.gateways, space, `export-${space}`, {
        type: 'Connected',
        status: 'False',
        reason: 'Unauthorized',
      });
      expect(connected.message).toContain('nexodus-credentials');
      expect(connected.message).not.toContain('wrong');
      expect(await b.curl(space, 'http://web/')).toBe('web of a');
    } finally {
      await write(right);
    }
    await a.condition(resources.gateways, space, `export-${space}`, { type: 'Connected', status: 'True' });
    await a.web(space, 'after', 'after of a');
    await a.export(space, 'after');
    await b.answers(space, 'http://after/', 'after of a', 30_000);
  }, 150_000);

  simTest(
    'no answer of any STUN server is told of; it heals',
    async () => {
      await env.sim!.call('POST', '/stun/off');
      await a.export(space, 'deaf', { service: 'web', gateway: 'deaf' });
      const connected = await a.condition(
        resources.gateways,
        space,
        'deaf',
        { type: 'Connected', status: 'False', reason: 'NoSTUNAnswer' },
        120_000,
      );
      expect(connected.message).toContain('gateway.stunServers');
      await a.condition(resources.exports, space, 'deaf', {
        type: 'Ready',
        status: 'False',
        reason: 'GatewayNotReady',
      });
      await env.sim!.call('POST', '/stun/on');
      await a.condition(resources.gateways, space, 'deaf', { type: 'Connected', status: 'True' }, 120_000);
      await a.condition(resources.exports, space, 'deaf', { type: 'Ready', status: 'True' }, 60_000);
      await a.remove(resources.exports, space, 'deaf');
    },
    330_000,
  );

  test('nothing of all this restarted a controller', async () => {
    expect(await controllerRestarts()).toBe(restarts);
  });
});

async function controllerRestarts(): Promise<string> {
  const pods = await Promise.all([a, b].map(cluster => cluster.list<Pod>(resources.pods, system)));
  return pods
    .flat()
    .map(({ metadata, status }) => `${metadata.name} ${status?.containerStatuses?.[0]?.restartCount}`)
    .sort()
    .join('\n');
}

async function expectEvent(namespace: string, object: string, reason: string): Promise<void> {
  await until(`an event ${reason} about ${object}`, async () => {
    const events = await a.list<KubeObject & { reason?: string; regarding?: { name?: string } }>(
      resources.events,
      namespace,
    );
    return events.some(event => event.reason === reason && event.regarding?.name === object);
  });
}
