/** Takes secrets out of what is logged. */

import { redact } from '../runtime/redact.ts';

export { redact };

/** Fields whose value is a secret whatever it looks like. */
const secretField = /^(password|(refresh|access|bearer)?token|authorization|secret|(reg|private)key)$/i;

type Value = string | number | boolean | undefined | readonly string[];

/** The value of a field, fit for the log. */
export function redactField(name: string, value: Value): Value {
  if (secretField.test(name)) return value === undefined ? undefined : '***';
  if (typeof value === 'string') return redact(value);
  return Array.isArray(value) ? value.map(item => redact(String(item))) : value;
}
