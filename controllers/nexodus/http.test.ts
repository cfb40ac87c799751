import { describe, expect, it } from '@jest/globals';
import { describe as describeExchange, Transport } from './http.ts';

describe('Transport', () => {
  it('names the setting and the file when the CA cannot be read', () => {
    expect(() => new Transport({ caFile: '/nowhere/ca.crt' })).toThrow(
      expect.objectContaining({
        name: 'Terminal',
        code: 'InvalidSettings',
        message: 'nexodus.caFile: cannot read /nowhere/ca.crt: mount the file or correct the path.',
      }),
    );
  });

  it('passes the reason of its caller on', async () => {
    const transport = new Transport();
    const reason = new Error('not needed any more');
    const sending = transport.send({
      method: 'GET',
      origin: 'https://nexodus.invalid',
      path: '/',
      signal: AbortSignal.abort(reason),
    });
    await expect(sending).rejects.toBe(reason);
    await transport.close();
  });
});

describe('the text for an exchange', () => {
  it('has no query', () => {
    expect(
      describeExchange({ method: 'GET', origin: 'https://api.x', path: '/api/reg-keys?filter={"a":1}' }),
    ).toBe('GET https://api.x/api/reg-keys');
  });
});
