// Installs the packages of the lockfile when they are missing or of another lockfile.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { followStep } from "./child.mjs";
import { fail } from "./fail.mjs";
import { npmCommand, npmEnvironment } from "./npm.mjs";
import { root } from "./root.mjs";

const stamp = join(root, "node_modules", ".halqa-installed");

/** Leaves node_modules as the lockfile says; runs no install script of any package. */
export async function ensureInstalled() {
  const wanted = lockfileId();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing packages ...\n");
  const npm = npmCommand();
  // A half-done installation must not look like a whole one.
  rmSync(stamp, { force: true });
  // The checks and the build are development dependencies, whatever NODE_ENV says.
  const code = await followStep(
    spawn(
      npm.command,
      [...npm.args, "ci", "--ignore-scripts", "--include=dev"],
      {
        cwd: root,
        env: npmEnvironment(),
        stdio: ["ignore", "ignore", "inherit"],
      },
    ),
  );
  if (code !== 0) {
    fail(
      "The packages could not be installed (npm ci failed, see above); check the connection to the npm registry and that this folder can be written.",
    );
  }
  writeFileSync(stamp, wanted);
}

function lockfileId() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const { modules } = process.versions;
  return createHash("sha256")
    .update(lock)
    .update(`${process.platform} ${process.arch} ${modules}`)
    .digest("hex");
}
