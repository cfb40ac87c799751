import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Account } from '../auth/account.ts';
import type { DatabaseSnapshot } from './database.ts';

/** What a restarted server goes on with. */
export interface Snapshot {
  readonly signingKey: string;
  readonly accounts: readonly Account[];
  readonly database: DatabaseSnapshot;
}

/** The snapshot of a file; undefined when there is none yet. Throws when it is unreadable. */
export function loadSnapshot(file: string): Snapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as Snapshot;
}

/** Writes snapshots some time after a change, each by an atomic rename. */
export class SnapshotFile {
  readonly #file: string;
  readonly #take: () => Snapshot;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string, take: () => Snapshot) {
    this.#file = file;
    this.#take = take;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.flush(), 50);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.#take()), { mode: 0o600 });
    renameSync(temporary, this.#file);
  }

  close(): void {
    if (this.#timer !== undefined) this.flush();
  }
}
