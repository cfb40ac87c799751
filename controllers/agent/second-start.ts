/**
 * Decides whether nexd is started once more, right after its first start: see proxy/nexd-command.ts. The file in nexd's
 * state folder outlasts the agent; its container does what it says.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { secondStart, secondStartFile } from '../proxy/nexd-command.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { readIfThere, replaceFile } from './files.ts';

const timing = {
  /** The others have the new endpoint after 0.05 s, typically, and have sent something by then: they ask every second. */
  waitMs: 1_500,
  /** A container that does not do as it is told must not hold up the gateway. */
  mostMs: 6_000,
} as const;

export class SecondStart {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #isOver = false;
  #isUnderWay = false;
  #since: number | undefined;

  constructor(stateDir: string, clock: Clock, log: Log) {
    this.#file = join(stateDir, secondStartFile);
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether nexd is about to end: nobody is to begin anything here now. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Whether it is still to come, or to be decided. Call it whenever nexd has its tunnel address. */
  async isAhead(isAsked: () => boolean): Promise<boolean> {
    if (this.#isOver) return false;
    const word = await readIfThere(this.#file, file => readFile(file, 'utf8'));
    const now = this.#clock.monotonic();
    this.#since ??= now;
    const ms = now - this.#since;
    if (word === undefined) return this.#end();
    if (this.#isUnderWay ? ms >= timing.mostMs : isAsked()) {
      await rm(this.#file, { force: true });
      return this.#end();
    }
    if (ms >= timing.waitMs && !this.#isUnderWay) {
      this.#isUnderWay = true;
      this.#log.info('nexd is started once more, as nobody has reached this device at its new place yet');
      await replaceFile(this.#file, secondStart.now);
    }
    return true;
  }

  #end(): false {
    this.#isOver = true;
    this.#isUnderWay = false;
    return false;
  }
}
