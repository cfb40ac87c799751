/**
 * What measures something is short in CI, and long enough to be worth something by night: `make nightly` sets
 * E2E_LENGTH=long.
 */
export const isLong = process.env['E2E_LENGTH'] === 'long';
