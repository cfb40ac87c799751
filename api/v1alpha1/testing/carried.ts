/** What is carried from the exported Service to the imported one, and set beside it. */
import {
  appProtocol,
  atLeast,
  atMost,
  nxe,
  nxi,
  oneOf,
  ports,
  refuses,
  takes,
  tooLong,
  wrongType,
  type Sample,
} from './sample.ts';

const dnsName = (length: number) =>
  `${'d'.repeat(62)}.`
    .repeat(5)
    .slice(0, length - 1)
    .concat('d');
const speaking = (...names: unknown[]) =>
  ports(...names.map((name, at) => ({ port: at + 1, appProtocol: name })));
const at = 'spec.ports[0].appProtocol';

const protocols: Sample[] = [
  takes('application protocols', speaking('http', 'HTTP', 'h2c', 'my_own.protocol-1', 'p'.repeat(63))),
  takes(
    'application protocols with a DNS name',
    speaking('kubernetes.io/h2c', 'example.com/My.Protocol', '1.2/3', `${dnsName(253)}/${'p'.repeat(63)}`),
  ),
  takes(
    'the application protocol of a target',
    nxe({ target: { address: 'db' }, ports: [{ port: 1, appProtocol: 'postgresql' }] }),
  ),
  takes(
    'the application protocol of a device',
    nxi({ device: { hostname: 'db' }, ports: [{ port: 1, appProtocol: 'kubernetes.io/wss' }] }),
  ),
  refuses('an empty application protocol', speaking(''), at, appProtocol),
  refuses('an application protocol with a space', speaking('http 2'), at, appProtocol),
  refuses('an application protocol with a line break', speaking('http\n'), at, appProtocol),
  refuses('an application protocol with an emoji', speaking('🚀'), at, appProtocol),
  refuses('an application protocol with a dash last', speaking('http-'), at, appProtocol),
  refuses('an application protocol of 64 characters', speaking('p'.repeat(64)), at, appProtocol),
  refuses('an application protocol without a DNS name before /', speaking('/http'), at, appProtocol),
  refuses(
    'an application protocol with a name before / in capitals',
    speaking('Example.com/x'),
    at,
    appProtocol,
  ),
  refuses('an application protocol with two points before /', speaking('a..b/x'), at, appProtocol),
  refuses('an application protocol with two /', speaking('a/b/c'), at, appProtocol),
  refuses(
    'an application protocol with 254 characters before /',
    speaking(`${dnsName(254)}/x`),
    at,
    "the DNS name before '/' is too long: write at most 253 characters",
  ),
  refuses('an application protocol of 318 characters', speaking(`${dnsName(316)}/x`), at, tooLong(317)),
  refuses('an application protocol that is a number', speaking(2), at, wrongType('string')),
  refuses(
    'a wrong application protocol of a device',
    nxi({ device: { hostname: 'db' }, ports: [{ port: 1, appProtocol: 'a b' }] }),
    at,
    appProtocol,
  ),
];

const affinity = (sessionAffinity: unknown, timeoutSeconds?: unknown) =>
  nxi({
    service: {
      ...(sessionAffinity === undefined ? {} : { sessionAffinity }),
      ...(timeoutSeconds === undefined ? {} : { sessionAffinityConfig: { clientIP: { timeoutSeconds } } }),
    },
  });
const config = 'spec.service.sessionAffinityConfig';
const seconds = `${config}.clientIP.timeoutSeconds`;

const affinities: Sample[] = [
  takes('an import without session affinity', affinity('None')),
  takes('an import with session affinity', affinity('ClientIP')),
  takes('the shortest session affinity', affinity('ClientIP', 1)),
  takes('the longest session affinity', affinity('ClientIP', 86400)),
  takes(
    'a session affinity whose time is not said',
    nxi({ service: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: {} } } }),
  ),
  refuses(
    'another session affinity',
    affinity('Cookie'),
    'spec.service.sessionAffinity',
    oneOf('None', 'ClientIP'),
  ),
  refuses('a session affinity of no time', affinity('ClientIP', 0), seconds, atLeast(1, '1 to 86400')),
  refuses(
    'a session affinity of more than a day',
    affinity('ClientIP', 86401),
    seconds,
    atMost(86400, '1 to 86400'),
  ),
  refuses(
    'a time beside None',
    affinity('None', 60),
    config,
    'only ClientIP has a time: write sessionAffinity: ClientIP',
  ),
  refuses(
    'a time alone',
    affinity(undefined, 60),
    config,
    'only ClientIP has a time: write sessionAffinity: ClientIP',
  ),
];

export const carried: readonly Sample[] = [...protocols, ...affinities];
