import {
  conditionTypes,
  exportReasons,
  gatewayReasons,
  importReasons,
} from '../../api/v1alpha1/conditions.ts';
import { cell, table } from './markdown.ts';

/** A row of the documentation: a reason, and the status that goes with it. */
export interface DocumentedReason {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly meaning: string;
}

type Kind = keyof typeof conditionTypes;
type Types = { readonly [type: string]: { readonly question: string; readonly hopedFor: 'True' | 'False' } };
type Reasons = { readonly [type: string]: { readonly [reason: string]: string } };

const reasons: { readonly [kind in Kind]: Reasons } = {
  NexlinkExport: exportReasons,
  NexlinkImport: importReasons,
  NexlinkGateway: gatewayReasons,
};

/** Every reason of a kind, in the order of conditions.ts. */
export function documentedReasons(kind: Kind): DocumentedReason[] {
  const types: Types = conditionTypes[kind];
  return Object.entries(types).flatMap(([type, { hopedFor }]) =>
    Object.entries(reasons[kind][type]!).map(([reason, meaning], at): DocumentedReason => {
      const other = hopedFor === 'True' ? 'False' : 'True';
      return { type, status: at === 0 ? hopedFor : other, reason, meaning };
    }),
  );
}

/** The documentation of the conditions, in Markdown. */
export const conditionsReference = (notice: string): string => `<!-- ${notice} -->
# Conditions

What \`kubectl get -o wide\` and \`kubectl describe\` show of an object's state. A condition's \`message\` says what is the
matter and what to do; its \`observedGeneration\` says which \`metadata.generation\` it is about. Scripts and alerts can
rely on types and reasons, not on messages: \`kubectl wait --for=condition=Ready nxi/web\`.

${(Object.keys(conditionTypes) as Kind[]).map(section).join('\n')}`;

function section(kind: Kind): string {
  const questions = Object.entries(conditionTypes[kind] as Types).map(
    ([type, { question, hopedFor }]) => `- \`${type}\`: ${question} \`${hopedFor}\` when all is well.`,
  );
  const rows = documentedReasons(kind).map(({ type, status, reason, meaning }, at, all) => [
    all[at - 1]?.type === type ? '' : `\`${type}\``,
    status,
    `\`${reason}\``,
    cell(meaning),
  ]);
  return `## ${kind}\n\n${questions.join('\n')}\n\n${table(['Type', 'Status', 'Reason', 'Meaning'], rows)}\n`;
}
