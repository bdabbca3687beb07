/**
 * The machine without its driver, for simulated worlds (docs/spec/simulator.md): step and state, what names a record, and
 * what a hostile member's program would be made of. No app imports it: they run engines through `runEngine`.
 */
export { logKeys } from "../src/circle/address.ts";
export type { LogKeys } from "../src/circle/address.ts";
export {
  CIRCLE_EXTENSION,
  encodeCircleInfo,
} from "../src/circle/circle-info.ts";
export { isPaused } from "../src/circle/circle.ts";
export type { Circle } from "../src/circle/circle.ts";
export { currentKey, ownAuthenticatedData } from "../src/circle/group-env.ts";
export { encodeMessage } from "../src/circle/message-header.ts";
export { renewedLeaf } from "../src/circle/own-leaf.ts";
export { sealFragments } from "../src/circle/seal-fragments.ts";
export { sealMessage } from "../src/circle/seal-content.ts";
export type { CircleRecord } from "../src/step/durable.ts";
export type { Effect, EngineEvent } from "../src/step/event.ts";
export { refKey } from "../src/step/job.ts";
export { createEngineState } from "../src/step/state.ts";
export type { EngineState } from "../src/step/state.ts";
export { step } from "../src/step/step.ts";
