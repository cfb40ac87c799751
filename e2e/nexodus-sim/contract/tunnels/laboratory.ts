/** Pairs that work through a list of cases at the same time. */

import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import { measure, type Patience } from './measure.ts';
import { Network } from './network.ts';
import { externalNexodus, startStandIn } from './nexodus.ts';
import { Pair, type PairParts } from './pair.ts';
import { collect } from './recording.ts';
import type { Measured, Run, Traffic } from './result.ts';
import { Echo } from './traffic.ts';
import { sleep } from './waiting.ts';

export interface Job {
  readonly case: Case;
  readonly traffic: Traffic;
}

export interface Results {
  readonly measured: readonly Measured[];
  /** Runs that could not be made. */
  readonly failures: readonly string[];
}

/** Pairs start one after the other, so that they do not do the same at the same time. */
const staggerMs = 250;

/** Networks, a Nexodus and targets. */
export class Laboratory {
  readonly #parts: PairParts;
  readonly #echo: Echo;
  readonly #pairs = new Set<Pair>();
  #made = 0;
  #isClosed = false;

  private constructor(parts: PairParts, echo: Echo) {
    this.#parts = parts;
    this.#echo = echo;
  }

  /** With the stand-in's server, or with the Nexodus of the environment where that says `NEXODUS=external`. */
  static async open(binary: string, env: NodeJS.ProcessEnv): Promise<Laboratory> {
    const folder = mkdtempSync(join(tmpdir(), 'tunnels-'));
    // The user that nexd runs as may not get at what is elsewhere.
    chmodSync(folder, 0o755);
    const nexd = join(folder, 'nexd');
    copyFileSync(binary, nexd);
    chmodSync(nexd, 0o755);
    const network = await Network.create();
    const echo = new Echo();
    const ports = await echo.listen();
    const nexodus =
      env['NEXODUS'] === 'external'
        ? externalNexodus(network.host, folder, env)
        : await startStandIn(network.host, folder);
    return new Laboratory({ network, nexodus, binary: nexd, folder, echo: ports }, echo);
  }

  async #createPair(): Promise<Pair> {
    const pair = await Pair.create(this.#parts, `tunnels ${++this.#made}`);
    this.#pairs.add(pair);
    return pair;
  }

  /** Does all jobs with so many pairs at a time. */
  async run(
    jobs: readonly Job[],
    pairs: number,
    patience: Patience,
    onRun: (job: Job, run: Run) => void = () => undefined,
  ): Promise<Results> {
    const single: { case: string; traffic: Traffic; run: Run }[] = [];
    const failures: string[] = [];
    const waiting = jobs.map(job => ({ job, isSecondTry: false }));
    const work = async (number: number): Promise<void> => {
      await sleep(number * staggerMs);
      let pair: Pair | undefined;
      for (let next = waiting.shift(); next !== undefined && !this.#isClosed; next = waiting.shift()) {
        const { job, isSecondTry } = next;
        try {
          pair ??= await this.#createPair();
          const run = await measure(pair, job.case, job.traffic, this.#echo, patience);
          single.push({ case: job.case.name, traffic: job.traffic, run });
          onRun(job, run);
        } catch (error) {
          if (this.#isClosed) return;
          // On a machine that is too busy to register a device in time, once is no failure.
          if (isSecondTry) failures.push(`${job.case.name}, ${job.traffic}: ${(error as Error).message}`);
          else waiting.push({ job, isSecondTry: true });
          await pair?.stop();
          pair = undefined;
        }
      }
    };
    await Promise.all(Array.from({ length: pairs }, (_, number) => work(number)));
    return { measured: collect(single), failures };
  }

  /** Ends all processes and removes all networks. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#pairs].map(pair => pair.stop()));
    await this.#parts.nexodus.close();
    await this.#parts.network.remove();
    this.#echo.close();
    rmSync(this.#parts.folder, { recursive: true, force: true });
  }
}
