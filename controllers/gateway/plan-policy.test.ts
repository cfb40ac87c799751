import { describe, expect, test } from '@jest/globals';
import type { NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import { importPlaceOf } from '../import/resolve.ts';
import { accessAt, policyChild, type Access, type GuardedPorts } from '../proxy/network-policy.ts';
import type { Action } from '../runtime/actions.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, anExporter, anImport, aNamespace, aPod } from '../testing/builders.ts';
import { aReport, aRulesMap, aSeenGateway, settings, type GatewaySight } from '../testing/seen.ts';
import { childKey } from './observe.ts';
import type { CarriedImport } from './observe.ts';
import { planPolicy } from './plan-policy.ts';
import { planRules } from './plan-rules.ts';

const gateway = aGateway({ direction: 'Import' });
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const fetch = (name: string, spec: NexlinkImportSpec = {}): CarriedImport => {
  const nxi = anImport(name, spec);
  return { nxi, place: importPlaceOf(nxi, aNamespace(), settings), exporters: [anExporter()] };
};
const limited = (name: string, ...clients: string[]) => fetch(name, { clients: clients.map(app) });
/** What the ConfigMap says: the port of each import, and whether it has a rule. */
const written = (ports: { [name: string]: number }, without: string[] = []) =>
  aRulesMap(
    {
      egress: Object.entries(ports)
        .filter(([name]) => !without.includes(name))
        .map(([, port]) => ({ protocol: 'tcp', port, host: '100.64.0.1', targetPort: 80 })),
    },
    Object.entries(ports).map(([name, port]) => ({
      owner: `uid-${name}`,
      protocol: 'TCP',
      port: 80,
      gatewayPort: port,
      source: name,
    })),
  );
const policyOf = (...guarded: GuardedPorts[]): NetworkPolicy => {
  const { object } = policyChild(gateway, guarded);
  return { ...object, metadata: { ...object.metadata, uid: 'uid-policy' } } as NetworkPolicy;
};
const guard = (gatewayPort: number, ...clients: string[]): GuardedPorts => ({
  peers: clients.map(app),
  ports: [{ protocol: 'TCP', gatewayPort }],
});
const pods = [aPod('import-shop')];
const [current, late] = ['present', 'earlier'].map(appliedRevision => [
  aReport(0, { appliedRevision, podUID: pods[0]!.metadata.uid! }),
]);

/** The verbs, who may use each port then, and where the rules lead when all was written, and when nothing was. */
function plan({ policy, ...sight }: GatewaySight) {
  const children = policy
    ? new Map([[childKey(resources.networkPolicies, policy.metadata.name), policy]])
    : new Map();
  const seen = aSeenGateway({ gateway, children, pods, ...sight, policy });
  const { actions, policy: next } = planPolicy(seen);
  const portsOf = (rules: ReturnType<typeof planRules>) => rules.egress.map(({ port }) => port);
  const ports = Object.fromEntries(
    planRules(seen).ports.map(({ owner, gatewayPort }) => [owner.slice(4), gatewayPort]),
  );
  return {
    verbs: actions.map(({ do: verb }: Action) => verb),
    ports,
    access: (port: number): Access => accessAt(next, { protocol: 'TCP', gatewayPort: port }),
    rules: portsOf(planRules(seen, { policy: next })),
    rulesWithout: portsOf(planRules(seen)),
  };
}

describe('a policy', () => {
  test('is not made where no import has clients', () => {
    expect(plan({ imports: [fetch('api')] })).toMatchObject({ verbs: [], rules: [20000] });
  });

  test('is made for the ports of imports with clients, which have no rules before', () => {
    const { access, ...rest } = plan({ imports: [fetch('api'), limited('db', 'a', 'b')] });
    expect(rest).toEqual({
      verbs: ['apply'],
      ports: { api: 20000, db: 20001 },
      rules: [20000, 20001],
      rulesWithout: [20000],
    });
    expect([access(20000), access(20001)]).toEqual(['everyone', [app('a'), app('b')]]);
  });

  test('is not written again when it is as it should be', () => {
    const sight = { imports: [limited('db', 'a')], rules: written({ db: 20000 }) };
    expect(plan({ ...sight, policy: policyOf(guard(20000, 'a')) })).toMatchObject({
      verbs: [],
      rules: [20000],
    });
  });

  test('of an export gateway is there always, and written again only when somebody changed it', () => {
    const exporter = aGateway();
    const [action, ...more] = planPolicy(aSeenGateway({ gateway: exporter })).actions;
    expect([action?.do, more]).toEqual(['apply', []]);
    const { object } = action as Action & { do: 'apply' };
    const stored = { ...object, metadata: { ...object.metadata, uid: 'uid-policy' } } as NetworkPolicy;
    const again = (policy: NetworkPolicy) => {
      const children = new Map([[childKey(resources.networkPolicies, policy.metadata.name), policy]]);
      return planPolicy(aSeenGateway({ gateway: exporter, children, policy })).actions.length;
    };
    expect(again(stored)).toBe(0);
    const open = structuredClone(stored);
    open.spec!.ingress![0]!.ports!.push({ protocol: 'TCP', port: 80 });
    expect(again(open)).toBe(1);
  });

  test('is written again when somebody added a port', () => {
    const policy = policyOf(guard(20000, 'a'));
    policy.spec!.ingress![0]!.ports!.push({ protocol: 'TCP', port: 20000 });
    const sight = { imports: [limited('db', 'a')], rules: written({ db: 20000 }), policy };
    expect(plan(sight)).toMatchObject({ verbs: ['apply'], rules: [20000], rulesWithout: [] });
  });

  test('that cannot be written takes the rules of an import that gets clients', () => {
    const sight = { imports: [fetch('api'), limited('db', 'a')], rules: written({ api: 20000, db: 20001 }) };
    expect(plan(sight)).toMatchObject({ verbs: ['apply'], rules: [20000, 20001], rulesWithout: [20000] });
  });

  test('that cannot be written takes them also before Nexodus has answered', () => {
    const sight = { imports: [fetch('api'), limited('db', 'a')], rules: written({ api: 20000, db: 20001 }) };
    expect(plan({ ...sight, synced: false })).toMatchObject({ rules: [20000, 20001], rulesWithout: [20000] });
  });

  test('that cannot be written leaves those that it lets in fewer to', () => {
    const sight = { rules: written({ db: 20000 }), policy: policyOf(guard(20000, 'a')) };
    expect(plan({ ...sight, imports: [limited('db', 'a', 'b')] }).rulesWithout).toEqual([20000]);
    expect(plan({ ...sight, imports: [fetch('db')] }).rulesWithout).toEqual([20000]);
    expect(plan({ ...sight, imports: [limited('db', 'b')] }).rulesWithout).toEqual([]);
  });

  test('lets nobody in where clients are not understood, and there is no rule either', () => {
    const { access, rules } = plan({ imports: [fetch('api'), fetch('db', { clients: [{}] })] });
    expect([access(20001), rules]).toEqual([[], [20000]]);
  });

  test('goes when its last import loses its clients, which opens the port at once', () => {
    const sight = {
      imports: [fetch('db')],
      rules: written({ db: 20000 }),
      policy: policyOf(guard(20000, 'a')),
    };
    const { access, verbs, rules } = plan({ ...sight, reports: late! });
    expect([verbs, rules, access(20000)]).toEqual([['delete'], [20000], 'everyone']);
  });

  test('of another gateway of that name is no policy of ours', () => {
    const imports = [limited('db', 'a')];
    expect(plan({ imports, rules: written({ db: 20000 }) })).toMatchObject({ rulesWithout: [] });
  });
});

describe('a port that is guarded no more', () => {
  const policy = policyOf(guard(20000, 'a'));
  const gone = { policy, imports: [fetch('api')] };

  test('is closed, and not given away, while there are rules for it', () => {
    const { access, verbs, ports } = plan({ ...gone, rules: written({ db: 20000 }), reports: current! });
    expect([verbs, ports, access(20000)]).toEqual([['apply'], { api: 20001 }, []]);
  });

  const lingers: [string, GatewaySight][] = [
    ['a pod has not got the new rules', { reports: late! }],
    ['a pod keeps rules', { reports: [{ ...current![0]!, message: 'nexd keeps egress tcp:20000' }] }],
    ['the rules are not known', { reports: current!, rules: undefined as never }],
  ];
  test.each(lingers)('is still so while %s', (_name, sight) => {
    const { access, ports } = plan({ ...gone, policy: policyOf(guard(20000)), rules: written({}), ...sight });
    expect([ports, access(20000)]).toEqual([{ api: 20001 }, []]);
  });

  const free: [string, GatewaySight][] = [
    ['every pod has the new rules', { reports: current! }],
    ['there are no pods', { reports: [], pods: [] }],
    ['a pod has not reported yet', { reports: [{ ...late![0]!, podUID: 'earlier' }] }],
  ];
  test.each(free)('is given away again when %s', (_name, sight) => {
    const { access, verbs, ports } = plan({
      ...gone,
      policy: policyOf(guard(20000)),
      rules: written({}),
      ...sight,
    });
    expect([verbs, ports, access(20000)]).toEqual([['delete'], { api: 20000 }, 'everyone']);
  });

  test('lingers also when its import leads elsewhere now', () => {
    const elsewhere = fetch('db', { name: 'api' });
    const { access, ports } = plan({
      policy,
      imports: [elsewhere],
      rules: written({ db: 20000 }),
      reports: current!,
    });
    expect([ports, access(20000)]).toEqual([{ db: 20001 }, []]);
  });
});
