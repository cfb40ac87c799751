import { describeHandle, openHandles } from './left-open.ts';

/**
 * Ends a run with the line that other programs read: `N passed, N failed`. A process that does not come to its end by
 * itself has failed, and is ended.
 */
export default class ClosingLine {
  /** How long a process may go on when all results are there: the global teardown is yet to come. */
  #patienceMs;

  constructor(_config, { patienceMs = 5_000 } = {}) {
    this.#patienceMs = patienceMs;
  }

  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped ? `, ${skipped} skipped` : '';
    let failed = results.numFailedTests + results.testResults.filter(suite => suite.testExecError).length;
    // Written last and at once, so that nothing follows it.
    process.on('exit', () => {
      process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${tail}\n`);
    });
    const end = () => {
      const open = [...openHandles()].map(describeHandle);
      process.stderr.write(`\nThe run does not end by itself; open: ${open.join('; ') || 'timers'}.\n`);
      failed ||= 1;
      process.exit(1);
    };
    // It does not hold up the end itself.
    setTimeout(end, this.#patienceMs).unref();
  }
}
