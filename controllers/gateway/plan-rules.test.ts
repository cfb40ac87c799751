import { describe, expect, test } from '@jest/globals';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import { resolveExport } from '../export/resolve.ts';
import type { ExporterRecord } from '../import/registry.ts';
import { importPlaceOf } from '../import/resolve.ts';
import { flawOf, formatRule } from '../proxy/nexd-rule.ts';
import { probePort } from '../proxy/ports.ts';
import {
  aGateway,
  anExport,
  anExporter,
  anImport,
  aNamespace,
  aPod,
  aService,
  aServiceRecord,
} from '../testing/builders.ts';
import { aReport, aRulesMap, aSeenGateway, settings } from '../testing/seen.ts';
import type { CarriedExport, CarriedImport } from './observe.ts';
import { planRules, winners } from './plan-rules.ts';

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

describe('a port of an export gateway that was given up', () => {
  const former = {
    owner: 'uid-web',
    protocol: 'TCP' as const,
    port: 80,
    gatewayPort: 80,
    source: 'web web',
  };
  const rule = { protocol: 'tcp', port: 80, host: '10.96.0.66', targetPort: 80 };
  const given = (exports: CarriedExport[], more: Parameters<typeof aSeenGateway>[0] = {}) => {
    const rules = aRulesMap({ ingress: [rule] }, [former]);
    const { ingress, ports, freed } = planRules(aSeenGateway({ rules, exports, ...more }));
    return {
      rules: ingress.map(text),
      ports: ports.map(({ owner, gatewayPort }) => `${owner} ${gatewayPort}`),
      freed: freed.map(({ port, isUsed }) => `${port.gatewayPort} ${isUsed ? 'used' : 'quiet'}`),
    };
  };
  const published = { publishedPorts: ['TCP/80'] };
  const closed = { rules: [], ports: [], freed: ['80 used'] };
  const another = {
    rules: ['tcp:20000:10.96.0.7:80'],
    ports: ['uid-db 20000'],
    freed: ['80 used'],
  };

  test('refuses at once, and is nobody’s as long as it is published', () => {
    expect(given([], published)).toEqual(closed);
    expect(given([carry('db')], published)).toEqual(another);
  });

  test('the same while it is not known what is published', () =>
    expect(given([carry('db')], { synced: false })).toEqual(another));

  test('is nobody’s for ten seconds after, and then free', () => {
    const quiet = (ms: number) => given([carry('db')], { quietPorts: { 'TCP/80': ms } });
    const waiting = { ...another, freed: ['80 quiet'] };
    expect(given([carry('db')])).toEqual(waiting);
    expect(quiet(9_999)).toEqual(waiting);
    expect(quiet(10_000)).toEqual({ rules: ['tcp:80:10.96.0.7:80'], ports: ['uid-db 80'], freed: [] });
  });

  test('is waited for where others dial the number', () => {
    const gateway = aGateway({ tunnelIP: '100.64.0.9' });
    const db = carry('db', { tunnelIP: '100.64.0.9' });
    expect(given([db], { gateway, ...published })).toEqual(closed);
    expect(given([db], { gateway, quietPorts: { 'TCP/80': 10_000 } }).ports).toEqual(['uid-db 80']);
  });

  test('is had at once by who has the same name, or leads to the same Service', () => {
    const taken = (owner: string) => ({ rules: ['tcp:80:10.96.0.7:80'], ports: [`${owner} 80`], freed: [] });
    expect(given([carry('again', { name: 'web', service: 'db' })], published)).toEqual(taken('uid-again'));
    expect(given([carry('shop', { service: 'web' })], published)).toEqual(taken('uid-shop'));
  });

  test('is not kept by an export that changes name and Service', () =>
    expect(given([carry('web', { name: 'shop', service: 'db' })], published)).toEqual({
      ...another,
      ports: ['uid-web 20000'],
    }));

  test('is in nobody’s way who wants another one', () => {
    const dns = carry('dns', {}, aService('dns', [{ port: 53 }]));
    expect(given([dns], published).ports).toEqual(['uid-dns 53']);
  });

  test('stays given up when it is in the record as such', () => {
    const rules = aRulesMap({ ingress: [rule] }, [{ ...former, freed: true }]);
    const sight = { rules, exports: [carry('web', { name: 'shop', service: 'db' })], ...published };
    expect(planRules(aSeenGateway(sight)).ports.map(({ gatewayPort }) => gatewayPort)).toEqual([20000]);
  });
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
    expect(planRules(aSeenGateway({ exports: [invalid] }))).toEqual({
      ingress: [],
      egress: [],
      ports: [],
      freed: [],
    });
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

  test('takes no port from a status that is still of another gateway', () => {
    const web = carry('web');
    const ports = [{ protocol: 'TCP' as const, port: 80, devicePort: 20007 }];
    const portsWith = (gateway: string) => {
      const exports = [{ ...web, nxe: { ...web.nxe, status: { gateway, ports } } }];
      return planRules(aSeenGateway({ exports })).ports.map(({ gatewayPort }) => gatewayPort);
    };
    expect(portsWith('export-shop')).toEqual([20007]);
    expect(portsWith('export-other')).toEqual([80]);
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
    expect(plan).toEqual({ ingress: [], egress: [], ports: [{ ...port, source: 'web' }], freed: [] });
  });

  test('the order in which exporters are seen makes no difference', () => {
    const exporters = [anExporter(0, [http]), anExporter(1)];
    const plan = (list: ExporterRecord[]) =>
      planRules(aSeenGateway({ gateway: importer, imports: [fetch('web', list)] }));
    expect(plan([...exporters].reverse())).toEqual(plan(exporters));
  });

  describe('a port that was given up', () => {
    const former = {
      owner: 'uid-web',
      protocol: 'TCP' as const,
      port: 80,
      gatewayPort: 20000,
      source: 'web',
    };
    const settled = aReport(0, { podUID: aPod('import-shop').metadata.uid! });
    const given = (egress: object[], report: GatewayReplica, quietMs = 0) => {
      const { ports, freed } = planRules(
        aSeenGateway({
          gateway: importer,
          rules: aRulesMap({ egress }, [former]),
          imports: [fetch('api', [anExporter(0)])],
          pods: [aPod('import-shop')],
          reports: [report],
          quietPorts: { 'TCP/20000': quietMs },
        }),
      );
      return [ports.map(({ gatewayPort }) => gatewayPort), freed.map(({ isUsed }) => isUsed)];
    };
    const rule = { protocol: 'tcp', port: 20000, host: '100.64.0.1', targetPort: 80 };

    test('is nobody’s while a rule is there, or a pod has not said that it has none', () => {
      expect(given([rule], settled, 60_000)).toEqual([[20001], [true]]);
      expect(given([], { ...settled, appliedRevision: 'earlier' }, 60_000)).toEqual([[20001], [true]]);
      expect(given([], { ...settled, keptPorts: ['TCP/20000'] }, 60_000)).toEqual([[20001], [true]]);
    });

    test('does not wait for a pod that has not said which rules it has', () => {
      const { podUID } = settled;
      expect(given([], { ordinal: 0, podUID: podUID!, ready: false })).toEqual([[20001], [false]]);
      expect(given([], { ...settled, podUID: 'earlier', appliedRevision: 'earlier' })).toEqual([
        [20001],
        [false],
      ]);
    });

    test('is nobody’s for ten seconds after, and then free', () => {
      expect(given([], settled)).toEqual([[20001], [false]]);
      expect(given([], settled, 10_000)).toEqual([[20000], []]);
    });

    test('is not the same import’s when it leads elsewhere', () => {
      const rules = aRulesMap({ egress: [rule] }, [{ ...former, source: 'db' }]);
      const imports = [fetch('web', [anExporter(0)])];
      const { ports, freed } = planRules(aSeenGateway({ gateway: importer, rules, imports }));
      expect([ports[0]!.gatewayPort, freed[0]!.port.gatewayPort]).toEqual([20001, 20000]);
    });
  });
});
