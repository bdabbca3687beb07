// What the engine's worker and its page say to each other besides the engine's own channel.

import type { FromEngine, ToEngine } from "../client/engine-channel.ts";
import type { EngineFault } from "../client/engine-host.ts";

export type ToWorker = ToEngine | { readonly to: "stop" };

export type FromWorker =
  | FromEngine
  | {
      readonly from: "state";
      readonly state: "starting" | "elsewhere" | "ready";
    }
  | { readonly from: "failed"; readonly because: EngineFault }
  | { readonly from: "stopped" }
  /** A bug ended the engine; what was committed is safe. */
  | { readonly from: "crashed" };
