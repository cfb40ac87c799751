import { describe, expect, it } from '@jest/globals';
import { Denied, Transient } from '../runtime/errors.ts';
import { silentLog } from '../runtime/log.ts';
import type { Credentials } from './credentials.ts';
import type { Answer } from './errors.ts';
import type { Exchange } from './http.ts';
import { ServerClock } from './serverclock.ts';
import { Session } from './session.ts';
import { TestClock } from './testing/clock.ts';

const origin = 'https://api.nexodus.test';
const issuer = 'https://auth.nexodus.test/realms/nexodus';
const password = { username: 'nexlink', password: 'right' };

/** An identity provider in memory; tests change its fields. */
class Provider {
  readonly grants: string[] = [];
  /** The user of each access token. */
  readonly users = new Map<string, string>();
  passwords = new Set(['right']);
  refreshTokens = new Set<string>();
  expiresIn = 600;
  rotate = false;
  issuer = issuer;
  serverTime = '2026-11-21T01:00:00Z';
  down = false;
  answer: Answer | undefined;
  #count = 0;

  send = async (exchange: Exchange): Promise<Answer> => {
    await new Promise(resolve => setImmediate(resolve));
    if (this.down) throw new Transient('Unreachable', 'cannot connect');
    if (exchange.path === '/device/login/start')
      return json({ issuer, client_id: 'nexodus-cli', server_time: this.serverTime });
    if (exchange.path.endsWith('/.well-known/openid-configuration'))
      return json({ issuer: this.issuer, token_endpoint: `${issuer}/token` });
    if (this.answer) return this.answer;
    const form = new URLSearchParams(exchange.body);
    this.grants.push(form.get('grant_type')!);
    const refreshToken = form.get('refresh_token');
    const good =
      refreshToken === null
        ? this.passwords.has(form.get('password')!)
        : this.refreshTokens.has(refreshToken);
    if (!good) return json({ error: 'invalid_grant', error_description: 'Invalid user credentials' }, 401);
    const count = ++this.#count;
    this.users.set(`access-${count}`, form.get('username') ?? '');
    if (this.rotate && refreshToken !== null) this.refreshTokens.delete(refreshToken);
    this.refreshTokens.add(`refresh-${count}`);
    return json({
      access_token: `access-${count}`,
      expires_in: this.expiresIn,
      refresh_token: `refresh-${count}`,
    });
  };
}

const json = (value: unknown, status = 200): Answer => ({ status, headers: {}, text: JSON.stringify(value) });

function start(initial: Credentials | 'none' = password) {
  let credentials = initial === 'none' ? undefined : initial;
  const clock = new TestClock();
  const provider = new Provider();
  const serverClock = new ServerClock(clock);
  let changed = () => {};
  const source = {
    current: () => credentials,
    onChange: (listener: () => void) => void (changed = listener),
  };
  const session = new Session({
    origin,
    credentials: source,
    send: provider.send,
    clock,
    serverClock,
    log: silentLog,
  });
  const change = (to: Credentials | undefined) => {
    credentials = to;
    changed();
  };
  return { clock, provider, serverClock, session, change };
}

