/** What somebody hostile, or something broken, may send instead of what is expected: arbitraries for fast-check. */

import fc from 'fast-check';

/** Texts that mean something to JavaScript, a shell, a path, a protocol or a terminal. */
const traps = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  'then',
  '',
  ' ',
  'web\n',
  'we\0b',
  '\ud800',
  '\udfff\ud800',
  '🚀',
  '\u202eevil',
  '--egress',
  '$(reboot)',
  '`id`',
  '../../secrets',
  '%2e%2e%2f',
  '127.0.0.1',
  '1e400',
  'NaN',
  'a'.repeat(64),
  'a'.repeat(254),
  'x'.repeat(10_000),
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...traps),
);

export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, -1, 0.5, 65_536, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308),
);

/** JSON that is deeper than anything that recurses can go; fast-check cannot show it either. */
export const bottomless = `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`;

/** Any value that JSON can hold, keys such as `__proto__` included. */
export const anyJSON: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(hostileText, hostileNumber, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(hostileText, tie('value')), { maxLength: 4 })
      .map(entries => Object.fromEntries(entries) as unknown),
  ),
})).value;

type Path = readonly (string | number)[];

/** A JSON value of which some parts are missing, replaced by anything, or have something beside them. */
export const mutated = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom('replace', 'remove', 'add'),
        key: hostileText,
        what: anyJSON,
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map(changes =>
      changes.reduce((changed, { at, how, key, what }) => {
        const places = placesIn(changed);
        const place = places[at % places.length]!;
        return how === 'remove'
          ? withAt(changed, place, () => undefined)
          : withAt(changed, place, old => (how === 'replace' ? what : beside(old, key, what)));
      }, value),
    );

/** The places of a value, not too deep. */
function placesIn(value: unknown, depth = 6): Path[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [[]];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [[], ...entries.flatMap(([key, child]) => placesIn(child, depth - 1).map(rest => [key, ...rest]))];
}

/** A copy in which `change` made something else of one place; undefined takes it away. */
function withAt(value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value) ?? null;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value as object);
  const copy = entries.flatMap(([name, child]): [string | number, unknown][] => {
    if (name !== key) return [[name, child]];
    const changed = rest.length === 0 ? change(child) : withAt(child, rest, change);
    return changed === undefined ? [] : [[name, changed]];
  });
  return Array.isArray(value) ? copy.map(([, child]) => child) : Object.fromEntries(copy);
}

/** With one more entry. */
const beside = (old: unknown, key: string, what: unknown): unknown =>
  Array.isArray(old)
    ? [...(old as unknown[]), what]
    : typeof old === 'object' && old !== null
      ? Object.fromEntries([...Object.entries(old), [key, what]])
      : what;
