import type { Device, NexodusWriter, RegKey } from '../runtime/nexodus.ts';
import type { NexodusClient } from './client.ts';
import type { NexodusDirectory } from './directory.ts';
import type { OwnedRegKey } from './shapes.ts';
import { isOfInstall } from '../runtime/nexodus.ts';

/** Writes to Nexodus and shows each result in the directory at once. */
export class DirectoryWriter implements NexodusWriter {
  readonly #client: NexodusClient;
  readonly #directory: NexodusDirectory;
  readonly #install: string;
  /** Keys that are being made, so that nobody makes the same twice. */
  readonly #making = new Map<string, Promise<OwnedRegKey>>();

  /** `install`: what keys are marked with; those of another install are never adopted. */
  constructor(client: NexodusClient, directory: NexodusDirectory, install: string) {
    this.#client = client;
    this.#directory = directory;
    this.#install = install;
  }

  findDevice(id: string): Promise<Device | undefined> {
    return this.#client.device(id);
  }

  async ensureRegKey(
    description: string,
    expiresAt: Date,
    spent: ReadonlySet<string> = new Set(),
  ): Promise<RegKey> {
    const running = this.#making.get(description);
    if (running) return running;
    const making = this.#ensureRegKey(description, expiresAt, spent).finally(() =>
      this.#making.delete(description),
    );
    this.#making.set(description, making);
    return making;
  }

  async expireRegKey(id: string, expiresAt: Date): Promise<RegKey> {
    const key = await this.#client.expireRegKey(id, expiresAt);
    this.#directory.regKeyWritten(key);
    return key;
  }

  async deleteRegKey(id: string): Promise<void> {
    await this.#client.deleteRegKey(id);
    this.#directory.regKeyDeleted(id);
  }

  async deleteDevice(id: string): Promise<void> {
    this.#directory.deviceDeleted(id, await this.#client.deleteDevice(id));
  }

  async putMetadata(deviceID: string, key: string, value: object): Promise<void> {
    this.#directory.metadataWritten(await this.#client.putMetadata(deviceID, key, value));
  }

  async deleteMetadata(deviceID: string, key: string): Promise<void> {
    await this.#client.deleteMetadata(deviceID, key);
    this.#directory.metadataDeleted(deviceID);
  }

  async #ensureRegKey(
    description: string,
    expiresAt: Date,
    spent: ReadonlySet<string>,
  ): Promise<OwnedRegKey> {
    const found = await this.#adopt(description, spent);
    if (!found) {
      const made = await this.#client.createRegKey(
        this.#directory.requireIdentity().vpcID,
        description,
        expiresAt,
        { install: this.#install },
      );
      this.#directory.regKeyWritten(made);
      // A front that repeats a POST may have made more than one.
      return (await this.#adopt(description, spent)) ?? made;
    }
    const wanted = expiresAt.getTime();
    const is = found.expiresAt === undefined ? Infinity : Date.parse(found.expiresAt);
    const key = Math.abs(is - wanted) < 1_000 ? found : await this.#client.expireRegKey(found.id, expiresAt);
    this.#directory.regKeyWritten(key);
    return key;
  }

  /** The key of ours with this description. Of several, the one whose device is there, else the least id, is kept. */
  async #adopt(description: string, spent: ReadonlySet<string>): Promise<OwnedRegKey | undefined> {
    const { userID, vpcID } = this.#directory.requireIdentity();
    const isLive = (key: OwnedRegKey) =>
      key.deviceID !== undefined && this.#directory.device(key.deviceID) !== undefined;
    const [kept, ...others] = (await this.#client.regKeys(description))
      .filter(key => key.ownerID === userID && key.vpcID === vpcID && key.deviceID !== undefined)
      .filter(key => !spent.has(key.id) && isOfInstall(key, this.#install))
      .sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || (a.id < b.id ? -1 : 1));
    for (const key of others) await this.deleteRegKey(key.id);
    return kept;
  }
}
