import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { serveHealth } from './health.ts';
import type { Listening } from './listen.ts';
import { Metrics } from './metrics.ts';
import type { Observed } from './replica.ts';

const observed: Observed = {
  tunnel: { ipv4: '100.64.0.9' },
  programmed: {
    kept: [],
    parked: [],
    listed: { ingress: 2, egress: 1 },
    alone: new Set(),
    missing: [],
    surplus: [],
    refused: [],
    closed: [],
  },
  ports: [],
  peers: [{ address: '100.64.0.2', healthy: false }],
  farEnds: [
    { address: '100.64.0.2', alive: true, takesConnections: false, rttMs: 12 },
    { address: '200::3', alive: undefined, takesConnections: undefined, rttMs: undefined },
  ],
};
const source = {
  alive: () => undefined as string | undefined,
  ready: () => undefined as string | undefined,
  metrics: () => '',
};
let server: Listening;
const get = async (path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: answer.status, text: await answer.text() };
};
beforeEach(async () => {
  const metrics = new Metrics();
  metrics.changed(
    { do: 'add', rule: { kind: 'egress', protocol: 'tcp', port: 1, text: 'tcp:1:100.64.0.2:80' } },
    'done',
  );
  metrics.reported('done');
  metrics.probed('draining');
  source.alive = source.ready = () => undefined;
  source.metrics = () => metrics.render(observed);
  server = await serveHealth(
    { alive: () => source.alive(), ready: () => source.ready(), metrics: () => source.metrics() },
    { host: '127.0.0.1', port: 0 },
  );
});
afterEach(() => server.close());

test('answers 200 while all is well', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await get('/readyz?verbose')).toEqual({ status: 200, text: 'ok\n' });
});

test('answers 503 with the reason', async () => {
  source.ready = () => 'nexd is not running';
  source.alive = () => 'stuck';
  expect(await get('/readyz')).toEqual({ status: 503, text: 'nexd is not running\n' });
  expect(await get('/healthz')).toEqual({ status: 503, text: 'stuck\n' });
});

test('serves nothing else', async () => {
  expect((await get('/')).status).toBe(404);
  expect((await get('/readyz', 'POST')).status).toBe(405);
});

test('says which address is taken', async () =>
  expect(serveHealth(source, { host: '127.0.0.1', port: server.port })).rejects.toThrow(
    `127.0.0.1:${server.port}: listen EADDRINUSE: address already in use 127.0.0.1:${server.port}; set NEXLINK_HEALTH_ADDRESS`,
  ));

test('renders metrics that Prometheus can read', async () => {
  const { text } = await get('/metrics');
  for (const line of [
    'nexlink_agent_ready 1',
    'nexlink_agent_nexd_up 1',
    'nexlink_agent_rules{kind="ingress"} 2',
    'nexlink_agent_peers{healthy="false"} 1',
    'nexlink_agent_rule_changes_total{kind="egress",change="add",result="done"} 1',
    'nexlink_agent_reports_total{result="done"} 1',
    'nexlink_agent_peer_alive{address="100.64.0.2"} 1',
    'nexlink_agent_peer_willing{address="100.64.0.2"} 0',
    'nexlink_agent_peer_rtt_seconds{address="100.64.0.2"} 0.012',
    'nexlink_agent_probes_total{result="draining"} 1',
  ])
    expect(text).toContain(`\n${line}\n`);
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+({[a-z_]+="[a-z0-9.:]+"(,[a-z_]+="[a-z]+")*})? [0-9.e+]+)$/,
    );
});
