// Builds the app when what it is made of has changed since the last build.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { followStep } from "./child.mjs";
import { fail } from "./fail.mjs";
import { root } from "./root.mjs";

const SOURCES = [
  "package-lock.json",
  "tsconfig.json",
  "lingui.config.ts",
  "apps/web/*.{ts,html,json}",
  "apps/web/{src,public}/**/*",
  "packages/*/package.json",
  "packages/*/src/**/*.ts",
];

/** The folder of the built app, made anew only where a source differs from those of the last build. */
export async function ensureBuilt() {
  const folder = join(root, "apps", "web", "dist");
  // Beside the built files, not among them: the relay serves everything in the folder.
  const stamp = join(root, "node_modules", ".halqa-built");
  const wanted = sourcesId();
  const isBuilt =
    existsSync(join(folder, "index.html")) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === wanted;
  if (isBuilt) return folder;
  process.stderr.write("Building the app ...\n");
  rmSync(stamp, { force: true });
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "build", "apps/web"],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  if ((await followStep(child)) !== 0) {
    fail(`${output}\nThe app could not be built, see above.`);
  }
  writeFileSync(stamp, wanted);
  return folder;
}

function sourcesId() {
  const id = createHash("sha256").update(process.version);
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files) {
    id.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return id.digest("hex");
}
