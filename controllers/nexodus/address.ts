import { Terminal } from '../runtime/errors.ts';

/**
 * The origin of the API of a Nexodus service: host name with `api.` before it, same port, no path.
 *
 * @example apiOrigin('https://nexodus.example:8443/x') // 'https://api.nexodus.example:8443'
 * @throws Terminal (code InvalidSettings) when the text is no https URL; the message names the setting.
 */
export function apiOrigin(serviceURL: string): string {
  const url = URL.canParse(serviceURL) ? new URL(serviceURL) : undefined;
  if (url?.protocol !== 'https:' || url.hostname === '')
    throw new Terminal(
      'InvalidSettings',
      'nexodus.url is not an https URL: set it to the address of the service, such as https://try.nexodus.io.',
    );
  return `https://api.${url.host}`;
}
