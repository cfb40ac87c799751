import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What nexd remembers between starts; the file has the names of the real one. */
export interface State {
  'auth-token'?: unknown;
  'public-key': string;
  'private-key': string;
  'proxy-rules-config': { egress: string[] | null; ingress: string[] | null };
  port: number;
}

function emptyState(): State {
  return {
    'public-key': '',
    'private-key': '',
    'proxy-rules-config': { egress: null, ingress: null },
    port: 0,
  };
}

/** `<state-dir>/state.json`: directory 0700, file 0600, replaced by rename. */
export class StateFile {
  readonly file: string;
  state: State = emptyState();

  constructor(stateDir: string) {
    this.file = join(stateDir, 'state.json');
  }

  /** Reads the file if there is one. Throws when it is not JSON. */
  load(): State {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return (this.state = emptyState());
    }
    const saved = JSON.parse(text) as Partial<State>;
    const rules = saved['proxy-rules-config'];
    this.state = {
      ...(saved['auth-token'] == null ? {} : { 'auth-token': saved['auth-token'] }),
      'public-key': saved['public-key'] ?? '',
      'private-key': saved['private-key'] ?? '',
      'proxy-rules-config': { egress: rules?.egress ?? null, ingress: rules?.ingress ?? null },
      port: saved.port ?? 0,
    };
    return this.state;
  }

  store(): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const temporary = `${this.file}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(this.state, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.file);
  }
}
