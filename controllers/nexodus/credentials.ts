/** A Nexodus user's login. Secret. */
export type Credentials =
  { readonly username: string; readonly password: string } | { readonly refreshToken: string };

/** Where the login comes from, and when it changes. */
export interface CredentialsSource {
  /** The login as of now; undefined when the Secret is missing, empty or incomplete. */
  current(): Credentials | undefined;
  /** Calls `listener` after each change. */
  onChange(listener: () => void): void;
}

/** The data of a Secret, each value in base64 as the API server sends it. */
export interface SecretData {
  readonly [key: string]: string;
}

/** Reads the login out of a Secret's data. White space at the ends, as files leave it, is dropped. */
export function credentialsOf(data: SecretData | undefined): Credentials | undefined {
  const text = (key: string) =>
    Buffer.from(data?.[key] ?? '', 'base64')
      .toString('utf8')
      .trim();
  const username = text('username');
  const password = text('password');
  if (username !== '' && password !== '') return { username, password };
  const refreshToken = text('refreshToken');
  return refreshToken === '' ? undefined : { refreshToken };
}

/** Whether two logins are the same. */
export function sameCredentials(a: Credentials | undefined, b: Credentials | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('refreshToken' in a || 'refreshToken' in b)
    return 'refreshToken' in a && 'refreshToken' in b && a.refreshToken === b.refreshToken;
  return a.username === b.username && a.password === b.password;
}
