/** The agent's metrics in the text format of Prometheus. */

import type { RuleStep } from '../proxy/reconcile-rules.ts';
import { carriesTraffic, type Observed } from './replica.ts';
import type { ProbeResult } from './probe.ts';
import type { FarEnd, ProbeCounter } from './probes.ts';
import type { ChangeCounter } from './program.ts';
import type { ReportCounter } from './report.ts';

export class Metrics implements ChangeCounter, ProbeCounter, ReportCounter {
  readonly #changes = new Map<string, number>();
  readonly #reports = new Map<string, number>();
  readonly #probes = new Map<string, number>();

  changed({ do: verb, rule }: RuleStep, result: 'done' | 'failed'): void {
    count(this.#changes, `{kind="${rule.kind}",change="${verb}",result="${result}"}`);
  }

  reported(result: 'done' | 'failed'): void {
    count(this.#reports, `{result="${result}"}`);
  }

  probed(result: ProbeResult): void {
    count(this.#probes, `{result="${result}"}`);
  }

  /** The text exposition, version 0.0.4. */
  render(observed: Observed): string {
    const { programmed, peers, trouble, farEnds = [] } = observed;
    const ofEach = (value: (farEnd: FarEnd) => number | boolean | undefined): Samples =>
      Object.fromEntries(
        farEnds.flatMap(farEnd => {
          const found = value(farEnd);
          return found === undefined ? [] : [[`{address="${farEnd.address}"}`, Number(found)]];
        }),
      );
    const listed = programmed?.listed ?? { ingress: 0, egress: 0 };
    const healthy = peers.filter(peer => peer.healthy).length;
    const memory = process.memoryUsage.rss();
    return [
      metric('nexlink_agent_ready', 'gauge', 'Whether this replica carries traffic.', {
        '': Number(carriesTraffic(observed)),
      }),
      metric('nexlink_agent_nexd_up', 'gauge', 'Whether nexd answers and has its tunnel address.', {
        '': Number(trouble === undefined),
      }),
      metric('nexlink_agent_rules', 'gauge', 'Rules that nexd has, parked ports included.', {
        '{kind="ingress"}': listed.ingress,
        '{kind="egress"}': listed.egress,
      }),
      metric('nexlink_agent_rules_missing', 'gauge', 'Wanted rules that nexd does not have.', {
        '{reason="failed"}': programmed?.missing.length ?? 0,
        '{reason="invalid"}': programmed?.refused.length ?? 0,
      }),
      metric('nexlink_agent_peers', 'gauge', 'Far ends of the egress rules.', {
        '{healthy="true"}': healthy,
        '{healthy="false"}': peers.length - healthy,
      }),
      metric(
        'nexlink_agent_peer_alive',
        'gauge',
        'Whether a far end answers probes; absent when it never did.',
        ofEach(({ alive }) => alive),
      ),
      metric(
        'nexlink_agent_peer_willing',
        'gauge',
        'Whether a far end takes new connections, as its probes tell.',
        ofEach(({ takesConnections }) => takesConnections),
      ),
      metric(
        'nexlink_agent_peer_rtt_seconds',
        'gauge',
        'Typical time to a far end and back, of its last probes.',
        ofEach(({ rttMs }) => (rttMs === undefined ? undefined : rttMs / 1000)),
      ),
      metric(
        'nexlink_agent_probes_total',
        'counter',
        'Probes by what came back.',
        Object.fromEntries(this.#probes),
      ),
      metric(
        'nexlink_agent_rule_changes_total',
        'counter',
        'Calls that added or removed a rule.',
        Object.fromEntries(this.#changes),
      ),
      metric(
        'nexlink_agent_reports_total',
        'counter',
        "Writes of this replica's status.",
        Object.fromEntries(this.#reports),
      ),
      metric('process_resident_memory_bytes', 'gauge', 'Resident memory of the agent.', { '': memory }),
    ].join('');
  }
}

const count = (counts: Map<string, number>, labels: string) =>
  counts.set(labels, (counts.get(labels) ?? 0) + 1);

interface Samples {
  readonly [labels: string]: number;
}

function metric(name: string, type: string, help: string, samples: Samples): string {
  const lines = Object.entries(samples).map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
