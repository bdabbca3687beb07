// Who may import whom: the allowed edges, and nothing else (docs/ARCHITECTURE.md).

import { readdirSync } from "node:fs";

const may = {
  "packages/bytes": [],
  "packages/crypto": ["packages/bytes"],
  "packages/mls": ["packages/bytes", "packages/crypto"],
  "packages/testkit": ["packages/bytes"],
  "apps/web": ["packages/bytes", "packages/crypto"],
  relay: ["packages/bytes"],
};
const places = Object.keys(may);
// Packages of others that a place may import in its sources.
const thirdParty = {
  "packages/crypto": ["libsodium-wrappers-sumo"],
  "apps/web": ["react", "react-dom", "@lingui", "@fontsource-variable", "vite"],
};

const folders = ["packages", "apps"].flatMap((parent) =>
  readdirSync(parent).map((name) => `${parent}/${name}`),
);
for (const folder of folders) {
  if (!places.includes(folder)) {
    throw new Error(`${folder} has no row in .dependency-cruiser.mjs`);
  }
}
const source = {
  pathNot: "\\.(test|bench)\\.tsx?$|/(e2e|fuzz|bench|testing)/",
};

const layers = places.map((from) => ({
  name: `layer:${from}`,
  severity: "error",
  from: { path: `^${from}/`, ...source },
  to: {
    path: places
      .filter((to) => to !== from && !may[from].includes(to))
      .map((to) => `^${to}/`),
  },
}));

const thirdParties = places.map((from) => ({
  name: `third-party:${from}`,
  severity: "error",
  from: { path: `^${from}/src/`, ...source },
  to: {
    path: "node_modules/",
    pathNot: (thirdParty[from] ?? []).map((name) => `node_modules/${name}[/-]`),
  },
}));

export default {
  forbidden: [
    ...layers,
    ...thirdParties,
    {
      name: "source-never-imports-tests",
      severity: "error",
      from: { path: "^(packages|apps|relay)/", ...source },
      to: {
        path: "\\.test\\.tsx?$|^(packages|apps|relay)/.*/?(e2e|fuzz|bench|testing)/",
      },
    },
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-deep-import",
      severity: "error",
      from: { path: "^((?:packages|apps)/[^/]+|relay)/" },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: ["^$1/", "^packages/[^/]+/src/index\\.ts$"],
      },
    },
    {
      name: "libsodium-only-in-crypto",
      comment: "One place where keys meet the library: packages/crypto.",
      severity: "error",
      from: { pathNot: "^packages/crypto/|/bench/|/fuzz/" },
      to: { path: "node_modules/libsodium" },
    },
    {
      name: "features-are-islands",
      severity: "error",
      from: { path: "^apps/web/src/features/([^/]+)/" },
      to: {
        path: "^apps/web/src/features/",
        pathNot: "^apps/web/src/features/$1/",
      },
    },
    {
      name: "ui-is-a-leaf",
      severity: "error",
      from: { path: "^apps/web/src/ui/" },
      to: { path: "^(apps/web/src/(app|features|platform)|packages)/" },
    },
    {
      name: "only-app-wires-platform",
      severity: "error",
      from: { path: "^apps/web/src/(features|ui)/" },
      to: { path: "^apps/web/src/(platform|app)/" },
    },
    {
      name: "relay-core-is-pure",
      severity: "error",
      from: { path: "^relay/src/core/", ...source },
      to: { path: "^relay/src/(node/|main)" },
    },
    {
      name: "pure-core-no-node",
      severity: "error",
      from: {
        path: "^(packages/(bytes|crypto|mls|protocol|model|engine)/src|relay/src/core)/",
        ...source,
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\.(po|css)$|\\?" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
