/** What reconcilers need of Nexodus. controllers/nexodus implements it; tests implement it in memory. */

/** A device of the VPC, without the fields that nobody here needs (its sealed token above all). */
export interface Device {
  readonly id: string;
  readonly ownerID: string;
  readonly vpcID: string;
  readonly hostname: string;
  /** Base64; '' once it is deleted. */
  readonly publicKey: string;
  /** Tunnel addresses; undefined when Nexodus gave none. */
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
  /** False until it first connected. Nexodus reports changes late: a hint, not proof. */
  readonly online: boolean;
  readonly endpoints: readonly { readonly source: string; readonly address: string }[];
  /** Its nexd found that two STUN servers see it at different addresses: only a relay leads to it and from it. */
  readonly symmetricNAT: boolean;
  readonly revision: number;
}

/** A key with which a nexd registers itself. `token` is secret. */
export interface RegKey {
  readonly id: string;
  readonly description: string;
  readonly token: string;
  /** The id that the device of a single-use key has, or will have. */
  readonly deviceID: string | undefined;
  /** RFC 3339; undefined when it never expires. */
  readonly expiresAt: string | undefined;
  /** The install of Nexlink that made it; absent for one that an older version made. */
  readonly install?: string;
}

/** Whether an install made a key, or may have: keys of older versions do not say. */
export const isOfInstall = (key: Pick<RegKey, 'install'>, install: string): boolean =>
  key.install === undefined || key.install === install;

/** What an install of Nexlink leaves in Nexodus while it leads: an expired key that says so. */
export interface InstallSign {
  readonly id: string;
  readonly session: string;
  readonly place: string | undefined;
  readonly name: string;
  /** Another text each time that the install has moved it. */
  readonly beat: string;
}

/** The signs of all installs with our cluster id. Every method rejects with an error of errors.ts. */
export interface InstallSigns {
  list(): Promise<readonly InstallSign[]>;
  create(sign: Pick<InstallSign, 'session' | 'place' | 'name'>): Promise<void>;
  move(id: string): Promise<void>;
  /** Resolves when it is gone already. */
  remove(id: string): Promise<void>;
}

/** Writes; every method rejects with an error of errors.ts, and each result is visible in {@link Directory} at once. */
export interface NexodusWriter {
  /** The device as Nexodus has it now, not the directory; undefined when it does not exist. */
  findDevice(id: string): Promise<Device | undefined>;
  /**
   * A single-use key with this description. A key of ours that has it already is adopted instead of making a second
   * one, so that a lost answer leaves nothing behind; but none of those in `spent`, by id.
   */
  ensureRegKey(description: string, expiresAt: Date, spent?: ReadonlySet<string>): Promise<RegKey>;
  /** Moves the end of a key's life: ahead to open it, to the past to close it. Rejects with NotFound when it is gone. */
  expireRegKey(id: string, expiresAt: Date): Promise<RegKey>;
  /** Resolves when it is gone already. */
  deleteRegKey(id: string): Promise<void>;
  /** Resolves when it is gone already. */
  deleteDevice(id: string): Promise<void>;
  /** Replaces the value. Rejects with NotFound when the device does not exist. */
  putMetadata(deviceID: string, key: string, value: object): Promise<void>;
  /** Resolves when key or device are gone already. */
  deleteMetadata(deviceID: string, key: string): Promise<void>;
}

/** Why the directory cannot be brought up to date. */
export interface NexodusFailure {
  readonly reason: 'Unauthorized' | 'Unreachable' | 'NexodusError' | 'DuplicateClusterID';
  /** Names the server, the cause and the next step. */
  readonly message: string;
  readonly since: Date;
}

/**
 * Devices of the VPC, their metadata under our key, and our registration keys: the last state known to be good.
 * An outage changes nothing here; `failure` tells of it.
 */
export interface Directory {
  /** True after the first complete list. Nothing may be deleted, and no absence believed, before. */
  readonly synced: boolean;
  /** Set while Nexodus cannot be reached or refuses us. */
  readonly failure: NexodusFailure | undefined;
  /** The id of the VPC; undefined until known. */
  readonly vpcID: string | undefined;
  device(id: string): Device | undefined;
  devices(): readonly Device[];
  /** The value under our key, unchecked JSON; undefined when there is none, or the device is not live. */
  metadata(deviceID: string): unknown;
  /** Registration keys of our user. */
  regKeys(): readonly RegKey[];
  /** Asks for a complete list soon; many calls make one list. */
  refresh(): void;
  /**
   * Calls `listener` after changes: with the ids of the devices whose record or metadata changed (present or gone),
   * whether keys changed, and whether `synced` or `failure` did.
   */
  onChange(listener: (change: DirectoryChange) => void): void;
}

/** Whether Nexodus has answered, or failed to. Before that nobody knows anything, and nothing is concluded. */
export const hasAnswered = ({ synced, failure }: Pick<Directory, 'synced' | 'failure'>): boolean =>
  synced || failure !== undefined;

export interface DirectoryChange {
  readonly deviceIDs: ReadonlySet<string>;
  readonly regKeys: boolean;
  readonly health: boolean;
}
