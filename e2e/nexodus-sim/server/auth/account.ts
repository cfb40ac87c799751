import { createHash } from 'node:crypto';

/** The scopes the Go clients ask for, which are also all that a user may get. */
export const allScopes =
  'openid profile email offline_access read:organizations write:organizations ' +
  'read:users write:users read:devices write:devices';

export interface Account {
  readonly username: string;
  password: string;
  /** Stable subject; derived from the name unless given. */
  readonly sub: string;
  /** Scopes this account may get; others are dropped from its tokens. */
  scopes: string;
  /** Full name, put into the `name` claim when not empty. */
  readonly fullName: string;
  /** Refresh tokens of an older generation are dead. */
  refreshGeneration: number;
  /** Access tokens of an older generation are dead (revocation that the real gateway lacks). */
  accessGeneration: number;
}

export interface AccountSpec {
  readonly username: string;
  readonly password: string;
  readonly sub?: string;
  readonly scopes?: string;
  readonly fullName?: string;
}

/** A subject that stays the same over restarts. */
function subjectOf(username: string): string {
  const digest = createHash('sha256').update(username).digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');
}

export function newAccount(spec: AccountSpec): Account {
  return {
    username: spec.username,
    password: spec.password,
    sub: spec.sub ?? subjectOf(spec.username),
    scopes: spec.scopes ?? allScopes,
    fullName: spec.fullName ?? '',
    refreshGeneration: 0,
    accessGeneration: 0,
  };
}
