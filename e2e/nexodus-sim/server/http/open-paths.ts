import type { LoggedRequest } from '../control/request-log.ts';
import type { Services } from '../services.ts';
import { type Answer, jsonAnswer, unknownRoute } from './answer.ts';

const realm = '/realms/nexodus';

export interface OpenRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** Paths that need no token: the web page, the identity provider, the bootstrap of a login. */
export function openAnswer(
  host: LoggedRequest['host'],
  { method, url, body }: OpenRequest,
  { provider, now }: Pick<Services, 'provider' | 'now'>,
): Answer {
  switch (`${host} ${method} ${url.pathname}`) {
    case `auth GET ${realm}/.well-known/openid-configuration`:
      return jsonAnswer(200, provider.discovery());
    case `auth GET ${realm}/protocol/openid-connect/certs`:
    case 'api GET /device/certs':
      return jsonAnswer(200, provider.keySet());
    case `auth POST ${realm}/protocol/openid-connect/token`: {
      const answer = provider.token(new URLSearchParams(body));
      return jsonAnswer(answer.status, answer.body);
    }
    case 'api POST /device/login/start':
      return jsonAnswer(200, {
        device_authorization_endpoint: provider.discovery()['device_authorization_endpoint'],
        issuer: provider.issuer,
        client_id: provider.clientId,
        server_time: new Date(now()).toISOString(),
      });
    case 'web GET /':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Nexodus stand-in</html>' };
    default:
      return unknownRoute;
  }
}
