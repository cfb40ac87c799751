// Preloaded by controllers that run as processes: host names of Nexodus lead to the address of their proxy.
import dns from 'node:dns';
import { lookupTo } from './lookup.ts';

const address = process.env['NEXLINK_TEST_NEXODUS_ADDRESS'];
const real = dns.lookup;
if (address)
  dns.lookup = ((name: string, ...rest: [never, never]) => {
    const lookup = name.endsWith('nexodus.test') ? lookupTo(address) : real;
    lookup(name, ...rest);
  }) as typeof dns.lookup;
