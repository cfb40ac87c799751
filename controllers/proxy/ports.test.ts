import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  assignPorts,
  claimKey,
  dynamicPorts,
  maxPorts,
  parsePorts,
  sameSource,
  type AssignedPort,
  type PortClaim,
} from './ports.ts';

const claim = (owner: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): PortClaim => ({
  owner,
  protocol,
  port,
});
const portsOf = (ports: readonly AssignedPort[]) => ports.map(({ gatewayPort }) => gatewayPort);

describe('assignPorts', () => {
  test('an export keeps its own port; the next with the same gets one of the range', () => {
    const { ports } = assignPorts([claim('a', 80), claim('b', 80), claim('c', 80)], [], { preferOwn: true });
    expect(portsOf(ports)).toEqual([80, 20000, 20001]);
  });

  test('TCP and UDP do not get into the way of each other', () => {
    const { ports } = assignPorts([claim('a', 53), claim('a', 53, 'UDP')], [], { preferOwn: true });
    expect(portsOf(ports)).toEqual([53, 53]);
  });

  test('imports get ports of the range', () => {
    expect(portsOf(assignPorts([claim('a', 80), claim('b', 443)], [], { preferOwn: false }).ports)).toEqual([
      20000, 20001,
    ]);
  });

  test('a recorded port wins over an older claim to the number', () => {
    const recorded = [{ ...claim('b', 8080), gatewayPort: 80 }];
    const { ports } = assignPorts([claim('a', 80), claim('b', 8080)], recorded, { preferOwn: true });
    expect(portsOf(ports)).toEqual([20000, 80]);
  });

  test('a record that gives a port twice, or none at all, is corrected', () => {
    const recorded = [
      { ...claim('a', 1), gatewayPort: 20005 },
      { ...claim('b', 2), gatewayPort: 20005 },
      { ...claim('c', 3), gatewayPort: 70000 },
    ];
    const { ports } = assignPorts([claim('a', 1), claim('b', 2), claim('c', 3)], recorded, {
      preferOwn: false,
    });
    expect(portsOf(ports)).toEqual([20005, 20000, 20001]);
  });

  test('a record outside the range is none for imports', () => {
    const recorded = [8090, 30000].map((gatewayPort, at) => ({ ...claim('a', at), gatewayPort }));
    const { ports } = assignPorts([claim('a', 0), claim('a', 1)], recorded, { preferOwn: false });
    expect(portsOf(ports)).toEqual([20000, 20001]);
  });

  test('what leads elsewhere than recorded gets another port; a record that does not say where stays', () => {
    const recorded = [
      { ...claim('a', 1), gatewayPort: 20000, source: 'web' },
      { ...claim('b', 1), gatewayPort: 20001, source: 'web' },
      { ...claim('c', 1), gatewayPort: 20002 },
    ];
    const claims = [
      { ...claim('a', 1), source: 'web' },
      { ...claim('b', 1), source: 'db' },
      { ...claim('c', 1), source: 'db' },
    ];
    const { ports } = assignPorts(claims, recorded, { preferOwn: false, blocked: recorded });
    expect(portsOf(ports)).toEqual([20000, 20003, 20002]);
    expect(ports.map(({ source }) => source)).toEqual(['web', 'db', 'db']);
  });

  test('a blocked port stays with whom it is recorded for, and is given to nobody else', () => {
    const blocked = [
      { protocol: 'TCP' as const, gatewayPort: 20000 },
      { protocol: 'TCP' as const, gatewayPort: 20001 },
    ];
    const recorded = [{ ...claim('a', 1), gatewayPort: 20001 }];
    const claims = [claim('a', 1), claim('b', 1), claim('b', 1, 'UDP')];
    const { ports } = assignPorts(claims, recorded, { preferOwn: false, blocked });
    expect(portsOf(ports)).toEqual([20001, 20002, 20000]);
  });

  test('claims for which nothing is left are refused, and said so', () => {
    const range = { first: 1, last: 2 };
    const { ports, refused } = assignPorts([claim('a', 1), claim('b', 1), claim('c', 1)], [], {
      preferOwn: false,
      range,
    });
    expect(portsOf(ports)).toEqual([1, 2]);
    expect(refused).toEqual([claim('c', 1)]);
  });

  test('a gateway gives out no more ports than a device can publish', () => {
    const claims = Array.from({ length: maxPorts + 1 }, (_, at) => claim(`${at}`, 80));
    const { ports, refused } = assignPorts(claims, [], { preferOwn: true });
    expect(ports).toHaveLength(maxPorts);
    expect(refused).toEqual([claim(`${maxPorts}`, 80)]);
  });

  test('who has a port keeps it, though earlier ones come to want more than there are', () => {
    const recorded = [{ ...claim('young', 80), gatewayPort: 20000 }];
    const many = Array.from({ length: maxPorts }, (_, at) => claim('old', at + 1));
    const { ports, refused } = assignPorts([...many, claim('young', 80)], recorded, { preferOwn: false });
    expect(ports.at(-1)).toEqual(recorded[0]);
    expect(refused).toEqual([claim('old', maxPorts)]);
  });

  test('freed ports count, but for who follows', () => {
    const freed = Array.from({ length: maxPorts }, (_, at) => ({
      ...claim('gone', 80),
      gatewayPort: 20000 + at,
      source: `${at}`,
    }));
    const claims = [claim('new', 80), { ...claim('back', 80), source: '7' }];
    const { ports, refused } = assignPorts(claims, [], { preferOwn: true, freed, follows: sameSource });
    expect(ports.map(({ owner, gatewayPort }) => `${owner} ${gatewayPort}`)).toEqual(['back 20007']);
    expect(refused).toEqual([claim('new', 80)]);
  });

  test('a freed port is had by who follows; others get another one, or wait for the number', () => {
    const freed = [
      { ...claim('a', 80), gatewayPort: 80, source: 'web' },
      { ...claim('b', 80), gatewayPort: 20000, source: 'api' },
    ];
    const given = (patient: boolean, ...sources: string[]) =>
      assignPorts(
        sources.map((source, at) => ({ ...claim(`${at}`, 80), source })),
        [],
        { preferOwn: true, freed, follows: sameSource, patient },
      ).ports.map(({ source, gatewayPort }) => `${source} ${gatewayPort}`);
    expect(given(false, 'db', 'api', 'web', 'web')).toEqual(['db 20001', 'api 20000', 'web 80', 'web 20002']);
    expect(given(true, 'db', 'api', 'web')).toEqual(['api 20000', 'web 80']);
  });

  const claims = fc.uniqueArray(
    fc.record({
      owner: fc.constantFrom('a', 'b', 'c', 'd'),
      protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
      port: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 20000, max: 20004 })),
    }),
    { selector: claimKey, maxLength: 30 },
  );
  const options = fc.record({ preferOwn: fc.boolean() });
  const keys = (ports: readonly AssignedPort[]) => ports.map(port => `${port.protocol}/${port.gatewayPort}`);

  test('no two claims share a port, every claim is answered, each port is valid', () => {
    fc.assert(
      fc.property(claims, claims, options, (earlier, later, option) => {
        const recorded = assignPorts(earlier, [], option).ports;
        const { ports, refused } = assignPorts(later, recorded, option);
        expect(new Set(keys(ports)).size).toBe(ports.length);
        expect([...ports, ...refused].map(claimKey).sort()).toEqual(later.map(claimKey).sort());
        for (const { port, gatewayPort } of ports)
          if (
            !(option.preferOwn && gatewayPort === port) &&
            !recorded.some(each => each.gatewayPort === gatewayPort)
          )
            expect(gatewayPort >= dynamicPorts.first && gatewayPort <= dynamicPorts.last).toBe(true);
      }),
    );
  });

  test('recorded ports stay, whoever comes and goes', () => {
    fc.assert(
      fc.property(claims, claims, options, (earlier, later, option) => {
        const recorded = assignPorts(earlier, [], option).ports;
        const after = new Map(assignPorts(later, recorded, option).ports.map(port => [claimKey(port), port]));
        for (const port of recorded)
          if (after.has(claimKey(port))) expect(after.get(claimKey(port))).toEqual(port);
      }),
    );
  });

  test('the same again gives the same', () => {
    fc.assert(
      fc.property(claims, options, (all, option) => {
        const first = assignPorts(all, [], option);
        expect(assignPorts(all, [], option)).toEqual(first);
        expect(assignPorts(all, first.ports, option)).toEqual(first);
      }),
    );
  });
});

describe('parsePorts', () => {
  const good = { owner: 'a', protocol: 'TCP', port: 80, gatewayPort: 20000 };
  const cases: [string, string | undefined, unknown[]][] = [
    ['a record', JSON.stringify([good]), [good]],
    ['nothing', undefined, []],
    ['no JSON', '[', []],
    ['no list', '{}', []],
    ['null', 'null', []],
    ['items of other kinds are left out', JSON.stringify([null, 1, 'x', [], good]), [good]],
    [
      'a port out of range',
      JSON.stringify([
        { ...good, gatewayPort: 0 },
        { ...good, port: 65536 },
      ]),
      [],
    ],
    ['another protocol', JSON.stringify([{ ...good, protocol: 'SCTP' }]), []],
    ['one that was given up', JSON.stringify([{ ...good, freed: true }]), [{ ...good, freed: true }]],
    ['one that says something else of that', JSON.stringify([{ ...good, freed: 'yes' }]), []],
    ['no owner', JSON.stringify([{ ...good, owner: 1 }]), []],
  ];
  test.each(cases)('%s', (_name, text, ports) => expect(parsePorts(text)).toEqual(ports));
});
