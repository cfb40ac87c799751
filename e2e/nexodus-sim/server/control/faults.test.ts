import { describe, expect, it } from '@jest/globals';
import { Faults } from './faults.ts';

const request = { method: 'PUT', path: '/api/devices/d/metadata/nexlink', token: 'KC' };

describe('faults', () => {
  it.each([
    ['/api/devices/*/metadata/*', true],
    ['/api/**', true],
    ['/api/devices/*', false],
    ['/api/devices/d.metadata/nexlink', false],
  ])('path %s matches: %s', (path, matches) => {
    const faults = new Faults();
    faults.add({ path, answer: 'hang' });
    expect(faults.take(request) !== undefined).toBe(matches);
  });

  it('ends after the given number of requests', () => {
    const faults = new Faults();
    faults.add({ answer: 'status', status: 503, times: 2 });
    const answers = [1, 2, 3].map(() => faults.take(request)?.status);
    expect(answers).toEqual([503, 503, undefined]);
  });

  it('is limited to a method and a kind of token', () => {
    const faults = new Faults();
    faults.add({ method: 'GET', answer: 'reset' });
    faults.add({ token: 'RK', answer: 'reset' });
    expect(faults.take(request)).toBeUndefined();
    expect(faults.take({ ...request, token: 'RK' })?.id).toBe('2');
  });

  it('is refused without a known answer', () => {
    expect(() => new Faults().add({ answer: 'explode' as 'hang' })).toThrow(/one of status, truncated/);
  });

  it('can be removed', () => {
    const faults = new Faults();
    const { id } = faults.add({ answer: 'reset' });
    expect(faults.remove(id)).toBe(1);
    expect(faults.take(request)).toBeUndefined();
  });
});
