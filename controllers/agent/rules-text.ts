/** `rules.json`, as the controller writes it into the gateway's ConfigMap. Pure. */

import type { Rules } from '../proxy/rules.ts';

/**
 * The rules in a text. Single rules are not looked at: an invalid one must not hold up the others. Throws a
 * RangeError when the whole is not usable.
 */
export function parseRules(text: string): Rules {
  let value: { readonly [field in keyof Rules]?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw new RangeError('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new RangeError('it is no JSON object');
  const { revision, ingress, egress } = value;
  if (typeof revision !== 'string' || revision === '') throw new RangeError('revision is not a text');
  if (!Array.isArray(ingress)) throw new RangeError('ingress is not a list');
  if (!Array.isArray(egress)) throw new RangeError('egress is not a list');
  return { revision, ingress: ingress as Rules['ingress'], egress: egress as Rules['egress'] };
}
