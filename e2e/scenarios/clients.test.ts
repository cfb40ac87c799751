/** Imports that only some pods may use. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NexlinkImport, NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import type { NetworkPolicy } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-clients';
/** Another namespace of `b`, by its labels a client later. */
const team = 'e2e-clients-team';
const gateway = `import-${space}`;
const policyName = `nexlink-${gateway}`;
const page = 'web of a';

useNamespaces(
  env,
  [
    [a, { [space]: {} }],
    [b, { [space]: { imports: true }, [team]: { labels: { team: 'reports' } } }],
  ],
  async () => {
    await Promise.all([
      a.web(space, 'web', page),
      b.clientPod(space),
      b.clientPod(space, 'other'),
      b.clientPod(team),
    ]);
  },
);

type From = readonly [namespace: string, pod: string];
const client: From = [space, 'client'];
const other: From = [space, 'other'];
const teammate: From = [team, 'client'];

/** The page that a pod gets, or `timeout`, which is how a closed port answers. */
async function get([namespace, pod]: From, url: string): Promise<string> {
  const curl = ['curl', '--silent', '--fail', '--connect-timeout', '2', '--max-time', '10'];
  try {
    return (await b.exec(namespace, pod, ...curl, url)).trim();
  } catch (error) {
    if (/exit code 28/.test(String(error))) return 'timeout';
    return `error: ${String((error as { stderr?: string }).stderr ?? error)}`;
  }
}

/** What each of the three pods gets, in that order. */
const getAll = (url: string) => Promise.all([client, other, teammate].map(from => get(from, url)));
const urlOf = (service: string) => `http://${service}.${space}/`;

/** Waits until they get this. */
async function everyoneGets(url: string, wanted: readonly string[]): Promise<void> {
  let last: string[] = [];
  await until(
    `client, other and the client of ${team} get ${wanted.join(', ')} from ${url}`,
    async () => {
      last = await getAll(url);
      return JSON.stringify(last) === JSON.stringify(wanted);
    },
    {
      timeoutMs: 60_000,
      explain: async () =>
        `last: ${last.join(', ')}\n${await b.overview(space)}\n${await b.kubectl('-n', space, 'get', 'networkpolicy', '-o', 'yaml')}`,
    },
  );
}

const limited = (clients: NonNullable<NexlinkImportSpec['clients']>): NexlinkImportSpec => ({
  name: 'web',
  clients,
});
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const isReady = () =>
  b.condition(resources.imports, space, 'limited', { type: 'Ready', status: 'True' }, 180_000);

describe('clients', () => {
  beforeAll(async () => {
    // Everything below is worth nothing where policies are not enforced.
    await b.web(space, 'local', 'local of b');
    await b.answers(space, `http://local.${space}/`, 'local of b');
    const deny = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: space },
      spec: { podSelector: { matchLabels: { app: 'local' } }, policyTypes: ['Ingress'] },
    } satisfies NetworkPolicy;
    await b.writer.apply<NetworkPolicy>(resources.networkPolicies, deny);
    await until(
      `cluster ${b.name} enforces NetworkPolicies, which spec.clients needs (hack/kind/down and up renew one that does not)`,
      async () => (await get(client, urlOf('local'))) === 'timeout',
      { timeoutMs: 30_000 },
    );
    await b.remove(resources.networkPolicies, space, 'deny');
  }, 240_000);

  test('an open import is for everyone', async () => {
    await a.export(space, 'web');
    await everyoneGets(urlOf('web'), [page, page, page]);
    expect(await b.get(resources.networkPolicies, space, policyName)).toBeUndefined();
  }, 240_000);

  test('one with a podSelector is for these pods; the open one beside it still for everyone', async () => {
    await b.import(space, 'limited', limited([app('client')]));
    await isReady();
    await everyoneGets(urlOf('limited'), [page, 'timeout', 'timeout']);
    await everyoneGets(urlOf('web'), [page, page, page]);
    const nxi = (await b.get<NexlinkImport>(resources.imports, space, 'limited'))!;
    expect(nxi.status?.gateway).toBe(gateway);
  }, 360_000);

  test('nor can others reach its port at the gateway’s pods', async () => {
    const nxi = (await b.get<NexlinkImport>(resources.imports, space, 'limited'))!;
    const port = nxi.status!.ports![0]!.listenPort;
    for (const pod of await b.gatewayPods(space, gateway)) {
      const url = `http://${pod.status!.podIP}:${port}/`;
      await everyoneGets(url, [page, 'timeout', 'timeout']);
    }
  }, 120_000);

  test('one with a namespaceSelector is for the pods of these namespaces', async () => {
    await b.import(space, 'limited', limited([{ namespaceSelector: { matchLabels: { team: 'reports' } } }]));
    await isReady();
    await everyoneGets(urlOf('limited'), ['timeout', 'timeout', page]);
  }, 240_000);

  test('a policy that somebody deletes is there again', async () => {
    const before = (await b.get(resources.networkPolicies, space, policyName))!;
    await b.remove(resources.networkPolicies, space, policyName);
    await until('there is another policy', async () => {
      const policy = await b.get(resources.networkPolicies, space, policyName);
      return policy && policy.metadata.uid !== before.metadata.uid;
    });
    await everyoneGets(urlOf('limited'), ['timeout', 'timeout', page]);
  }, 240_000);

  test('without clients it is for everyone, and the policy is gone', async () => {
    await b.import(space, 'limited', { name: 'web' });
    await isReady();
    await everyoneGets(urlOf('limited'), [page, page, page]);
    await b.gone(resources.networkPolicies, space, policyName, 30_000);
  }, 240_000);

  test('with an import the policy goes, and what it guarded is open to the next one', async () => {
    await b.import(space, 'limited', limited([app('client')]));
    await everyoneGets(urlOf('limited'), [page, 'timeout', 'timeout']);
    await b.remove(resources.imports, space, 'limited');
    await b.gone(resources.networkPolicies, space, policyName, 30_000);
    await b.import(space, 'next', { name: 'web' });
    await everyoneGets(urlOf('next'), [page, page, page]);
  }, 360_000);
});
