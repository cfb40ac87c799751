/** The kinds as classes, for building and checking objects. They implement the interfaces of the same names. */
import { createTypeMetaGuard, Model, type ModelData } from '@kubernetes-models/base';
import { apiVersion } from './labels.ts';
import type { NexlinkExport as Export } from './nexlinkexport.ts';
import type { NexlinkGateway as Gateway } from './nexlinkgateway.ts';
import type { NexlinkImport as Import } from './nexlinkimport.ts';
import { validate, type Kind } from './validate.ts';

export { validate, type Kind } from './validate.ts';

/** An object does not satisfy its kind's schema. `problems` has a text for each field. */
export class InvalidObject extends Error {
  readonly code = 'InvalidSpec';
  readonly problems: readonly string[];
  constructor(kind: string, name: string, problems: readonly string[]) {
    super(`${kind} ${name} is invalid: ${problems.join('; ')}`);
    this.name = 'InvalidObject';
    this.problems = problems;
  }
}

/** Throws {@link InvalidObject}. */
function check(object: { kind: Kind; metadata: { name: string } }): void {
  const problems = validate(object.kind, object);
  if (problems.length) throw new InvalidObject(object.kind, object.metadata.name, problems);
}

/**
 * @example
 * const web = new NexlinkExport({ metadata: { name: 'web' }, spec: { realm: 'shop' } });
 * web.validate(); // throws InvalidObject when a field is wrong
 * if (NexlinkExport.is(object)) object.spec.realm;
 */
export class NexlinkExport extends Model<Export> implements Export {
  declare apiVersion: Export['apiVersion'];
  declare kind: Export['kind'];
  declare metadata: Export['metadata'];
  declare spec: Export['spec'];
  declare status?: NonNullable<Export['status']>;
  static readonly is = createTypeMetaGuard<Export>({ apiVersion, kind: 'NexlinkExport' });
  constructor(data: ModelData<Export>) {
    super({ apiVersion, kind: 'NexlinkExport', ...data } as ModelData<Export>);
  }
  override validate(): void {
    check(this);
  }
}

/** As {@link NexlinkExport}. */
export class NexlinkImport extends Model<Import> implements Import {
  declare apiVersion: Import['apiVersion'];
  declare kind: Import['kind'];
  declare metadata: Import['metadata'];
  declare spec: Import['spec'];
  declare status?: NonNullable<Import['status']>;
  static readonly is = createTypeMetaGuard<Import>({ apiVersion, kind: 'NexlinkImport' });
  constructor(data: ModelData<Import>) {
    super({ apiVersion, kind: 'NexlinkImport', ...data } as ModelData<Import>);
  }
  override validate(): void {
    check(this);
  }
}

/** As {@link NexlinkExport}. */
export class NexlinkGateway extends Model<Gateway> implements Gateway {
  declare apiVersion: Gateway['apiVersion'];
  declare kind: Gateway['kind'];
  declare metadata: Gateway['metadata'];
  declare spec: Gateway['spec'];
  declare status?: NonNullable<Gateway['status']>;
  static readonly is = createTypeMetaGuard<Gateway>({ apiVersion, kind: 'NexlinkGateway' });
  constructor(data: ModelData<Gateway>) {
    super({ apiVersion, kind: 'NexlinkGateway', ...data } as ModelData<Gateway>);
  }
  override validate(): void {
    check(this);
  }
}
