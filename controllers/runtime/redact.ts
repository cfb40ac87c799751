/**
 * Takes secrets out of what people get to read: logs, conditions, events. Nothing that writes these is meant to pass one:
 * this is the second line of defence, for example for a server's answer that quotes what it was sent, or the last words
 * of a container.
 */

/** Registration keys, device and site tokens of Nexodus, and JSON web tokens, wherever they stand in a text. */
const secrets = /(?<![A-Za-z0-9])(RK|DT|ST):[\w+/=.:-]+|\beyJ[\w-]+\.[\w-]+(\.[\w-]*)*/g;

/** The text with each secret replaced by its kind. */
export const redact = (text: string): string =>
  text.replace(secrets, (_secret, prefix: string | undefined) => `${prefix ?? 'JWT'}:***`);
