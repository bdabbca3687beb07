// The bootstrap as a person with an older Node meets it: a preload makes this Node call itself older.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  chmodSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "./root.mjs";

let scratch = "";

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "halqa-bootstrap-"));
  writeFileSync(
    join(scratch, "script.mjs"),
    `import { bootstrap } from ${JSON.stringify(pathToFileURL(join(root, "scripts/bootstrap.mjs")).href)};
await bootstrap();
console.log(process.versions.node, process.argv.slice(2).join(" "));
process.exitCode = 7;\n`,
  );
});

afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function run(
  pretend: { node?: string; arch?: string },
  env: Record<string, string> = {},
) {
  const preload = join(scratch, "preload.mjs");
  writeFileSync(
    preload,
    [
      pretend.node !== undefined &&
        `Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(pretend.node)} });`,
      pretend.arch !== undefined &&
        `Object.defineProperty(process, "arch", { value: ${JSON.stringify(pretend.arch)} });`,
    ]
      .filter(Boolean)
      .join("\n"),
  );
  return spawnSync(
    process.execPath,
    [
      "--import",
      pathToFileURL(preload).href,
      join(scratch, "script.mjs"),
      "one",
      "two",
    ],
    {
      encoding: "utf8",
      env: { ...process.env, HALQA_CACHE: join(scratch, "cache"), ...env },
    },
  );
}

function pinnedFolder() {
  const lock = readFileSync(join(root, "scripts/node24/package-lock.json"));
  const id = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  return join(scratch, "cache", `node-${id}`);
}

/** A Node that calls itself the pinned one, whatever Node runs this test. */
function writeFakeNode(bin: string) {
  const node = join(bin, "node");
  writeFileSync(
    node,
    `#!/bin/sh\n[ "$1" = --version ] && echo v24.21.0 && exit\nexec "${process.execPath}" "$@"\n`,
  );
  chmodSync(node, 0o755);
}

describe("the bootstrap", () => {
  it("uses a Node that is new enough as it is", () => {
    const ran = run({});
    expect(ran.stdout).toBe(`${process.versions.node} one two\n`);
    expect(ran.status).toBe(7);
  });

  it("runs the same command line again under the cached Node 24 and passes its exit code on", () => {
    const bin = join(
      pinnedFolder(),
      "node_modules",
      `node-${process.platform}-${process.arch}`,
      "bin",
    );
    mkdirSync(bin, { recursive: true });
    writeFakeNode(bin);
    const ran = run({ node: "20.20.2" });
    expect(ran.stdout).toBe(`${process.versions.node} one two\n`);
    expect(ran.status).toBe(7);
  });

  it("refuses a Node older than 20 in one sentence", () => {
    const ran = run({ node: "18.19.0" });
    expect(ran.stderr).toBe(
      "Halqa needs Node 20 or newer to start; this is Node 18.19.0.\n",
    );
    expect(ran.status).toBe(1);
  });

  it("says what to install where the registry has no Node 24 for this system", () => {
    const ran = run({ node: "20.20.2", arch: "s390x" });
    expect(ran.stderr).toMatch(
      /no Node 24 for \w+ on s390x\. Install Node 24 and try again\.\n$/,
    );
    expect(ran.status).toBe(1);
  });

  it("names the cache folder when it cannot be written", () => {
    writeFileSync(join(scratch, "file"), "");
    const ran = run(
      { node: "20.20.2" },
      { HALQA_CACHE: join(scratch, "file", "cache") },
    );
    expect(ran.stderr).toMatch(
      /cache folder .*file\/cache cannot be written \(ENOTDIR\)/,
    );
    expect(ran.status).toBe(1);
  });

  it("does not trust a cached Node that does not run", () => {
    const bin = join(
      pinnedFolder(),
      "node_modules",
      `node-${process.platform}-${process.arch}`,
      "bin",
    );
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "node"), "", { mode: 0o755 });
    const npm = join(scratch, "npm-cli.js");
    writeFileSync(npm, "process.exit(1);\n");
    const ran = run({ node: "20.20.2" }, { npm_execpath: npm });
    expect(ran.stderr).toMatch(/Node 24 could not be taken from the npm/);
    expect(ran.status).toBe(1);
  });

  it("leaves nothing half-installed when npm fails", () => {
    const npm = join(scratch, "npm-cli.js");
    writeFileSync(npm, "process.exit(1);\n");
    const ran = run({ node: "20.20.2" }, { npm_execpath: npm });
    expect(ran.stderr).toMatch(
      /Node 24 could not be taken from the npm registry/,
    );
    expect(ran.status).toBe(1);
    expect(readdirSync(join(scratch, "cache"))).toEqual([]);
  });
});
