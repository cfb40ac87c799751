import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Host names for tests without DNS: `NEXD_SIM_RESOLVE=nexodus.test=127.0.0.1` sends the name and
 * everything below it to that address. Everything else is looked up as usual.
 */
export function lookupFrom(setting: string | undefined): LookupFunction {
  const [domain, address] = (setting ?? '').split('=');
  if (!domain || !address) return lookup as LookupFunction;
  const family = address.includes(':') ? 6 : 4;
  return (hostname, options, callback) => {
    if (hostname !== domain && !hostname.endsWith(`.${domain}`)) lookup(hostname, options, callback);
    else if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
