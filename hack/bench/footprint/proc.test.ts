import { expect, test } from '@jest/globals';
import { cpuPercent, parseReading } from './proc.ts';

const text = (utime: number, uptime: number) => `Name:	MainThread
VmHWM:	  157572 kB
VmRSS:	  153600 kB
RssAnon:	  101240 kB
RssFile:	   56332 kB
1482 (node) (x 1) S 1400 1482 1482 0 -1 4194560 65 0 9 0 ${utime} 198 0 0 20 0 11 0 277160 1 2 3
${uptime}.50 4000.25
`;

test('reads memory, CPU time and age of a process with a strange name', () => {
  expect(parseReading(text(978, 2800))).toEqual({
    rss: 153_600,
    files: 56_332,
    peak: 157_572,
    cpu: 11.76,
    age: 2800.5 - 2771.6,
    at: 2800.5,
  });
});

test('tells the share of a core between two readings', () => {
  expect(cpuPercent(parseReading(text(978, 2800)), parseReading(text(1098, 2860)))).toBeCloseTo(2);
});

test('refuses text that lacks a field', () => {
  expect(() => parseReading(text(978, 2800).replace('VmRSS', 'VmPSS'))).toThrow('not text of /proc');
});
