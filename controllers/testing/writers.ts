/** The controller's way to the servers in memory, where its writes can be counted, refused or cut off. */

import { fieldManager, managedByLabel } from '../../api/v1alpha1/labels.ts';
import { Transient } from '../runtime/errors.ts';
import type { KubeObject, KubeWriter, ObjectRef, Resource } from '../runtime/kube.ts';
import type { NexodusWriter } from '../runtime/nexodus.ts';
import { resources } from '../runtime/resources.ts';
import { refOf } from './api-server.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** The process has ended in the middle of a reconcile. */
export class Killed extends Error {}

export interface Fault {
  /** Of the writes since the gate was made, from 1. */
  readonly atWrite: number;
  /**
   * killed: the process ends right after it. lost: it is done, but the answer does not arrive. refused: it is not
   * done.
   */
  readonly how: 'killed' | 'lost' | 'refused';
}

/** Counts writes, and makes one of them fail. */
export class WriteGate {
  readonly fault: Fault | undefined;
  /** What was written, in order: `verb Kind name`. */
  readonly log: string[] = [];

  constructor(fault?: Fault) {
    this.fault = fault;
  }

  pass<T>(process: Process, what: string, write: () => T): T {
    if (process.dead) throw new Killed();
    this.log.push(what);
    const fault = this.log.length === this.fault?.atWrite ? this.fault.how : undefined;
    if (fault === 'refused') throw new Transient('Unreachable', `${what}: refused`);
    const done = write();
    if (fault === 'lost') throw new Transient('Unreachable', `${what}: answer lost`);
    if (fault !== 'killed') return done;
    process.end();
    throw new Killed();
  }
}

export function kubeWriter(world: World, gate: WriteGate, process: Process): KubeWriter {
  const { server } = world;
  const write = async (
    verb: string,
    { resource, namespace, name }: ObjectRef,
    run: () => KubeObject | undefined,
  ) => {
    const what = `${verb} ${resource.kind} ${namespace ?? ''}/${name}`;
    await process.yield();
    if (!isOurs(resource, verb, server.get(resource, namespace, name)))
      world.violations.push(`foreign: ${what}`);
    return gate.pass(process, what, () => {
      const object = run();
      world.judgeExposure(what);
      if (object && resource !== resources.secrets) world.judge.secrecy(what, JSON.stringify(object));
      if (object) process.observe(resource, object);
      return object as never;
    });
  };
  return {
    read: async ({ resource, namespace, name }) => {
      const found = server.get(resource, namespace, name);
      if (found) process.observe(resource, found);
      return found as never;
    },
    apply: (resource, object) =>
      write('apply', refOf(resource, object), () => server.apply(resource, object, fieldManager)),
    applyStatus: (resource, object) =>
      write('status', refOf(resource, object), () => {
        world.judge.honesty(object);
        return server.apply(resource, object, fieldManager, 'status');
      }),
    create: (resource, object) =>
      write('create', refOf(resource, object), () => server.create(resource, object)),
    jsonPatch: (ref, operations) => write('patch', ref, () => server.jsonPatch(ref, operations)),
    delete: async (ref, uid) => {
      await write('delete', ref, () => {
        const found = server.get(ref.resource, ref.namespace, ref.name);
        const left = server.delete(ref, uid, ref.resource === resources.pods);
        if (found?.metadata.uid === uid && !left) process.observeDeleted(ref.resource, found);
        return left;
      });
    },
  };
}

/** Whether Nexlink may write to an object that exists. */
function isOurs(resource: Resource, verb: string, found: KubeObject | undefined): boolean {
  if (!found || verb === 'status' || verb === 'create') return true;
  if (resource === resources.gateways && verb === 'patch') return true;
  if (resource === resources.pods) return true;
  return found.metadata.labels?.[managedByLabel] !== undefined;
}

export function nexodusWriter(world: World, gate: WriteGate, process: Process): NexodusWriter {
  const { nexodus } = world;
  const refuseWhenDown = () => {
    if (nexodus.isDown) throw new Transient('Unreachable', 'Nexodus is down');
  };
  const write = async <T>(what: string, id: string, run: () => T): Promise<T> => {
    await process.yield();
    if (world.foreignDevices.has(id)) world.violations.push(`foreign: ${what} ${id}`);
    refuseWhenDown();
    return gate.pass(process, what, () => {
      const done = run();
      process.directory.pull(id);
      return done;
    });
  };
  return {
    findDevice: async id => {
      await process.yield();
      refuseWhenDown();
      return nexodus.devices.get(id);
    },
    ensureRegKey: async (description, expiresAt, spent = new Set()) => {
      await process.yield();
      refuseWhenDown();
      const found = [...nexodus.keys.values()].find(
        key => key.description === description && !spent.has(key.id),
      );
      if (found) return write('expireRegKey', found.id, () => nexodus.expireKey(found.id, expiresAt));
      return gate.pass(process, 'createRegKey', () => {
        const key = nexodus.createKey(description, expiresAt);
        process.directory.pull(key.id);
        return key;
      });
    },
    expireRegKey: (id, expiresAt) => write('expireRegKey', id, () => nexodus.expireKey(id, expiresAt)),
    deleteRegKey: id => write('deleteRegKey', id, () => nexodus.deleteKey(id)),
    deleteDevice: id =>
      write('deleteDevice', id, () => {
        if (nexodus.devices.has(id) && world.cluster.isRunningAs(id))
          world.violations.push(`device ${id} is deleted while nexd runs as it`);
        nexodus.deleteDevice(id);
      }),
    putMetadata: (id, _key, value) =>
      write('putMetadata', id, () => {
        world.judge.record(id, value);
        world.judge.secrecy('metadata', JSON.stringify(value));
        nexodus.putMetadata(id, value);
      }),
    deleteMetadata: id => write('deleteMetadata', id, () => nexodus.deleteMetadata(id)),
  };
}
