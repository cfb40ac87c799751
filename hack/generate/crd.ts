import { crdName, group, version, type KindInfo } from '../../api/v1alpha1/resources.ts';
import { inlineType } from './inline.ts';
import type { Definitions, Schema } from './schema.ts';
import { structural } from './structural.ts';

/** The structural schema of a kind. The API server itself knows apiVersion, kind and metadata. */
export function kindSchema(definitions: Definitions, kind: string): Schema {
  const type = inlineType(definitions, kind);
  const known = ['apiVersion', 'kind', 'metadata'];
  const ours = Object.fromEntries(
    Object.entries(type.properties ?? {}).filter(([name]) => !known.includes(name)),
  );
  const schema = structural(
    { ...type, properties: ours, required: (type.required ?? []).filter(name => name in ours) },
    kind,
  );
  return {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...schema.properties,
    },
  };
}

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(info: KindInfo, schema: Schema): object {
  const { kind, plural, singular, shortName } = info;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdName(info) },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: ['nexlink'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
          additionalPrinterColumns: info.printerColumns.map(
            ({ name, type, jsonPath, priority, description }) => ({
              name,
              type,
              jsonPath,
              description,
              ...(priority ? { priority } : {}),
            }),
          ),
        },
      ],
    },
  };
}
