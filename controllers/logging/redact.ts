/**
 * Takes secrets out of what is logged. Nothing that logs is meant to pass one: this is the second line of defence,
 * for example for a server's answer that quotes what it was sent.
 */

/** Registration keys, device and site tokens of Nexodus, and JSON web tokens, wherever they stand in a text. */
const secrets = /(?<![A-Za-z0-9])(RK|DT|ST):[\w+/=.:-]+|\beyJ[\w-]+\.[\w-]+(\.[\w-]*)*/g;
/** Fields whose value is a secret whatever it looks like. */
const secretField = /^(password|(refresh|access|bearer)?token|authorization|secret|(reg|private)key)$/i;

/** The text with each secret replaced by its kind. */
export const redact = (text: string): string =>
  text.replace(secrets, (_secret, prefix: string | undefined) => `${prefix ?? 'JWT'}:***`);

type Value = string | number | boolean | undefined | readonly string[];

/** The value of a field, fit for the log. */
export function redactField(name: string, value: Value): Value {
  if (secretField.test(name)) return value === undefined ? undefined : '***';
  if (typeof value === 'string') return redact(value);
  return Array.isArray(value) ? value.map(item => redact(String(item))) : value;
}
