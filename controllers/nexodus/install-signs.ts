import type { Clock } from '../runtime/clock.ts';
import type { InstallSign, InstallSigns } from '../runtime/nexodus.ts';
import type { NexodusClient } from './client.ts';
import type { NexodusDirectory } from './directory.ts';
import { field, type OwnedRegKey } from './shapes.ts';

/** A key of the past is good for nothing, and its end can be moved within the past. */
const pastMs = 3_600_000;

/**
 * Signs are registration keys, as these are all that a user can leave in Nexodus without a device. Their description is
 * the same for all installs of a cluster id, so that they are found with one small request; their end is the beat.
 */
export class InstallKeys implements InstallSigns {
  readonly #client: Pick<NexodusClient, 'regKeys' | 'createRegKey' | 'expireRegKey' | 'deleteRegKey'>;
  readonly #directory: Pick<NexodusDirectory, 'requireIdentity'>;
  readonly #clock: Clock;
  readonly #description: string;

  constructor(
    client: Pick<NexodusClient, 'regKeys' | 'createRegKey' | 'expireRegKey' | 'deleteRegKey'>,
    directory: Pick<NexodusDirectory, 'requireIdentity'>,
    clock: Clock,
    clusterID: string,
  ) {
    this.#client = client;
    this.#directory = directory;
    this.#clock = clock;
    // Without the prefix of gateways' keys: those who look for these need not know of signs.
    this.#description = `nexlink-install:${clusterID}`;
  }

  async list(): Promise<InstallSign[]> {
    const { userID } = this.#directory.requireIdentity();
    const keys = await this.#client.regKeys(this.#description);
    return keys.filter(key => key.ownerID === userID).map(signOf);
  }

  async create({ session, place, name }: Pick<InstallSign, 'session' | 'place' | 'name'>): Promise<void> {
    const { vpcID } = this.#directory.requireIdentity();
    const settings = { session, name, ...(place === undefined ? {} : { place }) };
    await this.#client.createRegKey(vpcID, this.#description, this.#past(), settings);
  }

  async move(id: string): Promise<void> {
    await this.#client.expireRegKey(id, this.#past());
  }

  async remove(id: string): Promise<void> {
    await this.#client.deleteRegKey(id);
  }

  #past(): Date {
    return new Date(this.#clock.now().getTime() - pastMs);
  }
}

function signOf({ id, expiresAt, settings }: OwnedRegKey): InstallSign {
  const told = (name: string) => {
    const value = field(settings, name);
    return typeof value === 'string' ? value.slice(0, 253).toWellFormed() : undefined;
  };
  return {
    id,
    session: told('session') ?? id,
    place: told('place'),
    name: told('name') ?? `one without a name (registration key ${id})`,
    beat: expiresAt ?? '',
  };
}
