/** The keys of the settings, as their schema lists them. */

/** The part of a JSON schema that matters here. */
export interface KeySchema {
  type?: string | string[];
  description?: string;
  properties?: { [name: string]: KeySchema };
  items?: KeySchema;
  enum?: unknown[];
  default?: unknown;
  [keyword: string]: unknown;
}

/** A setting that is no group of others. */
export interface Key {
  /** Its place, such as ['nexodus', 'url']. */
  readonly path: readonly string[];
  readonly schema: KeySchema;
  /** The environment variable that overrides it, such as NEXLINK_NEXODUS_URL. */
  readonly variable: string;
}

/** Every key, in the order of the schema. Requests and limits of resources are one key: `resources`. */
export function keysOf(schema: KeySchema, path: readonly string[] = []): Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const at = [...path, name];
    return child.properties && name !== 'resources'
      ? keysOf(child, at)
      : [{ path: at, schema: child, variable: variableOf(at) }];
  });
}

/** `NEXLINK_` and the names in upper case: nexodus.insecureSkipTLSVerify is NEXLINK_NEXODUS_INSECURE_SKIP_TLS_VERIFY. */
export const variableOf = (path: readonly string[]): string =>
  ['NEXLINK', ...path]
    .map(name => name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4').toUpperCase())
    .join('_');
