// `npm run mutants:engine [-- --only NAME]`: makes the faults of packages/simulator/fuzz/mutants.ts one at a time in a copy of engine and model and expects their tests, or a simulated world, to fail.

import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("./install.mjs");
const { runMutants } = await import("./mutants.mjs");

await ensureInstalled();
const { mutants } = await import("../packages/simulator/fuzz/mutants.ts");
await runMutants({
  mutants,
  base: "packages",
  packages: ["engine", "model", "simulator"],
  stages: [
    ["packages/engine/", "packages/model/"],
    ["packages/simulator/fuzz/worlds"],
  ],
  // The whole number of worlds takes minutes, and that for each fault.
  env: { HALQA_SIM_SYMBOLIC: "60", HALQA_SIM_REAL: "4" },
  longestMs: 600_000,
});
