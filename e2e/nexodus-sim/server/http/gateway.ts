import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAllowed } from '../auth/policy.ts';
import { authenticate, type AuthResult, type Principal } from '../auth/principal.ts';
import type { Faults } from '../control/faults.ts';
import type { LoggedRequest, RequestLog } from '../control/request-log.ts';
import type { Services } from '../services.ts';
import type { User } from '../store/rows.ts';
import {
  type Answer,
  answerOf,
  answerOfError,
  emptyAnswer,
  exchangeError,
  gatewayText,
  policyDenied,
  send,
  unknownRoute,
} from './answer.ts';
import { sendFaulty } from './faulty-answer.ts';
import { openAnswer } from './open-paths.ts';
import { type Match, pathSegments, type Router } from './router.ts';

type HostRole = LoggedRequest['host'];

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly method: string;
  readonly body: string;
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/**
 * What a client sees as "the service": host routing, token exchange, JWT check and rate limit
 * of the gateway, then the policy and the routes of the API server.
 */
export class Gateway {
  /** While true every request is answered by closing its connection. */
  down = false;
  readonly #services: Services;
  readonly #router: Router;
  readonly #faults: Faults;
  readonly #log: RequestLog;
  /** `<domain>`; the API is at `api.<domain>`, the identity provider at `auth.<domain>`. */
  readonly #domain: string;

  constructor(services: Services, router: Router, faults: Faults, log: RequestLog, domain: string) {
    this.#services = services;
    this.#router = router;
    this.#faults = faults;
    this.#log = log;
    this.#domain = domain;
  }

  /** Serves one request of the HTTP server. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.down) {
      request.socket.destroy();
      return;
    }
    const host = this.#hostRole(request.headers.host ?? '');
    if (host === undefined) {
      send(response, gatewayText(404, `no such host here; serving ${this.#domain}, api. and auth. of it`));
      return;
    }
    let body: string;
    try {
      body = await readBody(request);
    } catch {
      return;
    }
    const url = new URL(request.url ?? '/', 'http://host');
    this.#serve(host, { request, response, url, method: request.method ?? 'GET', body });
  }

  #hostRole(hostHeader: string): HostRole | undefined {
    const name = hostHeader.replace(/:\d+$/, '').toLowerCase();
    const domain = this.#domain;
    if (name === `api.${domain}`) return 'api';
    if (name === `auth.${domain}`) return 'auth';
    return name === domain ? 'web' : undefined;
  }

  #serve(host: HostRole, incoming: Incoming): void {
    const { request, response, url, method } = incoming;
    const isOpen = host !== 'api' || !url.pathname.startsWith('/api/');
    const auth = isOpen
      ? undefined
      : authenticate(
          request.headers.authorization,
          this.#services.database,
          this.#services.provider,
          this.#services.now(),
        );
    const principal = auth !== undefined && 'principal' in auth ? auth.principal : undefined;
    const match = host === 'api' ? this.#router.match(method, url.pathname) : undefined;

    const entry = this.#log.add({
      at: this.#services.now(),
      host,
      method,
      path: url.pathname + url.search,
      template: match?.route.template ?? url.pathname,
      token: principal?.kind ?? 'none',
      subject: this.#subjectOf(principal),
      identity:
        principal?.kind === 'RK' ? principal.regKeyId : principal?.kind === 'DT' ? principal.deviceId : '',
    });
    const started = performance.now();
    response.once('close', () => {
      entry.status = response.headersSent ? response.statusCode : 0;
      entry.durationMs = Math.round(performance.now() - started);
    });

    const serve = (): Answer | undefined =>
      auth === undefined
        ? openAnswer(host, incoming, this.#services)
        : this.#apiAnswer(auth, match, incoming);
    const fault = this.#faults.take({ method, path: url.pathname, token: entry.token });
    if (fault !== undefined) {
      sendFaulty(fault, request, response, serve);
      return;
    }
    const answer = serve();
    if (answer !== undefined) send(response, answer);
  }

  #subjectOf(principal: Principal | undefined): string {
    if (principal === undefined) return '';
    if (principal.kind === 'KC') return principal.username;
    return this.#services.database.userBySub(principal.sub)?.username ?? '';
  }

  /** The API; undefined when the handler streams its answer. */
  #apiAnswer(auth: AuthResult, match: Match | undefined, incoming: Incoming): Answer | undefined {
    const { request, response, url, method, body } = incoming;
    if ('failure' in auth) {
      return auth.failure.hop === 'exchange'
        ? exchangeError(auth.failure.error)
        : gatewayText(401, auth.failure.problem);
    }
    const { principal } = auth;
    const rate = this.#services.rateLimiter.take(principal.sub);
    if (rate?.allowed === false) {
      return emptyAnswer(429, {
        'x-envoy-ratelimited': 'true',
        'x-ratelimit-limit': String(this.#services.rateLimiter.rule?.limit),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(rate.resetSeconds),
      });
    }
    if (match === undefined) return this.#unmatched(method, url);
    if (!isAllowed(principal, method, pathSegments(url.pathname))) return policyDenied;
    try {
      const user = this.#userOf(principal);
      const reply = match.route.handler({ method, url, params: match.params, principal, user, body });
      if (!('stream' in reply)) return answerOf(reply);
      reply.stream(request, response);
      return undefined;
    } catch (error) {
      return answerOfError(error);
    }
  }

  /** A trailing slash is redirected to the route without it. */
  #unmatched(method: string, url: URL): Answer {
    const trimmed = url.pathname.replace(/\/$/, '');
    if (trimmed === url.pathname || this.#router.match(method, trimmed) === undefined) return unknownRoute;
    return emptyAnswer(method === 'GET' ? 301 : 307, { location: trimmed + url.search });
  }

  /** The first request of a person creates the user and everything that comes with one. */
  #userOf(principal: Principal): User {
    const { database, changed } = this.#services;
    const known = database.userBySub(principal.sub);
    if (known !== undefined) return known;
    const named = principal.kind === 'KC' ? principal : { username: '', fullName: '' };
    const user = database.createUser(principal.sub, named.username, named.fullName);
    changed();
    return user;
  }
}
