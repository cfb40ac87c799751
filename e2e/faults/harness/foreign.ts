/** What others have in the cluster and in Nexodus. Nexlink must leave it alone. */

import type { KubeObject, Resource } from '../../../controllers/runtime/kube.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { generatePrivateKey, publicKeyOf } from '../../nexodus-sim/wgcrypto/keys.ts';
import { Nexd } from './nexd.ts';
import type { World } from './world.ts';

export interface ForeignObject {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** Objects in each namespace that look a little like ours. */
export async function addForeignObjects(
  world: World,
  namespaces: readonly string[],
): Promise<ForeignObject[]> {
  const labels = { 'app.kubernetes.io/managed-by': 'somebody' };
  const kinds: [Resource, object][] = [
    [resources.services, { spec: { ports: [{ port: 80 }] } }],
    [resources.configMaps, { data: { rules: 'not ours' } }],
    [resources.secrets, { data: { '0.json': Buffer.from('not ours').toString('base64') } }],
    [resources.networkPolicies, { spec: { podSelector: {} } }],
    [resources.serviceAccounts, {}],
  ];
  const made: ForeignObject[] = [];
  for (const space of namespaces)
    for (const [resource, body] of kinds) {
      const metadata = { name: 'nexlink-foreign', namespace: space, labels };
      made.push({
        resource,
        object: await world.create(resource, { metadata, ...body } as unknown as KubeObject),
      });
    }
  return made;
}

/** Those of them that changed or are gone. */
export async function touchedObjects(world: World, objects: readonly ForeignObject[]): Promise<string[]> {
  const { client } = world.lab;
  const touched: string[] = [];
  for (const { resource, object } of objects) {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const found = await client.find<KubeObject>({ resource, name, namespace: namespace! });
    if (found?.metadata.uid !== uid || found?.metadata.resourceVersion !== resourceVersion)
      touched.push(`${resource.kind} ${namespace}/${name}`);
  }
  for (const exporter of world.exporters) touched.push(...exporter.touched(world.nexodusState));
  return touched;
}

/** An exporter of another cluster: a device that publishes something. */
export class Exporter {
  readonly name: string;
  readonly deviceID: string;
  readonly keyID: string;
  readonly address: string;
  readonly #world: World;
  readonly #nexd: Nexd;
  #image = '';

  private constructor(world: World, name: string, keyID: string, nexd: Nexd) {
    this.#world = world;
    this.name = name;
    this.keyID = keyID;
    this.#nexd = nexd;
    this.deviceID = nexd.device.id;
    this.address = nexd.device.ipv4_tunnel_ips[0]!.address;
  }

  /** Registers a device that belongs to a gateway `name` of the cluster `there`, perhaps with this address. */
  static async add(world: World, name = 'export-shop', requestedIP?: string): Promise<Exporter> {
    const key = await world.nexodusUser.createKey({
      description: `nexlink:there/shop/${name}/0`,
      single_use: true,
    });
    const privateKey = generatePrivateKey();
    const nexd = await Nexd.start(
      { server: world.nexodus, lookup: world.nexodus.lookup },
      `nexlink-${name}-0`,
      {
        privateKey: privateKey.toString('base64'),
        publicKey: publicKeyOf(privateKey).toString('base64'),
        regKey: key.bearer_token,
        requestedIP,
      },
    );
    const exporter = new Exporter(world, name, key.id, nexd);
    world.exporters.push(exporter);
    exporter.#remember();
    return exporter;
  }

  /** Publishes this value under a key, that of Nexlink by default. */
  async publish(value: unknown, key = 'nexlink'): Promise<void> {
    await this.#world.nexodusUser.call('PUT', `/api/devices/${this.deviceID}/metadata/${key}`, value);
    this.#remember();
  }

  /** Publishes that it carries these names, as Nexlink does. */
  offer(names: readonly string[], more: object = {}): Promise<void> {
    const created = '2026-01-01T00:00:00Z';
    const service = {
      protocol: 'tcp',
      port: 20000,
      servicePort: 80,
      portName: 'http',
      namespace: 'shop',
      created,
    };
    return this.publish({
      version: 1,
      realm: 'shop',
      cluster: 'there',
      gateway: this.name,
      exports: names,
      services: names.map(name => ({ name, ...service })),
      ...more,
    });
  }

  /** Its process ends; the device stays. */
  stop(): void {
    this.#nexd.stop();
  }

  touched(state: World['nexodusState']): string[] {
    return this.#imageIn(state) === this.#image ? [] : [`device ${this.name} of another cluster`];
  }

  #remember(): void {
    this.#image = this.#imageIn(this.#world.nexodusState);
  }

  #imageIn({ devices, metadata, reg_keys: keys }: World['nexodusState']): string {
    const device = devices.find(({ id }) => id === this.deviceID);
    return JSON.stringify([
      device && [device.public_key, device.hostname, device.ipv4],
      metadata.flatMap(({ device_id, key, value }) => (device_id === this.deviceID ? [[key, value]] : [])),
      keys.filter(({ id }) => id === this.keyID),
    ]);
  }
}
