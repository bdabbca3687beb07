// Runs Vitest over all its projects and counts from its JSON report, so that a run that dies half-way counts as failed.

import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followStep } from "./child.mjs";
import { root } from "./root.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: string[], files: Set<string> }} Counts
 * `skipped` by full name (a skipped test's name says why); `files` in which some test ran or was skipped.
 */

/** @returns {Promise<Counts>} */
export async function runSuites() {
  const folder = mkdtempSync(join(tmpdir(), "halqa-test-"));
  const report = join(folder, "report.json");
  const code = await runVitest(report);
  try {
    const counts = countReport(JSON.parse(readFileSync(report, "utf8")), code);
    const silent = silentFiles(counts.files);
    for (const file of silent) {
      process.stdout.write(`no test ran in ${file}\n`);
    }
    return { ...counts, failed: counts.failed + silent.length };
  } catch {
    process.stdout.write("The test runner ended without a report.\n");
    return { passed: 0, failed: 1, skipped: [], files: new Set() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(report) {
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  return followStep(child);
}

/**
 * Test files that no suite includes, or that hold no test: they would stand there as if they checked something.
 * @param {Set<string>} ran
 */
function silentFiles(ran) {
  return globSync("{packages,apps,relay,scripts}/**/*.test.{ts,tsx}", {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  }).filter((file) => !ran.has(join(root, file)));
}

/**
 * @param {any} report
 * @param {number} code the runner's exit code
 * @returns {Counts}
 */
export function countReport(report, code) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === "passed").length;
  const skipped = tests
    .filter((test) => !["passed", "failed"].includes(test.status))
    .map((test) => test.fullName);
  const failedTests = tests.filter((test) => test.status === "failed").length;
  // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === "failed" &&
      !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = failedTests + brokenFiles;
  return {
    passed,
    failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed,
    skipped,
    files: new Set(
      report.testResults
        .filter((file) => file.assertionResults.length > 0)
        .map((file) => file.name),
    ),
  };
}
