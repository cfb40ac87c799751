import { randomUUID } from 'node:crypto';
import { type Account, type AccountSpec, allScopes, newAccount } from './account.ts';
import { type Claims, type JwtResult, jwks, type SigningKey, signJwt, verifyJwt } from './jwt.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly body: Claims;
}

export interface IdentityProviderSettings {
  readonly accessTokenSeconds: number;
  readonly refreshExpiresIn: number;
}

const clientId = 'nexodus-cli';

function failure(status: number, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description } };
}

/** A Keycloak-shaped OpenID provider: password and refresh-token grants of one public client. */
export class IdentityProvider {
  readonly clientId = clientId;
  readonly #accounts = new Map<string, Account>();
  readonly #key: SigningKey;
  readonly #now: () => number;
  settings: IdentityProviderSettings;
  /** Set once the listen port is known. */
  issuer = '';

  constructor(key: SigningKey, settings: IdentityProviderSettings, now: () => number) {
    this.#key = key;
    this.settings = settings;
    this.#now = now;
  }

  get signingKey(): SigningKey {
    return this.#key;
  }

  accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  account(username: string): Account | undefined {
    return this.#accounts.get(username);
  }

  /** Adds an account, or changes the password and scopes of an existing one. */
  putAccount(spec: AccountSpec): Account {
    const existing = this.#accounts.get(spec.username);
    if (existing === undefined) {
      const account = newAccount(spec);
      this.#accounts.set(account.username, account);
      return account;
    }
    existing.password = spec.password;
    if (spec.scopes !== undefined) existing.scopes = spec.scopes;
    return existing;
  }

  restoreAccounts(accounts: readonly Account[]): void {
    for (const account of accounts) this.#accounts.set(account.username, { ...account });
  }

  keySet(): Claims {
    return jwks(this.#key);
  }

  /** Discovery document of the realm. */
  discovery(): Claims {
    const protocol = `${this.issuer}/protocol/openid-connect`;
    return {
      issuer: this.issuer,
      authorization_endpoint: `${protocol}/auth`,
      token_endpoint: `${protocol}/token`,
      userinfo_endpoint: `${protocol}/userinfo`,
      end_session_endpoint: `${protocol}/logout`,
      jwks_uri: `${protocol}/certs`,
      device_authorization_endpoint: `${protocol}/auth/device`,
      grant_types_supported: ['password', 'refresh_token'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: allScopes.split(' '),
    };
  }

  /** The token endpoint, given the decoded form. */
  token(form: URLSearchParams): TokenAnswer {
    const grant = form.get('grant_type');
    if (grant === null) return failure(400, 'invalid_request', 'Missing form parameter: grant_type');
    const client = form.get('client_id');
    if (client !== null && client !== clientId) {
      return failure(401, 'invalid_client', 'Invalid client or Invalid client credentials');
    }
    switch (grant) {
      case 'password':
        return this.#passwordGrant(form);
      case 'refresh_token':
        return this.#refreshGrant(form.get('refresh_token') ?? '');
      default:
        return failure(400, 'unsupported_grant_type', 'Unsupported grant_type');
    }
  }

  /** Checks an access token as the gateway does: shape, signature, expiry, issuer. */
  verifyAccessToken(token: string): JwtResult {
    const result = verifyJwt(this.#key, token, Math.floor(this.#now() / 1000));
    if ('problem' in result) return result;
    if (result.claims['iss'] !== this.issuer) return { problem: 'Jwt issuer is not configured' };
    const account = this.#accounts.get(String(result.claims['preferred_username']));
    if (result.claims['typ'] !== 'Bearer' || account === undefined)
      return { problem: 'Jwt verification fails' };
    const current = result.claims['gen'] === account.accessGeneration;
    return current ? result : { problem: 'Jwt verification fails' };
  }

  #passwordGrant(form: URLSearchParams): TokenAnswer {
    const account = this.#accounts.get(form.get('username') ?? '');
    if (account === undefined || account.password !== form.get('password')) {
      return failure(401, 'invalid_grant', 'Invalid user credentials');
    }
    return this.#issue(account, form.get('scope') ?? 'openid');
  }

  #refreshGrant(token: string): TokenAnswer {
    const result = verifyJwt(this.#key, token, Math.floor(this.#now() / 1000));
    const claims = 'claims' in result ? result.claims : {};
    const account = this.accounts().find(({ sub }) => sub === claims['sub']);
    const isRefresh = claims['typ'] === 'Offline' || claims['typ'] === 'Refresh';
    if (account === undefined || !isRefresh || claims['gen'] !== account.refreshGeneration) {
      return failure(400, 'invalid_grant', 'Invalid refresh token');
    }
    return this.#issue(account, String(claims['scope']));
  }

  #issue(account: Account, requestedScope: string): TokenAnswer {
    const allowed = account.scopes.split(' ');
    const scope = requestedScope
      .split(' ')
      .filter(name => allowed.includes(name))
      .join(' ');
    const { accessTokenSeconds, refreshExpiresIn } = this.settings;
    const iat = Math.floor(this.#now() / 1000);
    const shared = { iss: this.issuer, sub: account.sub, iat, azp: clientId, scope };
    const profile = {
      preferred_username: account.username,
      email_verified: false,
      ...(account.fullName === '' ? {} : { name: account.fullName }),
    };
    const accessExpiry = iat + accessTokenSeconds;
    const sign = (claims: Claims): string => signJwt(this.#key, { ...shared, jti: randomUUID(), ...claims });
    return {
      status: 200,
      body: {
        access_token: sign({
          ...profile,
          typ: 'Bearer',
          aud: 'account',
          exp: accessExpiry,
          gen: account.accessGeneration,
        }),
        id_token: sign({ ...profile, typ: 'ID', aud: clientId, exp: accessExpiry }),
        refresh_token: sign({
          typ: scope.includes('offline_access') ? 'Offline' : 'Refresh',
          aud: this.issuer,
          gen: account.refreshGeneration,
          ...(refreshExpiresIn > 0 ? { exp: iat + refreshExpiresIn } : {}),
        }),
        expires_in: accessTokenSeconds,
        refresh_expires_in: refreshExpiresIn,
        token_type: 'Bearer',
        scope,
      },
    };
  }
}
