// Each check is shown to fail: a fault is planted in a copy of the tree and the tool must name it.
// A layer check that cruises 0 modules and exits 0 is green on everything; this is what tells it apart.

import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../root.mjs";
import { runTool, type Tool } from "./run.mjs";
import {
  checkSpec,
  depcruise,
  knip,
  oxlint,
  prettier,
  typeCheck,
} from "./steps.mjs";

const COPIED = ["packages", "apps", "relay", "scripts", "docs/spec"];
const CONFIGURATION =
  /^(package\.json|tsconfig\.json|knip\.json|vitest\.config\.ts|lingui\.config\.ts|\.oxlintrc\.json|\.dependency-cruiser\.mjs|\.prettier.*)$/;

let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "halqa-planted-"));
  for (const folder of COPIED) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist|\.screenshots)(\/|$)/.test(path),
    });
  }
  for (const file of readdirSync(root).filter((name) =>
    CONFIGURATION.test(name),
  )) {
    cpSync(join(root, file), join(copy, file));
  }
  linkModules();
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Third-party packages are those of the root; our own must be those of the copy, or no tool would see what is planted there. */
function linkModules() {
  mkdirSync(join(copy, "node_modules", "@halqa"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "@halqa" || name === ".cache") continue;
    symlinkSync(
      join(root, "node_modules", name),
      join(copy, "node_modules", name),
    );
  }
  for (const name of readdirSync(join(root, "node_modules", "@halqa"))) {
    const folder = ["packages", "apps", "."]
      .map((parent) => join(copy, parent, name))
      .find((path) =>
        lstatSync(path, { throwIfNoEntry: false })?.isDirectory(),
      );
    if (folder !== undefined)
      symlinkSync(folder, join(copy, "node_modules", "@halqa", name));
  }
}

interface Fault {
  readonly tool: Tool;
  readonly file: string;
  readonly text: string;
  /** What the tool must say, so that it fails for the planted reason and no other. */
  readonly says: string;
}

async function plant(fault: Fault): Promise<{ code: number; output: string }> {
  const path = join(copy, fault.file);
  const madeFolder = mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, fault.text);
  try {
    return await runTool(fault.tool, copy);
  } finally {
    rmSync(madeFolder ?? path, { recursive: true });
  }
}

const faults: Record<string, Fault> = {
  "an import of the means to read, in the relay": {
    tool: depcruise,
    file: "relay/src/planted.ts",
    text: 'export { ready } from "@halqa/crypto";\n',
    says: "layer:relay",
  },
  "an import of a test's means, in a source file": {
    tool: depcruise,
    file: "relay/src/planted.ts",
    text: 'export { exchangeRaw } from "./testing/raw-client.ts";\n',
    says: "source-never-imports-tests",
  },
  "a third-party package in the relay": {
    tool: depcruise,
    file: "relay/src/planted.ts",
    text: 'export { x25519 } from "@noble/curves/ed25519.js";\n',
    says: "third-party:relay",
  },
  "a package that nobody gave a place": {
    tool: depcruise,
    file: "packages/planted/index.ts",
    text: "export const planted = 1;\n",
    says: "packages/planted has no row",
  },
  "an import past a package's entry": {
    tool: depcruise,
    file: "packages/mls/src/planted.ts",
    text: 'export { ok } from "../../bytes/src/result.ts";\n',
    says: "no-deep-import",
  },
  "an import of Node in a pure package": {
    tool: depcruise,
    file: "packages/mls/src/planted.ts",
    text: 'export { readFileSync } from "node:fs";\n',
    says: "pure-core-no-node",
  },
  "a test kit in a source file": {
    tool: depcruise,
    file: "packages/crypto/src/planted.ts",
    text: 'export { createSeededRandom } from "@halqa/testkit";\n',
    says: "layer:packages/crypto",
  },
  "a promise that nobody awaits": {
    tool: oxlint,
    file: "relay/src/planted.ts",
    text: "async function later(): Promise<void> {}\nexport function now(): void {\n  later();\n}\n",
    says: "no-floating-promises",
  },
  "a clock in a pure package": {
    tool: oxlint,
    file: "packages/mls/src/planted.ts",
    text: "export const now = (): number => Date.now();\n",
    says: "take a Clock",
  },
  "a state of a union that a switch forgets": {
    tool: oxlint,
    file: "packages/mls/src/planted.ts",
    text: 'export function of(state: "open" | "closed"): number {\n  switch (state) {\n    case "open":\n      return 1;\n  }\n  return 0;\n}\n',
    says: "switch-exhaustiveness-check",
  },
  "an export that nothing uses": {
    tool: knip,
    file: "packages/bytes/src/planted.ts",
    text: 'import { ok } from "./result.ts";\nexport const planted = ok(1);\n',
    says: "planted",
  },
  "a rule without a test": {
    tool: checkSpec,
    file: "docs/spec/planted.md",
    text: "- **ZZ-1** A planted rule MUST be noticed.\n",
    says: "ZZ-1 (docs/spec/planted.md) is cited by no test",
  },
  "a rule in another form": {
    tool: checkSpec,
    file: "docs/spec/planted.md",
    text: "- **BY-999** A planted rule MUST be noticed.\n\nSee **ZZ-3** too.\n",
    says: "looks like a rule and is none: See **ZZ-3** too.",
  },
  "a citation of a rule that does not exist": {
    tool: checkSpec,
    file: "packages/bytes/src/planted.test.ts",
    text: ["// [", "ZZ-2] is no rule.\n"].join(""),
    says: "planted.test.ts cites ZZ-2, which no page defines",
  },
  "a file out of format": {
    tool: prettier,
    file: "packages/bytes/src/planted.ts",
    text: "export const   planted=1\n",
    says: "planted.ts",
  },
  "an error of types": {
    tool: typeCheck,
    file: "packages/bytes/src/planted.ts",
    text: 'export const planted: number = "one";\n',
    says: "planted.ts",
  },
};

describe("a planted fault is caught:", () => {
  it.each(Object.entries(faults))(
    "%s",
    async (_, fault) => {
      const { code, output } = await plant(fault);
      expect(output).toContain(fault.says);
      expect(code).not.toBe(0);
    },
    120_000,
  );
});
