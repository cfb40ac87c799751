import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** The interface of the IPv4 default route, from the text of /proc/net/route. */
export function defaultInterface(routes: string): string | undefined {
  for (const line of routes.split('\n').slice(1)) {
    const [name, destination, , , , , , mask] = line.split('\t');
    if (destination === '00000000' && mask === '00000000') return name;
  }
  return undefined;
}

/** First IPv4 address of the interface with the default route. Throws when there is none. */
export function localAddress(): string {
  const name = defaultInterface(readFileSync('/proc/net/route', 'utf8'));
  const addresses = name === undefined ? [] : (networkInterfaces()[name] ?? []);
  const found = addresses.find(({ family }) => family === 'IPv4');
  if (found === undefined) {
    throw new Error(
      'unable to determine the ip address of the host, please specify using --local-endpoint-ip: no default gateway found',
    );
  }
  return found.address;
}
