/** Nexodus as reconcilers see it while another install may have the cluster id: to be read, and not to be written to. */

import { Transient } from '../runtime/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Directory, DirectoryChange, NexodusFailure, NexodusWriter } from '../runtime/nexodus.ts';
import type { Presence } from './presence.ts';

export interface Guarded {
  readonly directory: Directory;
  readonly writer: NexodusWriter;
}

/** `name`: how this install is called. */
export function guard(
  { directory, writer }: Guarded,
  presence: Pick<Presence, 'standing' | 'others' | 'onChange'>,
  { clusterID, name, clock }: { readonly clusterID: string; readonly name: string; readonly clock: Clock },
): Guarded {
  let failure: NexodusFailure | undefined;
  const listeners: ((change: DirectoryChange) => void)[] = [];
  presence.onChange(() => {
    const { standing, others } = presence;
    failure =
      standing === 'shared'
        ? {
            reason: 'DuplicateClusterID',
            message: `Cluster id ${clusterID} is that of several installs of Nexlink: ${[name, ...others].join(', and ')}. None of them writes to Nexodus. Give each cluster an id of its own (ClusterProperty cluster.clusterset.k8s.io) and restart its controller; of two installs in one cluster, remove one.`,
            since: clock.now(),
          }
        : undefined;
    const change = { deviceIDs: new Set<string>(), regKeys: false, health: true };
    for (const listener of listeners) listener(change);
  });
  const permit = () => {
    if (failure) throw new Transient('DuplicateClusterID', failure.message);
    if (presence.standing !== 'alone')
      throw new Transient(
        'NotReady',
        `Whether another install has cluster id ${clusterID} is not known yet.`,
      );
  };
  const guarded =
    <Arguments extends unknown[], Result>(write: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      permit();
      return write(...given);
    };
  return {
    directory: {
      get synced() {
        // What is there may be another one's: nothing is concluded from it, as before the first list.
        return directory.synced && presence.standing !== 'asking';
      },
      get failure() {
        return failure ?? directory.failure;
      },
      get vpcID() {
        return directory.vpcID;
      },
      device: id => directory.device(id),
      devices: () => directory.devices(),
      metadata: deviceID => directory.metadata(deviceID),
      regKeys: () => directory.regKeys(),
      refresh: () => directory.refresh(),
      onChange: listener => {
        listeners.push(listener);
        directory.onChange(listener);
      },
    },
    writer: {
      findDevice: id => writer.findDevice(id),
      ensureRegKey: guarded((...given) => writer.ensureRegKey(...given)),
      expireRegKey: guarded((...given) => writer.expireRegKey(...given)),
      deleteRegKey: guarded((...given) => writer.deleteRegKey(...given)),
      deleteDevice: guarded((...given) => writer.deleteDevice(...given)),
      putMetadata: guarded((...given) => writer.putMetadata(...given)),
      deleteMetadata: guarded((...given) => writer.deleteMetadata(...given)),
    },
  };
}
