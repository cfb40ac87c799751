import type { Database } from '../store/database.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { JwtProblem } from './jwt.ts';

/** Who sends a request: a person (KC), a registration key (RK) or a device (DT). */
export type Principal =
  | {
      readonly kind: 'KC';
      readonly sub: string;
      readonly scope: string;
      readonly username: string;
      readonly fullName: string;
    }
  | {
      readonly kind: 'RK';
      readonly sub: string;
      readonly regKeyId: string;
      readonly vpcId: string;
      readonly deviceId: string | null;
    }
  | { readonly kind: 'DT'; readonly sub: string; readonly deviceId: string; readonly vpcId: string };

export type AuthFailure =
  /** Refused by the exchange of RK and DT tokens. */
  | { readonly hop: 'exchange'; readonly error: string }
  /** Refused by the check of the JWT. */
  | { readonly hop: 'jwt'; readonly problem: JwtProblem };

export type AuthResult = { readonly principal: Principal } | { readonly failure: AuthFailure };

/**
 * What stands in front of the API server: swaps RK and DT for the identity behind them, and
 * verifies everything else as an access token.
 */
export function authenticate(
  authorization: string | undefined,
  database: Database,
  provider: IdentityProvider,
  now: number,
): AuthResult {
  // The prefix test is case-sensitive in the real exchange too.
  const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined;
  if (token === undefined || token === '') return { failure: { hop: 'jwt', problem: 'Jwt is missing' } };
  if (token.startsWith('RK:')) return fromRegKey(token, database, now);
  if (token.startsWith('DT:')) return fromDeviceToken(token, database);
  if (token.startsWith('ST:')) return { failure: { hop: 'exchange', error: 'invalid site token' } };
  const result = provider.verifyAccessToken(token);
  if ('problem' in result) return { failure: { hop: 'jwt', problem: result.problem } };
  return {
    principal: {
      kind: 'KC',
      sub: String(result.claims['sub']),
      scope: String(result.claims['scope']),
      username: String(result.claims['preferred_username']),
      fullName: typeof result.claims['name'] === 'string' ? result.claims['name'] : '',
    },
  };
}

function fromRegKey(token: string, database: Database, now: number): AuthResult {
  const key = [...database.regKeys.values()].find(row => row.deletedAt === null && row.token === token);
  if (key === undefined) return { failure: { hop: 'exchange', error: 'invalid reg key' } };
  const owner = database.users.get(key.ownerId);
  if (owner === undefined) return { failure: { hop: 'exchange', error: 'invalid reg key user' } };
  // The exchange lets an expired key pass; the token made from it is what is found expired.
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now) {
    return { failure: { hop: 'jwt', problem: 'Jwt is expired' } };
  }
  return {
    principal: { kind: 'RK', sub: owner.sub, regKeyId: key.id, vpcId: key.vpcId, deviceId: key.deviceId },
  };
}

function fromDeviceToken(token: string, database: Database): AuthResult {
  const device = database.devices.find(row => row.token === token);
  if (device === undefined) return { failure: { hop: 'exchange', error: 'invalid device token' } };
  const owner = database.users.get(device.ownerId);
  if (owner === undefined) return { failure: { hop: 'exchange', error: 'invalid reg key user' } };
  return { principal: { kind: 'DT', sub: owner.sub, deviceId: device.id, vpcId: device.vpcId } };
}
