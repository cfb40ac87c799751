import { expect } from '@jest/globals';
import { RegistrySource } from '../../import/registry.ts';
import type { KubeObject, Resource } from '../../runtime/kube.ts';
import { resources } from '../../runtime/resources.ts';
import { aGateway, aNamespace, anExport, anImport, aService } from '../../testing/builders.ts';
import { aReport } from '../../testing/seen.ts';
import { World } from '../../testing/world.ts';
import { Triggers } from '../triggers.ts';

/** A namespace with two exports, a third one through a gateway of its own, and an import; and what was woken of it. */
export class Shop {
  readonly world = new World();
  /** As `controller key`. */
  readonly woken = new Set<string>();
  triggers: Triggers;

  constructor() {
    const { world } = this;
    world.add(resources.namespaces, aNamespace());
    world.add(resources.services, aService());
    world.add(resources.exports, anExport('web'));
    world.add(resources.exports, anExport('www', { service: 'web', name: 'web' }));
    world.add(resources.exports, anExport('db', { gateway: 'mine' }));
    world.add(resources.imports, anImport('api'));
    for (const spec of [{}, { direction: 'Import' as const }]) world.add(resources.gateways, aGateway(spec));
    world.add(resources.gateways, {
      ...aGateway({}, { name: 'mine' }),
      status: { replicas: [aReport()] },
    } as KubeObject);
    this.triggers = this.#start();
  }

  /** From now on the triggers are those of a controller that has just started. */
  restart(): void {
    this.triggers = this.#start();
  }

  clear(): void {
    this.woken.clear();
  }

  expectWoken(...keys: string[]): void {
    expect([...this.woken].sort()).toEqual(keys.sort());
  }

  /** A copy. */
  get<T extends KubeObject>(resource: Resource, name: string): T {
    return structuredClone(
      this.world.server.get<T>(resource, resource.namespaced ? 'shop' : undefined, name)!,
    );
  }

  #start(): Triggers {
    const wake = (controller: string) => (key: string) => void this.woken.add(`${controller} ${key}`);
    const { ports } = this.world.process;
    return new Triggers(ports, new RegistrySource(ports.directory, 'here'), {
      export: wake('export'),
      import: wake('import'),
      gateway: wake('gateway'),
      discovery: wake('discovery'),
      labeled: wake('labeled'),
    });
  }
}
