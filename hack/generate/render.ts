import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { group, kinds } from '../../api/v1alpha1/resources.ts';
import { apiReference } from './api-reference.ts';
import { conditionsReference } from './conditions-reference.ts';
import { customResourceDefinition, kindSchema } from './crd.ts';
import { faultsReference } from './faults-reference.ts';
import { metricsReference } from './metrics-reference.ts';
import { objectSchema } from './plain.ts';
import { settingsReference } from './reference.ts';
import { readTypes, type Schema } from './schema.ts';
import { editorSchema, settingsSchema } from './settings.ts';
import { validatorsModule, validatorsTypes } from './validators.ts';

const notice = 'Written by `npm run generate`; do not edit.';

/** Folders that hold nothing but generated files. */
export const generatedFolders = ['config/crd'];

/** Every generated file: its path from the root of the checkout, and its text. */
export async function render(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const types = readTypes('api/v1alpha1/nexlink*.ts');
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
  await addValidators(files, 'api/v1alpha1', objects);

  const settings = settingsSchema();
  const schemaFile = 'config/settings.schema.json';
  files.set(schemaFile, await pretty(schemaFile, JSON.stringify(editorSchema(settings))));
  for (const [path, text] of [
    ['docs/reference/api.md', apiReference(schemas, notice)],
    ['docs/reference/conditions.md', conditionsReference(notice)],
    ['docs/reference/faults.md', faultsReference(notice)],
    ['docs/reference/metrics.md', await metricsReference(notice)],
    ['docs/reference/settings.md', settingsReference(settings, notice)],
  ] as const)
    files.set(path, await pretty(path, text));
  await addValidators(files, 'controllers/settings', { settings });
  files.set(
    'controllers/settings/zz_generated.schema.ts',
    `// ${notice}\nimport type { KeySchema } from './keys.ts';\n\nexport const settingsSchema: KeySchema = ${JSON.stringify(settings, null, 2)};\n`,
  );
  return files;
}

/** As the project formats such files. */
const pretty = async (path: string, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(path)), filepath: path });

async function addValidators(
  files: Map<string, string>,
  folder: string,
  schemas: { readonly [name: string]: Schema },
): Promise<void> {
  const path = `${folder}/zz_generated.validators`;
  files.set(`${path}.js`, `// ${notice}\n${await validatorsModule(schemas)}`);
  files.set(`${path}.d.ts`, `// ${notice}\n${validatorsTypes(Object.keys(schemas))}`);
}
