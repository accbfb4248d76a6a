// Reads the test runner's report: prints its counts as the last line, and fails where a test failed or was skipped.
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const {
  numPassedTests: passed,
  numFailedTests: failed,
  numTotalTests: total,
  success,
  testResults,
} = JSON.parse(readFileSync(path, 'utf8'));
const skipped = total - passed - failed;
for (const file of testResults)
  for (const test of file.assertionResults)
    if (test.status !== 'passed') console.log(`${test.status}: ${test.fullName}`);
if (skipped > 0) console.log(`${skipped} tests were not run: none may be skipped here.`);
// A file that could not be loaded counts no test, and fails the run all the same.
const broken = testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
console.log(`${passed} passed, ${failed + skipped + broken} failed`);
process.exitCode = success && failed + skipped + broken === 0 && passed > 0 ? 0 : 1;
