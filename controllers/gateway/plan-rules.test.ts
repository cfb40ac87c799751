import { describe, expect, test } from '@jest/globals';
import type { NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import { resolveExport } from '../export/resolve.ts';
import type { ExporterRecord } from '../import/registry.ts';
import { importPlaceOf } from '../import/resolve.ts';
import type { ServiceRecord } from '../metadata/record.ts';
import { flawOf, formatRule } from '../proxy/nexd-rule.ts';
import { probePort } from '../proxy/ports.ts';
import type { Rule } from '../proxy/rules.ts';
import {
  aGateway,
  anExport,
  anExporter,
  anImport,
  aNamespace,
  aService,
  aServiceRecord,
} from '../testing/builders.ts';
import { aRulesMap, aSeenGateway, settings } from '../testing/seen.ts';
import type { CarriedExport, CarriedImport } from './observe.ts';
import { planRules, rulesMeanwhile, winners } from './plan-rules.ts';

const carry = (
  name: string,
  spec: NexlinkExportSpec = {},
  service = aService(spec.service ?? name),
): CarriedExport => {
  const nxe = anExport(name, spec);
  return { nxe, resolved: resolveExport(nxe, aNamespace(), service, settings), isBacked: true };
};
const fetch = (name: string, exporters: ExporterRecord[]): CarriedImport => {
  const nxi = anImport(name);
  return { nxi, place: importPlaceOf(nxi, aNamespace(), settings), exporters };
};
const text = ({
  protocol,
  port,
  host,
  targetPort,
}: {
  protocol: string;
  port: number;
  host: string;
  targetPort: number;
}) => `${protocol}:${port}:${host}:${targetPort}`;
const importer = aGateway({ direction: 'Import' });

describe('while Nexodus does not take what is published', () => {
  const rule = (port: number, host: string) => ({ protocol: 'tcp', port, host, targetPort: 80 }) as const;
  const before = [rule(80, 'old'), rule(81, 'old')];
  const published = [aServiceRecord(), aServiceRecord({ name: 'db', port: 81, servicePort: 5432 })];
  const kept = (ingress: Rule[], ...wanted: Partial<ServiceRecord>[]) =>
    rulesMeanwhile(
      ingress,
      wanted.map(each => aServiceRecord(each)),
      published,
      before,
    );

  test('a published port follows its Service', () =>
    expect(kept([rule(80, 'new'), rule(81, 'old')], {}, { name: 'db', port: 81, servicePort: 5432 })).toEqual(
      [rule(80, 'new'), rule(81, 'old')],
    ));

  test('a published port keeps its rule when nothing, or something else, is to be there', () => {
    expect(kept([rule(80, 'new')], {})).toEqual([rule(80, 'new'), rule(81, 'old')]);
    expect(
      kept([rule(80, 'new'), rule(81, 'new')], {}, { name: 'api', port: 81, servicePort: 5432 }),
    ).toEqual([rule(80, 'new'), rule(81, 'old')]);
    expect(kept([rule(81, 'new')], { name: 'db', port: 81, servicePort: 443 })).toEqual(before);
  });

  test('a port that is not published is free', () =>
    expect(kept([rule(82, 'new')], { port: 82 })).toEqual([...before, rule(82, 'new')]));
});

describe('an export gateway', () => {
  test('sends to a Service that has an IPv6 address only, in a form that nexd takes', () => {
    const web = carry(
      'web',
      {},
      aService('web', undefined, { clusterIP: 'fd00::7', clusterIPs: ['fd00::7'] }),
    );
    const { ingress } = planRules(aSeenGateway({ exports: [web] }));
    expect(ingress.map(rule => [flawOf('ingress', rule), formatRule(rule)])).toEqual([
      [undefined, 'tcp:80:[fd00::7]:80'],
    ]);
  });

  test('listens on the ports of the Services and sends to them', () => {
    const { ingress, egress, ports } = planRules(
      aSeenGateway({
        exports: [carry('web'), carry('dns', {}, aService('dns', [{ port: 53, protocol: 'UDP' }]))],
      }),
    );
    expect(ingress.map(text)).toEqual(['udp:53:10.96.0.7:53', 'tcp:80:10.96.0.7:80']);
    expect(egress).toEqual([]);
    expect(ports.map(({ owner, gatewayPort }) => [owner, gatewayPort])).toEqual([
      ['uid-web', 80],
      ['uid-dns', 53],
    ]);
  });

  test('gives the younger of two another port', () => {
    const { ingress } = planRules(aSeenGateway({ exports: [carry('web'), carry('api')] }));
    expect(ingress.map(text)).toEqual(['tcp:80:10.96.0.7:80', 'tcp:20000:10.96.0.7:80']);
  });

  test('gives nobody the port of the probes: neither who wants it nor who had it', () => {
    const service = (protocol: 'TCP' | 'UDP') => aService('web', [{ port: probePort, protocol }]);
    const portOf = (protocol: 'TCP' | 'UDP', rules = aRulesMap({})) =>
      planRules(aSeenGateway({ rules, exports: [carry('web', {}, service(protocol))] })).ports[0]!
        .gatewayPort;
    const had = { owner: 'uid-web', protocol: 'TCP' as const, port: probePort, gatewayPort: probePort };
    expect(portOf('TCP')).toBe(20000);
    expect(portOf('TCP', aRulesMap({}, [had]))).toBe(20000);
    expect(portOf('UDP')).toBe(probePort);
  });

  test('does not offer the same name and port twice', () => {
    const exports = [carry('web'), carry('other', { name: 'web' })];
    expect(winners(exports).map(({ claims }) => claims.length)).toEqual([1, 0]);
    expect(planRules(aSeenGateway({ exports })).ingress).toHaveLength(1);
  });

  test('has no rule for what is not valid', () => {
    const invalid = carry('web', {}, aService('web', []));
    expect(planRules(aSeenGateway({ exports: [invalid] }))).toEqual({ ingress: [], egress: [], ports: [] });
  });

  test('sends to a target as it sends to a Service', () => {
    const ports = [{ port: 80, targetPort: 8080 }];
    const target = carry('db', { target: { address: '2001:db8::7' }, ports });
    const { ingress } = planRules(aSeenGateway({ exports: [carry('web'), target] }));
    expect(ingress.map(text)).toEqual(['tcp:80:10.96.0.7:80', 'tcp:20000:2001:db8::7:8080']);
  });

  test('has no rule for a target that is no address', () => {
    const target = carry('db', { target: { address: 'a:1:b' }, ports: [{ port: 80 }] });
    expect(planRules(aSeenGateway({ exports: [target] })).ingress).toEqual([]);
  });

  test('keeps the ports of its record, or of the status when that is lost', () => {
    const web = carry('web');
    const status = { ports: [{ protocol: 'TCP' as const, port: 80, devicePort: 20007 }] };
    const recorded = [{ owner: 'uid-web', protocol: 'TCP' as const, port: 80, gatewayPort: 20008 }];
    const portOf = (sight: Parameters<typeof aSeenGateway>[0]) =>
      planRules(aSeenGateway(sight)).ports[0]!.gatewayPort;
    const exports = [{ ...web, nxe: { ...web.nxe, status } }];
    expect(portOf({ exports })).toBe(20007);
    expect(portOf({ exports, rules: aRulesMap({}, recorded) })).toBe(20008);
  });
});

describe('an import gateway', () => {
  const http = aServiceRecord({ port: 20005 });

  test('listens on ports of the range and sends to every exporter', () => {
    const imports = [fetch('web', [anExporter(0, [http]), anExporter(1)]), fetch('api', [anExporter(1)])];
    const { ingress, egress } = planRules(aSeenGateway({ gateway: importer, imports }));
    expect(ingress).toEqual([]);
    expect(egress.map(text)).toEqual([
      'tcp:20000:100.64.0.1:20005',
      'tcp:20000:100.64.0.2:80',
      'tcp:20001:100.64.0.2:80',
    ]);
  });

  test('keeps the port, without a rule, while nobody offers anything', () => {
    const port = { owner: 'uid-web', protocol: 'TCP' as const, port: 80, gatewayPort: 20003 };
    const rules = aRulesMap({}, [port]);
    const plan = planRules(
      aSeenGateway({ gateway: importer, rules, imports: [fetch('web', [anExporter(0, [])])] }),
    );
    expect(plan).toEqual({ ingress: [], egress: [], ports: [{ ...port, source: 'web' }] });
  });

  test('the order in which exporters are seen makes no difference', () => {
    const exporters = [anExporter(0, [http]), anExporter(1)];
    const plan = (list: ExporterRecord[]) =>
      planRules(aSeenGateway({ gateway: importer, imports: [fetch('web', list)] }));
    expect(plan([...exporters].reverse())).toEqual(plan(exporters));
  });
});
