/** The rules that the controller wants: from its ConfigMap, and from a file while the API server is away. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Reflector } from '../kube/reflector.ts';
import type { KubeClient } from '../kube/client.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { ConfigMap } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import type { Rules } from '../proxy/rules.ts';
import { readIfThere, replaceFile } from './files.ts';
import { parseRules } from './rules-text.ts';

/** The ConfigMap's key. */
export const rulesKey = 'rules.json';

export interface WantedRules {
  /** The last usable ones; undefined before the first. The same object as long as they are the same. */
  readonly rules: Rules | undefined;
  /** Why there are none, or why they are not the latest. */
  readonly trouble: string | undefined;
}

export interface RulesWatchOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly configMap: string;
  /** Where the last rules are kept over restarts. */
  readonly stateDir: string;
  readonly log: Log;
  /** Called after every change of {@link RulesWatch.wanted}. */
  readonly onChange: () => void;
}

export class RulesWatch {
  readonly #options: RulesWatchOptions;
  readonly #reflector: Reflector<ConfigMap>;
  readonly #file: string;
  readonly #name: string;
  #text: string | undefined;
  #rules: Rules | undefined;
  #flaw: string | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: RulesWatchOptions) {
    const { client, namespace, configMap, stateDir } = options;
    this.#options = options;
    this.#file = join(stateDir, rulesKey);
    this.#name = `ConfigMap ${namespace}/${configMap}`;
    this.#reflector = new Reflector<ConfigMap>(client, resources.configMaps, {
      namespace,
      fieldSelector: `metadata.name=${configMap}`,
    });
    this.#reflector.cache.onEvent(event => {
      if (event.type !== 'deleted') this.#take(event.object);
    });
  }

  get wanted(): WantedRules {
    return { rules: this.#rules, trouble: this.#flaw ?? this.#absence() };
  }

  /** Reads the file, then follows the ConfigMap until `signal` is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#recall();
    // Tells of an absent ConfigMap, which makes no event.
    void this.#reflector.synced.then(this.#options.onChange);
    await this.#reflector.run(signal);
    await this.#saving;
  }

  #take({ data }: ConfigMap): void {
    const text = data?.[rulesKey];
    const flawBefore = this.#flaw;
    if (text === undefined || text !== this.#text) {
      try {
        if (text === undefined) throw new RangeError('it is absent');
        this.#rules = parseRules(text);
        this.#text = text;
        this.#flaw = undefined;
        this.#save(text);
        this.#options.onChange();
        return;
      } catch (error) {
        this.#flaw = `${this.#name}, key ${rulesKey}: ${messageOf(error)}; the rules before it stay in force until the controller writes it again`;
      }
    } else this.#flaw = undefined;
    if (this.#flaw !== flawBefore) {
      if (this.#flaw !== undefined) this.#options.log.error('rules are not usable', { error: this.#flaw });
      this.#options.onChange();
    }
  }

  #absence(): string | undefined {
    if (this.#rules) return undefined;
    if (this.#reflector.isSynced)
      return `${this.#name} does not exist: the controller writes it; see the log of the controller`;
    const { failure } = this.#reflector;
    return failure === undefined
      ? `${this.#name} was not read yet`
      : `${this.#name} cannot be read: ${messageOf(failure)}`;
  }

  async #recall(): Promise<void> {
    try {
      const text = await readIfThere(this.#file, file => readFile(file, 'utf8'));
      if (text === undefined || this.#text !== undefined) return;
      this.#rules = parseRules(text);
      this.#text = text;
      this.#options.log.info('rules of before the restart are in force', { revision: this.#rules.revision });
      this.#options.onChange();
    } catch (error) {
      this.#options.log.warn('rules of before the restart cannot be read', {
        file: this.#file,
        error: messageOf(error),
      });
    }
  }

  #save(text: string): void {
    this.#saving = this.#saving.then(() =>
      replaceFile(this.#file, text).catch((error: unknown) =>
        this.#options.log.warn('rules cannot be kept for a restart', {
          file: this.#file,
          error: messageOf(error),
        }),
      ),
    );
  }
}
