import { isIP } from 'node:net';
import type { ErrorObject } from 'ajv';
import { messageOf } from '../../api/v1alpha1/validate.ts';
import type { Settings } from './settings.ts';
import { settings as validator } from './zz_generated.validators.js';

/** A wrong setting: its place in the schema's terms, and a text that starts with its key. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** What is wrong with settings; fills defaults in. */
export function check(settings: object): Problem[] {
  if (!validator(settings)) return validator.errors!.map(problemOf);
  return contradictions(settings as Settings);
}

function problemOf(error: ErrorObject): Problem {
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword !== 'additionalProperties')
    return { path, message: messageOf({ ...error, data: withoutLogin(path, error.data) }) };
  const known = Object.keys((error.parentSchema as { properties: object }).properties);
  const name = (error.params as { additionalProperty: string }).additionalProperty;
  const key = [...path, name].join('.');
  return {
    path: [...path, name],
    message: /user|pass|token|secret|credential/i.test(name)
      ? `${key}: unknown: the login belongs into the Secret that credentialsSecret names`
      : `${key}: unknown: write ${path.length ? `one of ${path.join('.')}.` : ''}{${known.join(', ')}}, or remove it`,
  };
}

/** The value, unless somebody wrote a login into it. */
function withoutLogin(path: readonly string[], value: unknown): unknown {
  if (path[0] === 'credentialsSecret' || (typeof value === 'object' && value !== null)) return '(hidden)';
  return typeof value === 'string' ? value.replace(/\/\/.*@/, '//(hidden)@') : value;
}

/** What a schema cannot say. */
function contradictions(settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const refuse = (key: string, text: string) =>
    problems.push({ path: key.split('.'), message: `${key}: ${text}` });
  const { gateway, metrics, health, nexodus } = settings;

  if (!URL.canParse(nexodus.url)) refuse('nexodus.url', `${nexodus.url} is not an address: correct it`);
  if (gateway.agent.image === undefined)
    refuse(
      'gateway.agent.image',
      "missing: write the controller's own image, or set NEXLINK_AGENT_IMAGE to it",
    );
  if (gateway.stunServers.length === 1)
    refuse(
      'gateway.stunServers',
      `only ${gateway.stunServers[0]!}: write a second one, as nexd compares the answers of two, or none for nexd's own`,
    );
  for (const [at, { ip }] of gateway.hostAliases.entries())
    if (!isIP(ip)) refuse(`gateway.hostAliases.${at}`, `${ip} is not an IP address: write one`);
  for (const [key, address] of Object.entries({
    'metrics.address': metrics.address,
    'health.address': health.address,
  })) {
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    if (port > 65535) refuse(key, `${address} has no possible port: write one from 0 to 65535`);
  }
  if (metrics.enabled && metrics.address === health.address && !/:0+$/.test(health.address))
    refuse(
      'metrics.address',
      `${metrics.address} is health.address too: choose another port for one of them`,
    );
  return problems;
}
