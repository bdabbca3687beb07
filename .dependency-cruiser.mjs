// Who may import whom: the allowed edges, and nothing else (docs/ARCHITECTURE.md).

import { readdirSync } from "node:fs";

const may = {
  "packages/bytes": [],
  "packages/crypto": ["packages/bytes"],
  "packages/mls": ["packages/bytes", "packages/crypto"],
  "packages/protocol": ["packages/bytes"],
  "packages/model": ["packages/bytes"],
  "packages/vault": ["packages/bytes", "packages/crypto"],
  "packages/engine": [
    "packages/bytes",
    "packages/crypto",
    "packages/protocol",
    "packages/model",
    "packages/search",
    "packages/backup",
    // Its types alone: see "mls-behind-a-port".
    "packages/mls",
  ],
  "packages/search": ["packages/bytes"],
  "packages/backup": ["packages/bytes", "packages/crypto"],
  "packages/calendar": ["packages/bytes"],
  "packages/storage-idb": [
    "packages/bytes",
    "packages/engine",
    "packages/vault",
  ],
  "packages/testkit": ["packages/bytes", "packages/vault"],
  // Worlds of many devices and a hostile relay: a tool of tests.
  "packages/simulator": [
    "packages/bytes",
    "packages/crypto",
    "packages/engine",
    "packages/mls",
    "packages/model",
    "packages/protocol",
    "packages/testkit",
    "packages/vault",
    "relay",
  ],
  "apps/web": [
    "packages/backup",
    "packages/bytes",
    "packages/crypto",
    "packages/engine",
    "packages/mls",
    "packages/model",
    "packages/search",
    "packages/storage-idb",
    "packages/vault",
  ],
  "apps/cli": [
    "packages/backup",
    "packages/bytes",
    "packages/calendar",
    "packages/crypto",
    "packages/engine",
    "packages/mls",
    "packages/model",
    "packages/search",
    "packages/vault",
  ],
  relay: ["packages/bytes", "packages/protocol"],
};
const places = Object.keys(may);
// Packages of others that a place may import in its sources.
const thirdParty = {
  "packages/backup": ["@scure/bip39"],
  "packages/calendar": ["ical.js", "temporal-polyfill"],
  "packages/crypto": ["libsodium-wrappers-sumo"],
  "packages/storage-idb": ["idb"],
  "apps/web": [
    "react",
    "react-dom",
    "@lingui",
    "@fontsource-variable",
    "lucide-react",
    "qr",
    "vite",
    "workbox-core",
    "workbox-precaching",
    "workbox-routing",
    "wouter",
  ],
  "apps/cli": ["ws"],
  relay: ["pg", "web-push", "ws"],
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
  pathNot:
    "\\.(test|bench)\\.tsx?$|/(e2e|fuzz|bench|testing|processes|forensics)/",
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
      // All of the simulator is for tests.
      from: {
        path: "^(packages|apps|relay)/(?!simulator/)",
        ...source,
      },
      to: {
        path: "\\.test\\.tsx?$|^(packages|apps|relay)/.*/?(e2e|fuzz|bench|testing|processes|forensics)/",
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
      name: "mls-behind-a-port",
      comment:
        "The engine speaks of MLS in types; an app hands it the real one.",
      severity: "error",
      from: { path: "^packages/engine/src/", ...source },
      to: { path: "^packages/mls/", dependencyTypesNot: ["type-only"] },
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
