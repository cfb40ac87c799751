/** Whether an object is in a scope, judged here: the result of an own write may have left it. */

import { NexlinkError } from '../runtime/errors.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { Scope } from './paths.ts';

type Requirement = (object: KubeObject) => boolean;

/**
 * The test that a scope stands for. Known: label selectors of `key`, `!key`, `key=value`, `key!=value`, and field
 * selectors on metadata.name and metadata.namespace, joined by commas. Throws `InvalidSelector` for others.
 */
export function selectorOf({ namespace, labelSelector, fieldSelector }: Scope): Requirement {
  const requirements = [
    ...split(labelSelector).map(labelRequirement),
    ...split(fieldSelector).map(fieldRequirement),
    ...(namespace === undefined ? [] : [(object: KubeObject) => object.metadata.namespace === namespace]),
  ];
  return object => requirements.every(requirement => requirement(object));
}

const split = (selector: string | undefined): string[] =>
  (selector ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);

function labelRequirement(part: string): Requirement {
  const match = /^(!?)([\w./-]+)(?:(==?|!=)([\w.-]*))?$/.exec(part);
  const [, absent, key = '', operator, value] = match ?? [];
  if (!match || (absent && operator)) throw invalid(part);
  if (absent) return object => object.metadata.labels?.[key] === undefined;
  if (operator === undefined) return object => object.metadata.labels?.[key] !== undefined;
  return operator === '!='
    ? object => object.metadata.labels?.[key] !== value
    : object => object.metadata.labels?.[key] === value;
}

function fieldRequirement(part: string): Requirement {
  const match = /^metadata\.(name|namespace)==?([\w.-]+)$/.exec(part);
  if (!match) throw invalid(part);
  const field = match[1] as 'name' | 'namespace';
  return object => object.metadata[field] === match[2];
}

const invalid = (part: string) =>
  new NexlinkError('InvalidSelector', `selector ${JSON.stringify(part)} is not one that a cache can judge`);
