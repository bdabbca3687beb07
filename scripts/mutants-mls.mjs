// `npm run mutants:mls [-- --only NAME]`: makes the faults of packages/mls/fuzz/mutants.ts one at a time in a copy of the engine and expects its tests to fail.

import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("./install.mjs");
const { runMutants } = await import("./mutants.mjs");

await ensureInstalled();
if (process.env.HALQA_MLS_VECTORS === undefined) {
  process.stderr.write(
    "HALQA_MLS_VECTORS is not set: the official vectors take no part.\n",
  );
}
const { mutants } = await import("../packages/mls/fuzz/mutants.ts");
await runMutants({
  mutants,
  base: "packages/mls/src",
  packages: ["mls"],
  stages: [["packages/mls/src/"], ["packages/mls/fuzz/history"]],
  // Enough for every fault that has been planted so far; the whole number takes minutes, and that for each fault.
  env: { HALQA_MLS_HISTORIES: "40" },
  longestMs: 180_000,
});
