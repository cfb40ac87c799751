import { Metrics as AgentMetrics } from '../../controllers/agent/metrics.ts';
import { createMetrics } from '../../controllers/metrics/metrics.ts';
import { cell, table } from './markdown.ts';

/** The documentation of the metrics, in Markdown, from what controller and agent expose. */
export async function metricsReference(notice: string): Promise<string> {
  const { text } = await createMetrics().render();
  return `<!-- ${notice} -->
# Metrics

Controller and agents answer \`GET /metrics\` in the text format of Prometheus.

## Controller

Beside these, what the Prometheus client for Node.js tells of any process.

${metricTable(text)}

## Agent

One in each gateway pod.

${metricTable(new AgentMetrics().render({ tunnel: {}, peers: [], ports: [] }))}
`;
}

/** Our metrics in a text exposition, as a table. */
export function metricTable(exposition: string): string {
  const found = [...exposition.matchAll(/^# HELP (nexlink_\w+) (.*)\n# TYPE \S+ (\w+)$/gm)];
  return table(
    ['Metric', 'Type', 'Meaning'],
    found.map(([, name, help, type]) => [`\`${name}\``, type!, cell(help!)]),
  );
}
