/** The entry of @halqa/simulator: whole worlds of devices and relays, told from seeds (docs/spec/simulator.md). */
export { retell, simulate } from "./run/in-workers.ts";
export { keepRegression, keptRegressions } from "./run/regressions.ts";
