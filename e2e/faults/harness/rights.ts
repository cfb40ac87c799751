/** A service account whose rights are those of the roles in `config/rbac`, verb by verb. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { objectPath } from '../../../controllers/kube/paths.ts';
import type { KubeObject, Resource } from '../../../controllers/runtime/kube.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { serviceAccountToken } from '../../../hack/test/service-account-token.ts';
import type { Lab } from './lab.ts';
import { systemNamespace } from './world.ts';

const folder = path.join(import.meta.dirname, '../../../config/rbac');
const serviceAccount = 'nexlink-controller';

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
interface Role extends KubeObject {
  readonly rules: readonly PolicyRule[];
}

/** A verb on a resource, as `patch services` or `create leases.coordination.k8s.io`. */
export type Right = string;
export const rightOf = (verb: string, resource: string, group: string): Right =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

const rightsOf = (rules: readonly PolicyRule[]): Right[] =>
  rules.flatMap(rule =>
    rule.apiGroups.flatMap(group =>
      rule.resources.flatMap(resource => rule.verbs.map(verb => rightOf(verb, resource, group))),
    ),
  );

const clusterRoles: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};
const bindings: Resource = { ...clusterRoles, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };

export class Rights {
  /** Of the service account. */
  readonly token: string;
  /** Everything in the roles. */
  readonly all: readonly Right[];
  readonly #lab: Lab;
  readonly #roles: readonly Role[];
  readonly #given = new Set<Right>();

  private constructor(lab: Lab, roles: readonly Role[], token: string) {
    this.#lab = lab;
    this.#roles = roles;
    this.token = token;
    this.all = roles.flatMap(({ rules }) => rightsOf(rules));
  }

  /** The account of the controller, with no right at all. */
  static async none(lab: Lab): Promise<Rights> {
    const objects = await Promise.all(['controller.yaml', 'system.yaml'].map(objectsOf));
    const isRole = ({ kind }: KubeObject) => kind === 'ClusterRole' || kind === 'Role';
    for (const object of objects.flat())
      await put(lab, isRole(object) ? ({ ...object, rules: [] } as Role) : object);
    const token = await serviceAccountToken(lab.client, systemNamespace, serviceAccount);
    return new Rights(lab, objects.flat().filter(isRole) as Role[], token);
  }

  async give(...rights: readonly Right[]): Promise<void> {
    for (const right of rights) this.#given.add(right);
    await this.#write();
  }

  /** The same for one namespace, by a Role. */
  async giveIn(namespace: string, ...rights: readonly Right[]): Promise<void> {
    const metadata = { name: serviceAccount, namespace };
    const { group, version } = resources.roles;
    const apiVersion = `${group}/${version}`;
    const rules = this.#roles.flatMap(role => only(role.rules, new Set(rights)));
    await put(this.#lab, { apiVersion, kind: 'Role', metadata, rules } as Role);
    await put(this.#lab, {
      apiVersion,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: serviceAccount },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: systemNamespace }],
    } as KubeObject);
  }

  async #write(): Promise<void> {
    for (const role of this.#roles)
      await put(this.#lab, { ...role, rules: only(role.rules, this.#given) } as Role);
  }
}

/** What is left of rules when only these rights are given. */
const only = (rules: readonly PolicyRule[], given: ReadonlySet<Right>): PolicyRule[] =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap(group =>
      resources.flatMap(resource => {
        const left = verbs.filter(verb => given.has(rightOf(verb, resource, group)));
        return left.length ? [{ apiGroups: [group], resources: [resource], verbs: left }] : [];
      }),
    ),
  );

async function objectsOf(file: string): Promise<KubeObject[]> {
  const text = await readFile(path.join(folder, file), 'utf8');
  return parseAllDocuments(text).map(document => document.toJS() as KubeObject);
}

const kinds = new Map(
  [clusterRoles, bindings, resources.roles, resources.roleBindings, resources.serviceAccounts].map(
    resource => [resource.kind, resource],
  ),
);

async function put(lab: Lab, object: KubeObject): Promise<void> {
  const resource = kinds.get(object.kind)!;
  const { name, namespace } = object.metadata;
  await lab.client.object({
    method: 'PATCH',
    path: objectPath({ resource, name, ...(namespace === undefined ? {} : { namespace }) }, undefined, {
      fieldManager: 'user',
      force: true,
    }),
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
    attempt: { verb: 'apply', object: name },
    repeat: 'always',
  });
}

/**
 * The rights that the API server says are missing: what a request lacked, what somebody lacks to give it to others,
 * and what an owner reference lacked.
 */
export function lackedIn(text: string): Right[] {
  const lacked: Right[] = [];
  for (const [, verb, resource, group] of text.matchAll(
    /cannot (\w+) resource \\*"([\w/]+)\\*" in API group \\*"([\w.]*)\\*"/g,
  ))
    lacked.push(rightOf(verb!, resource!, group!));
  for (const [, group, resource, verbs] of text.matchAll(
    /\{APIGroups:\[\\*"([\w.]*)\\*"\], Resources:\[\\*"([\w/]+)\\*"\](?:, ResourceNames:\[[^\]]*\])?, Verbs:\[([^\]]+)\]\}/g,
  ))
    for (const verb of verbs!.match(/\w+/g)!) lacked.push(rightOf(verb, resource!, group!));
  if (/can't set finalizers on/.test(text))
    lacked.push(
      rightOf(
        'update',
        `${/cannot apply Service /.test(text) ? 'nexlinkimports' : 'nexlinkgateways'}/finalizers`,
        'nexlink.nexodus.io',
      ),
    );
  return lacked;
}
