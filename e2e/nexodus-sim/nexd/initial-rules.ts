import type { Proxies } from './proxies.ts';
import { type Direction, parseRule } from './rule.ts';
import type { Settings } from './settings.ts';
import type { State } from './state-file.ts';

/** Adds the rules of the flags, egress first, then those of the state. Throws with nexd's text. */
export function addInitialRules(proxies: Proxies, settings: Settings, state: State): void {
  const add = (rules: readonly string[], direction: Direction, stored: boolean): void => {
    for (const text of rules) {
      try {
        proxies.add(parseRule(text, direction, stored));
      } catch (error) {
        const verb = stored ? 'parse' : 'add';
        throw new Error(`Failed to ${verb} ${direction} proxy rule (${text}): ${(error as Error).message}`);
      }
    }
  };
  add(settings.egress, 'egress', false);
  add(settings.ingress, 'ingress', false);
  const { ingress, egress } = state['proxy-rules-config'];
  // Repetitions in the state do no harm.
  add([...new Set(ingress ?? [])], 'ingress', true);
  add([...new Set(egress ?? [])], 'egress', true);
}