describe('Session', () => {
  it('logs in once for many callers and keeps the token', async () => {
    const { session, provider } = start();
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(await session.token()).toBe('access-1');
    expect(provider.grants).toEqual(['password']);
  });

  it('renews with the refresh token before the end, and always uses the latest one', async () => {
    const { session, provider, clock } = start();
    provider.rotate = true;
    await session.token();
    await clock.advance(539_000);
    expect(await session.token()).toBe('access-1');
    await clock.advance(2_000);
    expect(await session.token()).toBe('access-2');
    await clock.advance(541_000);
    expect(await session.token()).toBe('access-3');
    expect(provider.grants).toEqual(['password', 'refresh_token', 'refresh_token']);
  });

  it('renews once for many callers after the server refused the token', async () => {
    const { session, provider } = start();
    const token = await session.token();
    session.reject(token);
    expect(await Promise.all([session.token(), session.token()])).toEqual(['access-2', 'access-2']);
    session.reject(token);
    expect(await session.token()).toBe('access-2');
    expect(provider.grants).toHaveLength(2);
  });

  it('takes the password when the refresh token died', async () => {
    const { session, provider, clock } = start();
    await session.token();
    provider.refreshTokens.clear();
    await clock.advance(600_000);
    expect(await session.token()).toBe('access-2');
    expect(provider.grants).toEqual(['password', 'refresh_token', 'password']);
  });

  it('keeps the old token while the provider is away, as long as it lives', async () => {
    const { session, provider, clock } = start();
    await session.token();
    provider.down = true;
    await clock.advance(550_000);
    expect(await session.token()).toBe('access-1');
    await clock.advance(60_000);
    await expect(session.token()).rejects.toMatchObject({ code: 'Unreachable' });
    provider.down = false;
    await clock.advance(8_000);
    expect(await session.token()).toBe('access-2');
  });

  it('does not repeat a refused login, until the credentials change', async () => {
    const { session, provider, clock, change } = start({ username: 'nexlink', password: 'wrong' });
    for (let i = 0; i < 5; i++)
      await expect(session.token()).rejects.toMatchObject({ name: 'Denied', code: 'Unauthorized' });
    expect(provider.grants).toHaveLength(1);
    await clock.advance(30_000);
    await expect(session.token()).rejects.toBeInstanceOf(Denied);
    expect(provider.grants).toHaveLength(2);
    change(password);
    expect(await session.token()).toBe('access-1');
  });

  it('says what to do, and nothing secret', async () => {
    const { session } = start({ username: 'nexlink', password: 'hunter2' });
    const error = await session.token().catch((error: unknown) => error as Error);
    expect(String(error)).toContain('Secret nexlink-system/nexodus-credentials');
    expect(String(error)).toContain('invalid_grant');
    expect(String(error)).not.toContain('hunter2');
  });

  it('says that there are no credentials, asks nobody, and starts when they come', async () => {
    const { session, provider, change } = start('none');
    await expect(session.token()).rejects.toThrow(/missing or empty.*username and password, or refreshToken/);
    expect(provider.grants).toEqual([]);
    change(password);
    expect(await session.token()).toBe('access-1');
  });

  it('logs in with a refresh token alone', async () => {
    const { session, provider, clock } = start({ refreshToken: 'given' });
    provider.refreshTokens.add('given');
    expect(await session.token()).toBe('access-1');
    await clock.advance(600_000);
    // The latest died, the given one still works.
    provider.refreshTokens = new Set(['given']);
    expect(await session.token()).toBe('access-2');
    provider.refreshTokens.clear();
    await clock.advance(600_000);
    await expect(session.token()).rejects.toMatchObject({ code: 'Unauthorized' });
    expect(provider.grants.every(grant => grant === 'refresh_token')).toBe(true);
  });

  it('takes no part of a login that was under way when the credentials changed', async () => {
    const { session, provider, change } = start({ username: 'old', password: 'right' });
    const pending = session.token();
    change({ username: 'new', password: 'right' });
    const tokens = [await pending, await session.token()];
    expect(tokens.map(token => provider.users.get(token))).toEqual(['new', 'new']);
  });

  it('tells of a change only when there is one', () => {
    const { session, change } = start();
    let changes = 0;
    session.onChange(() => changes++);
    change({ ...password });
    expect(changes).toBe(0);
    change({ refreshToken: 'x' });
    change(undefined);
    expect(changes).toBe(2);
  });

  it('fails for all for a while when even a new token is refused', async () => {
    const { session, provider, clock } = start();
    session.refuse(await session.token(), new Denied('Unauthorized', 'refused'));
    await expect(session.token()).rejects.toThrow('refused');
    expect(provider.grants).toHaveLength(1);
    await clock.advance(30_000);
    expect(await session.token()).toBe('access-2');
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.test' }, 'its issuer is not the one'],
    ['a token answer in HTML', { answer: { status: 200, headers: {}, text: '<html>' } }, 'an HTML page'],
    ['a token answer without a token', { answer: json({ expires_in: 5 }) }, 'access_token is not a text'],
    [
      'a lifetime as text',
      { answer: json({ access_token: 'a', expires_in: '600' }) },
      'expires_in is not a number',
    ],
    ['404', { answer: json({ error: 'not found' }, 404) }, 'status 404'],
    ['409', { answer: json({ id: 'x' }, 409) }, 'status 409'],
  ])('takes %s for a server that fails', async (_, fields, text) => {
    const { session, provider } = start();
    Object.assign(provider, fields);
    const error = await session.token().catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'Transient', code: 'BadAnswer' });
    expect(String(error)).toContain(text);
  });

  it('sets the clock of the server', async () => {
    const { session, provider, serverClock } = start();
    provider.serverTime = '2026-11-21T02:00:00Z';
    await session.token();
    expect(serverClock.skewMs).toBe(3_600_000);
  });

  it('is not disturbed by steps of the wall clock', async () => {
    const { session, provider, clock } = start();
    await session.token();
    clock.stepWall(3_600_000);
    expect(await session.token()).toBe('access-1');
    clock.stepWall(-7_200_000);
    await clock.advance(541_000);
    expect(await session.token()).toBe('access-2');
    expect(provider.grants).toHaveLength(2);
  });
});
