// The checks of `npm run check`, each one command that any editor or shell can run as well.

/** @typedef {import("./run.mjs").Tool} Tool */

// dependency-cruiser reads TypeScript through the package named `typescript`, which must be version 6:
// with 7 it cruises 0 modules and exits 0. Type-checking itself runs on 7.
const tsc = "node_modules/typescript-7/bin/tsc";

/** @type {Tool} */
export const prettier = {
  name: "prettier",
  script: "node_modules/prettier/bin/prettier.cjs",
  args: ["--check", "--log-level=warn", "."],
};

/** @type {Tool} */
export const oxlint = {
  name: "oxlint",
  script: "node_modules/oxlint/bin/oxlint",
  args: ["--type-aware", "--deny-warnings"],
};

/** @type {Tool} */
export const depcruise = {
  name: "dependency-cruiser",
  script: "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
  args: ["--config", ".dependency-cruiser.mjs", "packages", "apps", "relay"],
};

/** @type {Tool} */
export const knip = {
  name: "knip",
  script: "node_modules/knip/bin/knip.js",
  args: ["--no-progress", "--treat-config-hints-as-errors"],
};

/** @type {Tool} */
export const checkSpec = {
  name: "check-spec",
  script: "scripts/checks/spec.mjs",
  args: [],
};

/** @type {Tool} */
export const typeCheck = {
  name: "tsc",
  script: tsc,
  args: ["-p", "tsconfig.json"],
};

/** @type {readonly Tool[]} */
export const steps = [
  typeCheck,
  { name: "tsc scripts", script: tsc, args: ["-p", "scripts/tsconfig.json"] },
  {
    name: "tsc storage-idb",
    script: tsc,
    args: ["-p", "packages/storage-idb/tsconfig.json"],
  },
  {
    name: "tsc bench",
    script: tsc,
    args: ["-p", "packages/engine/bench/browser/tsconfig.json"],
  },
  ...["app", "worker", "node"].map((part) => ({
    name: `tsc web ${part}`,
    script: tsc,
    args: ["-p", `apps/web/tsconfig.${part}.json`],
  })),
  oxlint,
  prettier,
  depcruise,
  knip,
  checkSpec,
];
