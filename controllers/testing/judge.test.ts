/** Runs in which nothing is found wrong prove something only when it would be found. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import { parseIdentities } from '../gateway/identity.ts';
import type { Secret } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { flawsOf, given, run } from './runs.ts';
import { edit, namespace, nxe, remove, service } from './scenarios.ts';
import type { World } from './world.ts';

const scenario = { given: [namespace(), service(), nxe()], when: [remove(resources.exports, 'web')] };
let world: World;
beforeEach(async () => {
  world = await given(scenario);
  expect([world.violations, world.judge.dishonest()]).toEqual([[], []]);
});
const deviceID = () => [...world.nexodus.devices.keys()][0]!;

test('a condition that is about an older generation is found', () => {
  edit<NexlinkExport>(resources.exports, 'web', object => {
    object.spec.ports = [{ port: 80, targetPort: 8080 }];
  })(world);
  expect(world.judge.dishonest()).toContain('Ready of NexlinkExport web is stale');
});

test('an export that is Ready and not published is found', () => {
  for (const id of world.nexodus.devices.keys()) world.nexodus.deleteMetadata(id);
  expect(world.judge.dishonest()).toEqual(['export web is Ready, but nothing that is published leads to it']);
});

test('a port that nexd does not carry is found when it is published', () => {
  const published = { name: 'web', namespace: 'shop', protocol: 'tcp', port: 4711 };
  world.judge.record(deviceID(), { services: [published] });
  expect(world.violations).toEqual([expect.stringContaining('is published on port 4711')]);
});

test('a private key and the token of a registration key are found', () => {
  const secret = world.server.get<Secret>(resources.secrets, 'shop', 'nexlink-export-shop');
  const { privateKey, regKey } = parseIdentities(secret).get(0)!;
  world.judge.log().with({ key: privateKey }).info('fine');
  world.judge.secrecy('event', `${regKey} is spent`);
  world.judge.secrecy('event', 'nothing');
  expect(world.violations).toEqual([
    expect.stringMatching(/^secret in log/),
    expect.stringMatching(/^secret in event/),
  ]);
});

test('a gateway that goes before its keys is found', () => {
  edit(resources.gateways, 'export-shop', object => {
    object.metadata.finalizers = [];
  })(world);
  remove(resources.gateways, 'export-shop')(world);
  expect(world.violations).toEqual(['gateway export-shop is gone, and 2 of its keys are not']);
});

test('what is left behind, and an end that is another one, are found', async () => {
  const wanted = await run({ ...scenario, leavesNothing: true }, world);
  expect(flawsOf(wanted, wanted)).toEqual([]);
  const end = await run({ ...scenario, when: [service('other')], leavesNothing: true }, world);
  expect(flawsOf(end, wanted)).toContainEqual(expect.stringMatching(/^left behind: .*"name":"other"/));
  expect(flawsOf(end, wanted)).toContainEqual(expect.stringMatching(/^0: \+ .*"name":"other"/));
});
