import { expect, test } from '@jest/globals';
import { aGateway, gatewayDefaults } from '../testing/builders.ts';
import { appliedAnnotation, child, fixedChildren, rulesChild } from './children.ts';
import { resources } from '../runtime/resources.ts';
import type { Rule } from './rules.ts';

const gateway = aGateway();
const stampOf = ({ object }: { object: { metadata: { annotations?: { [key: string]: string } } } }) =>
  object.metadata.annotations?.[appliedAnnotation];
const kinds = (defaults = gatewayDefaults) =>
  fixedChildren(gateway, 2, defaults).map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);

test('children are owned by their gateway, and labeled with it', () => {
  for (const { object } of fixedChildren(gateway, 2, gatewayDefaults))
    expect(object.metadata).toMatchObject({
      namespace: 'shop',
      labels: { 'nexlink.nexodus.io/gateway': 'export-shop', 'nexlink.nexodus.io/managed-by': 'controller' },
      ownerReferences: [
        { kind: 'NexlinkGateway', name: 'export-shop', uid: 'uid-export-shop', controller: true },
      ],
    });
});

test('the StatefulSet comes last, after all that its pods need', () => {
  const name = 'nexlink-export-shop';
  expect(kinds()).toEqual([
    `ServiceAccount ${name}`,
    `Role ${name}`,
    `RoleBinding ${name}`,
    `PodDisruptionBudget ${name}`,
    `StatefulSet ${name}`,
  ]);
  expect(kinds({ ...gatewayDefaults, ca: 'PEM' })).toContain(`ConfigMap ${name}-ca`);
});

test('children are rendered once for a spec, number of replicas and settings', () => {
  const rendered = fixedChildren(gateway, 2, gatewayDefaults);
  expect(fixedChildren(structuredClone(gateway), 2, gatewayDefaults)).toBe(rendered);
  const others = [
    fixedChildren(aGateway({ agent: { resources: { limits: { memory: '1Gi' } } } }), 2, gatewayDefaults),
    fixedChildren(gateway, 3, gatewayDefaults),
    fixedChildren(gateway, 2, { ...gatewayDefaults, nexdImage: 'other' }),
  ].map(children => stampOf(children.at(-1)!));
  expect(new Set([...others, stampOf(rendered.at(-1)!)]).size).toBe(4);
});

test('the next pod is replaced when a new one has been ready for a while', () => {
  const set = fixedChildren(gateway, 2, gatewayDefaults).at(-1)!.object as { spec?: object };
  expect(set.spec).toMatchObject({ updateStrategy: { type: 'OnDelete' } });
});

test('an account that is given is bound, and none is made', () => {
  const defaults = { ...gatewayDefaults, serviceAccountName: 'mine' };
  expect(kinds(defaults)).not.toContain('ServiceAccount nexlink-export-shop');
  const binding = fixedChildren(gateway, 2, defaults).find(
    ({ resource }) => resource === resources.roleBindings,
  )!;
  expect(binding.object).toMatchObject({
    subjects: [{ kind: 'ServiceAccount', name: 'mine', namespace: 'shop' }],
  });
});

test('an agent may read one ConfigMap and write one status, and nothing else', () => {
  const role = fixedChildren(gateway, 2, gatewayDefaults).find(
    ({ resource }) => resource === resources.roles,
  )!;
  const { rules } = role.object as unknown as {
    rules: { resources: string[]; resourceNames: string[]; verbs: string[] }[];
  };
  expect(rules.map(rule => `${rule.resources} ${rule.resourceNames} ${rule.verbs}`)).toEqual([
    'configmaps nexlink-export-shop-rules list,watch',
    'nexlinkgateways/status export-shop patch',
  ]);
});

test('a drain may take one pod at a time, and any number that is not ready', () => {
  const children = fixedChildren(gateway, 2, gatewayDefaults);
  const [budget, set] = [resources.podDisruptionBudgets, resources.statefulSets].map(
    kind => children.find(({ resource }) => resource === kind)!.object as unknown as { spec: object },
  );
  const { selector } = set!.spec as { selector: object };
  expect(budget!.spec).toEqual({
    maxUnavailable: 1,
    selector,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('the stamp is the same for the same content, and another for any other', () => {
  const make = (data: object) => child(gateway, resources.configMaps, 'x', { data });
  expect(stampOf(make({ a: '1' }))).toBe(stampOf(make({ a: '1' })));
  expect(stampOf(make({ a: '1' }))).not.toBe(stampOf(make({ a: '2' })));
});

test('the revision tells rules apart, not ports', () => {
  const rule: Rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 80 };
  const port = { owner: 'a', protocol: 'TCP' as const, port: 80, gatewayPort: 80 };
  const { rules, child: map } = rulesChild(gateway, [rule], [], [port]);
  expect(rulesChild(gateway, [rule], [], []).rules.revision).toBe(rules.revision);
  expect(rulesChild(gateway, [], [rule], [port]).rules.revision).not.toBe(rules.revision);
  const { data } = map.object as unknown as { data: { [key: string]: string } };
  expect(JSON.parse(data['rules.json']!)).toEqual(rules);
  expect(JSON.parse(data['ports.json']!)).toEqual([port]);
});

test('a revision stays while the rules do, and none comes twice', () => {
  const rule: Rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 80 };
  const { rules: first } = rulesChild(gateway, [rule], [], []);
  const { rules: second } = rulesChild(gateway, [], [], [], first);
  const { rules: third } = rulesChild(gateway, [rule], [], [], second);
  expect(rulesChild(gateway, [{ ...rule }], [], [], first).rules.revision).toBe(first.revision);
  expect(new Set([first, second, third].map(({ revision }) => revision)).size).toBe(3);
});
