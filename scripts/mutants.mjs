// Makes planted faults one at a time in a copy of some packages and expects tests to fail: what `mutants:mls` and `mutants:engine` share.

import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { followStep } from "./child.mjs";
import { fail } from "./fail.mjs";
import { root } from "./root.mjs";

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} why
 * @property {readonly { file: string, find: string, replace: string }[]} edits
 * @property {readonly string[]} [killedBy] Tests that are tried first, below packages.
 */

/**
 * @typedef {object} Plan
 * @property {readonly Mutant[]} mutants
 * @property {string} base The folder below which the edits name their files.
 * @property {readonly string[]} packages Those that are copied; all others are linked.
 * @property {readonly (readonly string[])[]} stages What is run of each mutant, quickest first, up to the first failure.
 * @property {Record<string, string>} env
 * @property {number} longestMs A fault may make a loop endless; sound tests need a fraction of this.
 */

/** @typedef {{ code: number, failed: readonly string[], by: string, output: string }} Outcome Of `failed` the files, of `by` the first failed test. */

// 128 and the number of SIGKILL.
const KILLED = 137;
const NO_END = "stopped: it did not end";

/**
 * Tries all mutants, or those that `--only` names, and says of each whether a test noticed it.
 * @param {Plan} plan
 */
export async function runMutants(plan) {
  const wanted = chooseMutants(plan.mutants);
  const folder = makeCopy(plan.packages);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const copy = { ...plan, folder, sound: new Set() };
  for (const mutant of wanted) plant(copy, mutant)();
  await expectSound(copy, namedTests(wanted));
  const survivors = [];
  for (const mutant of wanted) {
    const by = await tryMutant(copy, mutant);
    if (by === undefined) survivors.push(mutant);
    process.stdout.write(
      by === undefined
        ? `SURVIVED ${mutant.name}\n`
        : `killed ${mutant.name} (${by})\n`,
    );
  }
  for (const { name, why } of survivors) {
    process.stdout.write(`survived: ${name}. ${why}\n`);
  }
  process.stdout.write(
    `${wanted.length} mutants, ${wanted.length - survivors.length} killed, ${survivors.length} survived\n`,
  );
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

/** @typedef {Plan & { folder: string, sound: Set<string> }} Copy */

/** @param {readonly Mutant[]} mutants */
function chooseMutants(mutants) {
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true } },
  });
  const { only } = values;
  if (only === undefined) return mutants;
  const chosen = mutants.filter(({ name }) => only.includes(name));
  if (chosen.length !== only.length) {
    fail(`There is no such mutant: ${only.join(", ")}.`);
  }
  return chosen;
}

/**
 * Which test noticed the fault, if any did.
 * @param {Copy} copy
 * @param {Mutant} mutant
 */
async function tryMutant(copy, mutant) {
  for (const stage of [...nearTests(copy, mutant), ...copy.stages]) {
    const restore = plant(copy, mutant);
    const { code, failed, by, output } = await runStage(copy, stage);
    restore();
    if (code === 0) continue;
    const [first] = failed;
    if (first === undefined)
      fail(`${mutant.name} does not even load:\n${output}`);
    // A test that fails anyhow has noticed nothing.
    if (by !== NO_END) await expectSound(copy, [first]);
    return by;
  }
  return undefined;
}

/**
 * Expects tests to pass without any fault; each file is looked at once.
 * @param {Copy} copy
 * @param {readonly string[]} files
 */
async function expectSound(copy, files) {
  const unknown = files.filter((test) => !copy.sound.has(test));
  if (unknown.length === 0) return;
  const { code, output } = await runStage(copy, unknown);
  if (code !== 0) fail(`The tests fail without any fault:\n${output}`);
  for (const test of unknown) copy.sound.add(test);
}

/** @param {readonly Mutant[]} mutants */
function namedTests(mutants) {
  const tests = mutants.flatMap(({ killedBy = [] }) => killedBy);
  return [...new Set(tests)].map((test) => `packages/${test}`);
}

/**
 * The tests that a mutant names, those of the changed files, and those of all files beside them: they notice most faults within seconds.
 * @param {Copy} copy
 * @param {Mutant} mutant
 */
