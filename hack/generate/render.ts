import { stringify } from 'yaml';
import { group, kinds } from '../../api/v1alpha1/resources.ts';
import { customResourceDefinition, kindSchema } from './crd.ts';
import { objectSchema } from './plain.ts';
import { readTypes } from './schema.ts';
import { validatorsModule, validatorsTypes } from './validators.ts';

const notice = 'Written by `npm run generate`; do not edit.';

/** Folders that hold nothing but generated files. */
export const generatedFolders = ['config/crd'];

/** Every generated file: its path from the root of the checkout, and its text. */
export async function render(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const types = readTypes('api/v1alpha1/*.ts');
  const schemas = kinds.map(info => ({ info, schema: kindSchema(types, info.kind) }));

  for (const { info, schema } of schemas)
    files.set(
      `config/crd/${group}_${info.plural}.yaml`,
      `# ${notice}\n${stringify(customResourceDefinition(info, schema), { aliasDuplicateObjects: false, lineWidth: 110 })}`,
    );
  const resources = kinds.map(({ plural }) => `${group}_${plural}.yaml`);
  files.set('config/crd/kustomization.yaml', `# ${notice}\n${stringify({ resources })}`);

  const objects = Object.fromEntries(
    schemas.map(({ info, schema }) => [info.kind, objectSchema(info.kind, schema)]),
  );
  const validators = 'api/v1alpha1/zz_generated.validators';
  files.set(`${validators}.js`, `// ${notice}\n${await validatorsModule(objects)}`);
  files.set(`${validators}.d.ts`, `// ${notice}\n${validatorsTypes(Object.keys(objects))}`);
  return files;
}
