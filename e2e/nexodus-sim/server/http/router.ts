import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../auth/principal.ts';
import type { User } from '../store/rows.ts';

/** A request that has passed authentication and the policy. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** Values of the `{…}` segments of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly user: User;
  /** The body's text. */
  readonly body: string;
}

export type Reply =
  | { readonly status: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** A body-less answer. */
  | { readonly status: number; readonly json?: never; readonly headers?: Readonly<Record<string, string>> }
  /** The handler writes the answer itself. */
  | { readonly stream: (request: IncomingMessage, response: ServerResponse) => void };

export type Handler = (call: Call) => Reply;

export interface Route {
  readonly method: string;
  /** For example `/api/devices/{id}/metadata/{key}`. */
  readonly template: string;
  readonly handler: Handler;
}

export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Segments of a path. It is decoded first: an escaped slash divides as any other. */
export function pathSegments(path: string): string[] {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // A stray percent sign stands for itself.
  }
  return decoded.replace(/^\/+/, '').split('/');
}

/** The few routes of the API; the first that fits wins. */
export class Router {
  readonly #routes: (Route & { readonly segments: readonly string[] })[] = [];

  add(routes: readonly Route[]): void {
    for (const route of routes) this.#routes.push({ ...route, segments: pathSegments(route.template) });
  }

  match(method: string, path: string): Match | undefined {
    const segments = pathSegments(path);
    for (const route of this.#routes) {
      if (route.method !== method || route.segments.length !== segments.length) continue;
      const params = bind(route.segments, segments);
      if (params !== undefined) return { route, params };
    }
    return undefined;
  }
}

function bind(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      params[part.slice(1, -1)] = segment;
    } else if (part !== segment) {
      return undefined;
    }
  }
  return params;
}