function nearTests({ folder, base }, mutant) {
  const files = mutant.edits.map(({ file }) => join(base, file));
  const own = files
    .map((file) => file.replace(/\.ts$/, ".test.ts"))
    .filter((file) => existsSync(join(folder, file)));
  const beside = files.map((file) => `${dirname(file)}/`);
  return [namedTests([mutant]), own, beside].filter(
    (stage) => stage.length > 0,
  );
}

/**
 * A folder with copies of what is changed and of what runs it; everything else is linked.
 * @param {readonly string[]} packages
 */
function makeCopy(packages) {
  const folder = mkdtempSync(join(tmpdir(), "halqa-mutants-"));
  mkdirSync(join(folder, "packages"));
  for (const name of readdirSync(join(root, "packages"))) {
    const from = join(root, "packages", name);
    const to = join(folder, "packages", name);
    if (packages.includes(name)) copyPackage(from, to);
    else symlinkSync(from, to);
  }
  for (const linked of ["docs", "relay", "apps", "tsconfig.json"]) {
    symlinkSync(join(root, linked), join(folder, linked));
  }
  linkModules(folder);
  const config = {
    test: {
      include: packages.flatMap((name) => [
        `packages/${name}/src/**/*.test.ts`,
        `packages/${name}/fuzz/**/*.test.ts`,
      ]),
      setupFiles: ["packages/crypto/testing/nonce-watch.setup.ts"],
      testTimeout: 600_000,
    },
  };
  writeFileSync(
    join(folder, "vitest.config.mjs"),
    `export default ${JSON.stringify(config)};\n`,
  );
  return folder;
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyPackage(from, to) {
  cpSync(from, to, { recursive: true, filter: isOwn });
  const modules = join(from, "node_modules");
  if (existsSync(modules)) symlinkSync(modules, join(to, "node_modules"));
}

/** @param {string} path */
function isOwn(path) {
  return basename(path) !== "node_modules";
}

/**
 * Packages are found by name: those of the copy lead into the copy, so that everything is changed with them.
 * @param {string} folder
 */
function linkModules(folder) {
  const modules = join(root, "node_modules");
  const own = join(folder, "node_modules");
  mkdirSync(join(own, "@halqa"), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== "@halqa") symlinkSync(join(modules, name), join(own, name));
  }
  for (const name of readdirSync(join(modules, "@halqa"))) {
    const place = relative(root, realpathSync(join(modules, "@halqa", name)));
    symlinkSync(join(folder, place), join(own, "@halqa", name));
  }
}

/**
 * Makes the edits of a mutant; returns how to take them back.
 * @param {Copy} copy
 * @param {Mutant} mutant
 */
function plant({ folder, base }, { name, edits }) {
  const before = new Map();
  for (const { file, find, replace } of edits) {
    const path = join(folder, base, file);
    const text = readFileSync(path, "utf8");
    if (!before.has(path)) before.set(path, text);
    const [head, tail, ...more] = text.split(find);
    if (tail === undefined || more.length > 0) {
      fail(`${name}: its text does not occur exactly once in ${file}.`);
    }
    writeFileSync(path, head + replace + tail);
  }
  return () => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
}

/**
 * @param {Copy} copy
 * @param {readonly string[]} stage
 * @returns {Promise<Outcome>}
 */
async function runStage({ folder, env, longestMs }, stage) {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      ...stage,
      "--bail=1",
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: longestMs,
      killSignal: "SIGKILL",
      env: { ...process.env, ...env, NO_COLOR: "1" },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await followStep(child);
  // A run that had to be stopped is a fault that was noticed.
  if (code === KILLED) return { code: 1, failed: stage, by: NO_END, output };
  const { failed, by, said } = readFailures(folder, report);
  return { code, failed, by, output: `${output}${said}\n` };
}

/**
 * The files with failed tests of a report, the first test's name, and what they said.
 * @param {string} folder
 * @param {string} report
 */
function readFailures(folder, report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const failures = testResults.flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status === "failed")
        .map((test) => ({ ...test, file: relative(folder, file.name) })),
    );
    const broken = testResults.filter(({ message }) => message !== "");
    const [first] = failures;
    return {
      failed: [...new Set(failures.map(({ file }) => file))],
      by: first === undefined ? "" : `${basename(first.file)}: ${first.title}`,
      said: [
        ...broken.map(({ name, message }) => `${name}: ${message}`),
        ...failures.map((test) => test.failureMessages.join("\n")),
      ].join("\n"),
    };
  } catch {
    return { failed: [], by: "", said: "There is no report." };
  }
}
