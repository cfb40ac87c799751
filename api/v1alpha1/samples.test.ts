import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { apiVersion } from './labels.ts';
import { validate, type Kind } from './validate.ts';

const folder = join(import.meta.dirname, '../../config/samples');

test.each(readdirSync(folder))('the sample %s is valid and says what to expect', name => {
  const text = readFileSync(join(folder, name), 'utf8');
  const object = parse(text) as { apiVersion: string; kind: string };
  if (object.apiVersion === apiVersion) expect(validate(object.kind as Kind, object)).toEqual([]);
  else expect(['Namespace', 'Service']).toContain(object.kind);
  expect(text).toMatch(/^# Expect: nx[eig]\/\S+ \w+=(True|False)\/\w+$/m);
});
