// The entry of @halqa/testkit: what tests share. Nothing outside tests and benches imports it.

export type { Bench, BenchCase, BenchSubject } from "./bench.ts";
export { findCanaries } from "./canaries.ts";
export { createFakeClock, type FakeClock } from "./fake-clock.ts";
export { mutateBytes } from "./mutate-bytes.ts";
export { deepFreeze, expectUnchanged } from "./purity.ts";
export { createSeededRandom, type SeededRandom } from "./seeded-random.ts";
