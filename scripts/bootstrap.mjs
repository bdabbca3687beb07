// Runs the calling script under Node 24, whatever Node (20 or newer) started it.
//
// Node 24 comes from the npm registry where the machine's own is older, and it has to come *before*
// `npm ci`: an older Node silently skips native packages that ask for a newer one. The version and
// the integrity of the binary are pinned in scripts/node24/package-lock.json.
// Only Node's own modules here: nothing is installed yet when this file runs.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand, npmEnvironment } from "./npm.mjs";
import { fail } from "./fail.mjs";
import { followChild, followStep } from "./child.mjs";

const WANTED_MAJOR = 24;
const OLDEST_MAJOR = 20;
const pins = join(dirname(fileURLToPath(import.meta.url)), "node24");

/** Returns when this process is Node 24 or newer; otherwise runs the same command line under Node 24 and exits with its code. */
export async function bootstrap() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= WANTED_MAJOR) {
    usePath(dirname(process.execPath));
    return;
  }
  if (major < OLDEST_MAJOR) {
    fail(
      `Halqa needs Node ${OLDEST_MAJOR} or newer to start; this is Node ${process.versions.node}.`,
    );
  }
  const node = installedNode() ?? (await installNode());
  usePath(dirname(node));
  const { code } = await followChild(
    spawn(node, process.argv.slice(1), { stdio: "inherit" }),
  );
  process.exit(code);
}

function usePath(folder) {
  process.env.PATH = `${folder}${delimiter}${process.env.PATH ?? ""}`;
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return process.env.HALQA_CACHE || join(base, "halqa");
}

function installFolder() {
  const lock = readFileSync(join(pins, "package-lock.json"));
  const id = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  return join(cacheFolder(), `node-${id}`);
}

function nodeIn(folder) {
  return join(
    folder,
    "node_modules",
    `node-${process.platform}-${process.arch}`,
    "bin",
    "node",
  );
}

function installedNode() {
  const node = nodeIn(installFolder());
  return runsAsPinned(node) ? node : undefined;
}

/** False too for a file that is cut off, not a program, or of another system: such a Node would fail, or do nothing, in silence. */
function runsAsPinned(node) {
  const run = spawnSync(node, ["--version"], { encoding: "utf8" });
  return run.stdout?.trim() === `v${pinned()?.version}`;
}

/** What the lockfile says of this system's Node, if there is one. */
function pinned() {
  const { packages } = JSON.parse(
    readFileSync(join(pins, "package-lock.json"), "utf8"),
  );
  return packages[`node_modules/node-${process.platform}-${process.arch}`];
}

async function installNode() {
  if (pinned() === undefined) {
    fail(
      `Halqa runs on Node ${WANTED_MAJOR}; this is Node ${process.versions.node}, and the npm registry has no Node ${WANTED_MAJOR} for ${process.platform} on ${process.arch}. Install Node ${WANTED_MAJOR} and try again.`,
    );
  }
  process.stderr.write(
    `Taking Node ${pinned().version} from the npm registry (once) ...\n`,
  );
  const target = installFolder();
  // Installed beside the target and renamed: a run cut off half-way leaves no half Node behind, and two runs at once do not mix.
  const folder = makeFolder();
  copyFileSync(join(pins, "package.json"), join(folder, "package.json"));
  copyFileSync(
    join(pins, "package-lock.json"),
    join(folder, "package-lock.json"),
  );
  const npm = npmCommand();
  const child = spawn(
    npm.command,
    [...npm.args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    {
      cwd: folder,
      env: npmEnvironment(),
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const discard = () => rmSync(folder, { recursive: true, force: true });
  const code = await followStep(child, discard);
  if (code !== 0 || !existsSync(nodeIn(folder))) {
    discard();
    fail(
      `Node ${WANTED_MAJOR} could not be taken from the npm registry; install Node ${WANTED_MAJOR} yourself or try again.`,
    );
  }
  if (!runsAsPinned(nodeIn(folder))) {
    discard();
    fail(
      `The Node ${WANTED_MAJOR} of the npm registry does not run on this system (it needs glibc); install Node ${WANTED_MAJOR} yourself.`,
    );
  }
  moveIntoPlace(folder, target);
  return nodeIn(target);
}

function makeFolder() {
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    return mkdtempSync(join(cacheFolder(), "incoming-"));
  } catch (error) {
    return fail(
      `The cache folder ${cacheFolder()} cannot be written (${error.code}); set HALQA_CACHE to one that can.`,
    );
  }
}

function moveIntoPlace(folder, target) {
  // Another run may have been quicker, and may be running its copy: a copy that works is never touched.
  if (installedNode() !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (installedNode() === undefined) throw error;
  }
}
