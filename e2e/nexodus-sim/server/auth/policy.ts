import type { Principal } from './principal.ts';

const organizationPaths = [
  'organizations',
  'invitations',
  'reg-keys',
  'vpcs',
  'service-networks',
  'security-groups',
];
const devicePaths = ['devices', 'sites'];

/**
 * The API server's first gate, before any row is looked at.
 *
 * @param segments path segments after the leading slash, for example `['api', 'devices', id]`
 */
export function isAllowed(principal: Principal, method: string, segments: readonly string[]): boolean {
  switch (principal.kind) {
    case 'KC':
      return personMay(principal.scope, method, segments);
    case 'RK':
      return regKeyMay(method, segments);
    case 'DT':
      return deviceMay(method, segments);
  }
}

function personMay(scope: string, method: string, [, resource = '', ...rest]: readonly string[]): boolean {
  // The real policy searches the scope text for the name as a substring.
  const has = (area: string): boolean => scope.includes(`${method === 'GET' ? 'read' : 'write'}:${area}`);
  if (resource === 'events') return rest.length === 0 && method === 'POST';
  if (resource === 'fflags' || resource === 'ca') return true;
  if (organizationPaths.includes(resource)) return has('organizations');
  if (devicePaths.includes(resource)) return has('devices');
  return resource === 'users' && has('users');
}

function regKeyMay(method: string, segments: readonly string[]): boolean {
  const [, resource = '', id, third] = segments;
  if (resource === 'ca') return true;
  if (method === 'GET') {
    return (
      ['organizations', 'vpcs', 'devices', 'sites', 'service-networks'].includes(resource) ||
      (resource === 'reg-keys' && id === 'me')
    );
  }
  if (devicePaths.includes(resource)) {
    if (method === 'POST') return segments.length === 2;
    if (method === 'PATCH') return segments.length === 3;
  }
  return method === 'PUT' && resource === 'devices' && segments.length === 5 && third === 'metadata';
}

function deviceMay(method: string, segments: readonly string[]): boolean {
  const [, resource = '', , third] = segments;
  if (resource === 'ca') return true;
  if (devicePaths.includes(resource)) return method === 'GET' || method === 'PATCH';
  if (method === 'GET') return ['organizations', 'vpcs', 'service-networks'].includes(resource);
  if (method !== 'POST') return false;
  return (resource === 'vpcs' && third === 'events') || (resource === 'events' && segments.length === 2);
}
