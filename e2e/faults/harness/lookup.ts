import type { LookupFunction } from 'node:net';

/** Leads all names to one address. */
export const lookupTo =
  (address: string): LookupFunction =>
  (_name, options, callback) =>
    options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);
