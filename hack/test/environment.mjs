import { TestEnvironment } from 'jest-environment-node';
import { describeHandle, openHandles, TimersOf } from './left-open.ts';

/**
 * Fails a file whose tests leave something open, whether they passed or not. Jest itself says nothing of it: it kills
 * its workers half a second after their last test, and where there is only one process, it waits for ever.
 */
export default class Environment extends TestEnvironment {
  /** Under load, closing takes its time. */
  #patienceMs;
  #before;
  #timers;

  constructor(config, context) {
    super(config, context);
    this.#patienceMs = config.projectConfig.testEnvironmentOptions.patienceMs ?? 3_000;
  }

  async setup() {
    await super.setup();
    this.#before = openHandles();
    this.#timers = new TimersOf(this.global);
  }

  async handleTestEvent({ name }, state) {
    if (name !== 'run_finish') return;
    const end = performance.now() + this.#patienceMs;
    while (this.#left().length > 0 && performance.now() < end)
      await new Promise(resolve => setTimeout(resolve, 20));
    const left = this.#left();
    if (left.length === 0) return;
    const error = new Error(`left open when all tests of this file were over: ${left.join('; ')}`);
    error.stack = error.message;
    state.unhandledErrors.push(error);
  }

  #left() {
    const handles = [...openHandles()].filter(handle => !this.#before.has(handle));
    return [...handles.map(describeHandle), ...this.#timers.running()];
  }
}
