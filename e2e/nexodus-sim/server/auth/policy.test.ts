import { describe, expect, it } from '@jest/globals';
import { allScopes } from './account.ts';
import { isAllowed } from './policy.ts';
import type { Principal } from './principal.ts';

const person = (scope: string): Principal => ({ kind: 'KC', sub: 's', scope, username: 'u', fullName: '' });
const regKey: Principal = { kind: 'RK', sub: 's', regKeyId: 'k', vpcId: 'v', deviceId: null };
const device: Principal = { kind: 'DT', sub: 's', deviceId: 'd', vpcId: 'v' };

describe('permission table', () => {
  // path, then who may: a person with all scopes, a registration key, a device
  const table: [string, boolean, boolean, boolean][] = [
    ['GET /api/organizations', true, true, true],
    ['GET /api/vpcs/v', true, true, true],
    ['GET /api/vpcs/v/devices', true, true, true],
    ['GET /api/reg-keys', true, false, false],
    ['GET /api/reg-keys/me', true, true, false],
    ['GET /api/security-groups', true, false, false],
    ['POST /api/reg-keys', true, false, false],
    ['DELETE /api/reg-keys/k', true, false, false],
    ['POST /api/vpcs', true, false, false],
    ['POST /api/vpcs/v/events', true, false, true],
    ['POST /api/events', true, false, true],
    ['GET /api/devices', true, true, true],
    ['POST /api/devices', true, true, false],
    ['PATCH /api/devices/d', true, true, true],
    ['PUT /api/devices/d/metadata/k', true, true, false],
    ['DELETE /api/devices/d/metadata/k', true, false, false],
    ['DELETE /api/devices/d', true, false, false],
    ['GET /api/users/me', true, false, false],
    ['GET /api/fflags', true, false, false],
  ];

  it.each(table)('%s', (request, byPerson, byRegKey, byDevice) => {
    const [method = '', path = ''] = request.split(' ');
    const segments = path.slice(1).split('/');
    expect(isAllowed(person(allScopes), method, segments)).toBe(byPerson);
    expect(isAllowed(regKey, method, segments)).toBe(byRegKey);
    expect(isAllowed(device, method, segments)).toBe(byDevice);
  });

  it('wants the write scope of the area for a write', () => {
    const reader = person('read:organizations read:devices read:users');
    expect(isAllowed(reader, 'GET', ['api', 'devices'])).toBe(true);
    expect(isAllowed(reader, 'DELETE', ['api', 'devices', 'd'])).toBe(false);
    expect(isAllowed(reader, 'POST', ['api', 'vpcs', 'v', 'events'])).toBe(false);
    expect(isAllowed(reader, 'POST', ['api', 'events'])).toBe(true);
  });
});
