import { keysOf, type Key, type KeySchema } from '../../controllers/settings/keys.ts';

/** The documentation of the settings, in Markdown. */
export function settingsReference(schema: KeySchema, notice: string): string {
  return `<!-- ${notice} -->
# Settings

The controller reads one YAML file, named by \`--config\` or the environment variable \`NEXLINK_CONFIG\`: the key
\`config.yaml\` of the ConfigMap \`nexlink-config\` in the namespace \`nexlink-system\`. Each setting can also be given as an
environment variable, which wins over the file. Lists of texts are written with commas between them there, other lists
and objects as JSON. The controller refuses to start with a key of the file that it does not know, or with a value that
it cannot use, and says which one, where it comes from and what to write. Environment variables that it does not know
are not its own. A change takes effect when the controller is restarted.

Editors check the file with [config/settings.schema.json](../../config/settings.schema.json).

${keysOf(schema).map(section).join('\n')}`;
}

function section({ path, schema, variable }: Key): string {
  const facts = [
    `Type: ${typeOf(schema)}.`,
    ...('default' in schema ? [`Default: \`${JSON.stringify(schema.default)}\`.`] : []),
    `Environment: \`${variable}\`.`,
  ];
  return `## \`${path.join('.')}\`\n\n${schema.description ?? ''}\n\n${facts.join(' ')}\n`;
}

function typeOf(schema: KeySchema): string {
  if (schema.enum) return schema.enum.map(value => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') return `list of ${schema.items?.type === 'string' ? 'texts' : 'objects'}`;
  const range =
    'minimum' in schema ? ` from ${String(schema['minimum'])} to ${String(schema['maximum'])}` : '';
  return `${[schema.type].flat().join(' or ')}${range}`;
}
