/** Exports of what is outside the cluster, imports of plain devices, and tunnel addresses. */
import { nxe, nxg, nxi, refuses, takes, type Sample } from './sample.ts';

const ports = [{ port: 1 }];
const target = (address: string, spec: object = {}, name?: string) =>
  nxe({ target: { address }, ports, ...spec }, name);
const device = (by: object, spec: object = {}, name?: string) => nxi({ device: by, ports, ...spec }, name);

const targets: Sample[] = [
  takes('a target with an IPv4 address', target('192.0.2.1')),
  takes('a target with an IPv6 address', target('2001:db8::5')),
  takes(
    'a target with a host name and another port',
    target('db.example', { ports: [{ port: 1, targetPort: 2 }] }),
  ),
  takes('a target with a name', target('db', { name: 'db' }, 'a.b')),
  refuses('a target with a port', target('db:1'), 'spec.target.address', 'not an address: write a host name'),
  refuses(
    'a target that is a flag',
    target('--rule'),
    'spec.target.address',
    'not an address: write a host name',
  ),
  refuses(
    'a target within the gateway',
    target('127.0.0.1'),
    'spec.target.address',
    'a loopback, link-local, multicast or unspecified address',
  ),
  refuses('a target beside a Service', target('db', { service: 'db' }), 'spec', [
    'service and target exclude each other: keep service for',
    'excludes spec.service: keep the one',
  ]),
  refuses(
    'a target without ports',
    nxe({ target: { address: 'db' } }),
    'spec.ports',
    'and a target does not tell its ports: write the port of each',
  ),
  refuses('a named port of a target', target('db', { ports: [{ port: 1, targetPort: 'x' }] }), 'spec.ports', [
    'a targetPort has a name, which only ports of Services have: write its number',
    'is a name, and a target has none: write its number',
  ]),
  refuses(
    'a target named like no Service',
    target('db', {}, 'a.b'),
    'spec.name',
    'and the name of this object cannot be an exported one: write',
  ),
];

const one = 'exactly one of hostname, id and address';
const devices: Sample[] = [
  takes('a device by its host name', device({ hostname: 'Db-1.example' })),
  takes('a device by its id', device({ id: '01234567-89ab-cdef-0123-456789abcdef' })),
  takes(
    'a device by its address, with another port',
    device({ address: '200::5' }, { ports: [{ port: 1, devicePort: 2 }] }),
  ),
  refuses('a device by two names', device({ hostname: 'db', address: '100.64.0.1' }), 'spec.device', one),
  refuses('a device by none', device({}), 'spec.device', one),
  refuses('a device with a host name as address', device({ address: 'db' }), 'spec.device.address', [
    "not an address: write the device's tunnel address",
    'not an address: write',
  ]),
  refuses(
    'a device with a name as id',
    device({ id: 'db' }),
    'spec.device.id',
    'not the id of a device: write the UUID',
  ),
  refuses('a device in a realm', device({ hostname: 'db' }, { realm: 'r' }), 'spec.realm', 'remove'),
  refuses('a device with an exported name', device({ hostname: 'db' }, { name: 'x' }), 'spec.name', 'remove'),
  refuses(
    'a device without ports',
    nxi({ device: { hostname: 'db' } }),
    'spec.ports',
    'and a device does not tell its ports: write the port',
  ),
  refuses('ports of an exported name', nxi({ ports }), 'spec.ports', 'exported name'),
];

const noAddress = "not an IPv4 address: write one of the VPC's range, such as 100.64.0.9";
const wrong: readonly [string, string][] = [
  ['an IPv6 address', '200::9'],
  ['an IPv4 address in IPv6', '::ffff:1.2.3.4'],
  ['a host name', 'db'],
  ['a range', '100.64.0.0/10'],
  ['a loopback address', '127.0.0.1'],
  ['a multicast address', '239.1.2.3'],
  ['a link-local address', '169.254.1.1'],
  ['the unspecified address', '0.0.0.0'],
  ['the broadcast address', '255.255.255.255'],
  ['leading zeros', '100.064.0.9'],
  ['a space', '100.64.0.9 '],
  ['nothing', ''],
];
const tunnelIP = '100.64.0.9';
const addresses: Sample[] = [
  takes('an export with a tunnel address', nxe({ tunnelIP })),
  takes(
    'an import with a tunnel address, through a gateway',
    nxi({ tunnelIP: '10.77.255.254', gateway: 'g' }),
  ),
  takes('a gateway with the longest tunnel address', nxg({ tunnelIP: '100.127.255.254' })),
  takes('a gateway with a tunnel address and one pod', nxg({ tunnelIP, replicas: 1 })),
  takes('a gateway with a tunnel address, scaled to zero', nxg({ tunnelIP, replicas: 0 })),
  takes('a gateway with two pods and no tunnel address', nxg({ replicas: 2 })),
  refuses('a gateway with a tunnel address and two pods', nxg({ tunnelIP, replicas: 2 }), 'spec.replicas', [
    'a tunnel address belongs to one device: write 1 or 0, or remove tunnelIP',
    'a tunnel address belongs to one device: write 1 or 0, or remove spec.tunnelIP',
  ]),
  ...wrong.map(([what, value]) =>
    refuses(`${what} as tunnel address`, nxe({ tunnelIP: value }), 'spec.tunnelIP', noAddress),
  ),
  refuses(
    'a loopback address as that of an import',
    nxi({ tunnelIP: '127.0.0.1' }),
    'spec.tunnelIP',
    noAddress,
  ),
  refuses('an IPv6 address as that of a gateway', nxg({ tunnelIP: '200::9' }), 'spec.tunnelIP', noAddress),
];

export const outside: readonly Sample[] = [...targets, ...devices, ...addresses];
