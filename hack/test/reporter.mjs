/** Ends a run with the line that other programs read: `N passed, N failed`. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const suites = results.testResults.filter(suite => suite.testExecError).length;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped ? `, ${skipped} skipped` : '';
    // Written last and at once, so that nothing follows it.
    process.on('exit', () => {
      process.stdout.write(
        `\n${results.numPassedTests} passed, ${results.numFailedTests + suites} failed${tail}\n`,
      );
    });
  }
}
