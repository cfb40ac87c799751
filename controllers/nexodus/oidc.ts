import { Denied, type NexlinkError, Transient } from '../runtime/errors.ts';
import { badAnswer, errorOfStatus, explain, unauthorized, type Answer } from './errors.ts';
import { describe, type Exchange } from './http.ts';
import { field, json, text, number } from './shapes.ts';
import type { ServerClock } from './serverclock.ts';

/** What the grants need to know of the identity provider. */
export interface Provider {
  readonly clientID: string;
  readonly tokenEndpoint: URL;
}

/** What a grant brought. Secret. Lifetimes in seconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string | undefined;
}

/** The scopes that Nexodus' own clients ask for. */
const scopes =
  'openid profile email offline_access read:organizations write:organizations read:users write:users read:devices write:devices';

export type Send = (exchange: Exchange, route: string) => Promise<Answer>;

/**
 * Finds the identity provider: the API names the issuer, whose discovery document names the token endpoint. The
 * document must be the issuer's own and the endpoint https, because the password goes there.
 */
export async function discover(origin: string, send: Send, serverClock: ServerClock): Promise<Provider> {
  const start: Exchange = { method: 'POST', origin, path: '/device/login/start' };
  const started = await ask(start, '/device/login/start', send);
  serverClock.observe(field(started, 'server_time'));
  const issuer = text(started, 'issuer', describe(start));
  const clientID = text(started, 'client_id', describe(start));

  const base = secureURL(issuer, 'issuer', describe(start));
  const wellKnown: Exchange = {
    method: 'GET',
    origin: base.origin,
    path: `${base.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`,
  };
  const document = await ask(wellKnown, '/.well-known/openid-configuration', send);
  if (field(document, 'issuer') !== issuer)
    throw badAnswer(
      describe(wellKnown),
      'its issuer is not the one that the API server names; the two must be equal',
    );
  const endpoint = text(document, 'token_endpoint', describe(wellKnown));
  return { clientID, tokenEndpoint: secureURL(endpoint, 'token_endpoint', describe(wellKnown)) };
}

export const passwordGrant = (
  provider: Provider,
  username: string,
  password: string,
  send: Send,
): Promise<Tokens> => grant(provider, { grant_type: 'password', username, password, scope: scopes }, send);

export const refreshGrant = (provider: Provider, refreshToken: string, send: Send): Promise<Tokens> =>
  grant(provider, { grant_type: 'refresh_token', refresh_token: refreshToken }, send);

/** @throws Denied (code Unauthorized) when the login is refused, Transient otherwise. */
async function grant(provider: Provider, form: { [field: string]: string }, send: Send): Promise<Tokens> {
  const { tokenEndpoint, clientID } = provider;
  const exchange: Exchange = {
    method: 'POST',
    origin: tokenEndpoint.origin,
    path: `${tokenEndpoint.pathname}${tokenEndpoint.search}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: clientID, ...form }).toString(),
  };
  const what = describe(exchange);
  const answer = await send(exchange, 'token');
  if (answer.status === 400 || answer.status === 401)
    throw unauthorized(
      `The login of Nexodus refuses the ${form['grant_type']} grant (${explain(answer.text)}).`,
    );
  if (answer.status !== 200) throw loginError(what, answer);
  const tokens = json(answer.text, what);
  const refreshToken = field(tokens, 'refresh_token');
  return {
    accessToken: text(tokens, 'access_token', what),
    expiresIn: Math.max(number(tokens, 'expires_in', what), 1),
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
  };
}

async function ask(exchange: Exchange, route: string, send: Send): Promise<unknown> {
  const answer = await send(exchange, route);
  if (answer.status !== 200) throw loginError(describe(exchange), answer);
  return json(answer.text, describe(exchange));
}

/** A login fails for all requests alike: it must not look as if the object of one of them were not there. */
function loginError(what: string, answer: Answer): NexlinkError {
  const error = errorOfStatus(what, answer, new Date());
  return error instanceof Denied || error instanceof Transient
    ? error
    : badAnswer(what, `status ${answer.status}; is nexodus.url the address of a Nexodus service?`);
}

function secureURL(value: string, name: string, what: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:') throw badAnswer(what, `its ${name} is no https URL`);
  return url;
}
