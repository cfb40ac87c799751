import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { validate, type Kind } from './validate.ts';

const folder = join(import.meta.dirname, '../../config/samples');

test.each(readdirSync(folder).filter(name => name.endsWith('.yaml')))('the sample %s is valid', name => {
  const object = parse(readFileSync(join(folder, name), 'utf8')) as { kind: Kind };
  expect(validate(object.kind, object)).toEqual([]);
});
