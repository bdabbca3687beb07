// What the engine's worker and its page say to each other besides the engine's own channel.

import type { FromEngine, ToEngine } from "../client/engine-channel.ts";
import type { EngineFault } from "../client/engine-host.ts";
import type {
  KeepingView,
  LockedBecause,
  QuickKey,
  Secret,
} from "../client/keeper.ts";
import type { FromKeeper, ToKeeper } from "../client/keeper-channel.ts";

export type ToWorker =
  | ToEngine
  | ToKeeper
  /** The first message: takes the turn, and opens what is here with the secret, where there is one. */
  | { readonly to: "open"; readonly secret: Secret | undefined }
  | { readonly to: "stop" }
  /** Takes away keys that nobody uses yet. */
  | { readonly to: "clear" }
  | { readonly to: "forget" };

export type FromWorker =
  | FromEngine
  | FromKeeper
  | {
      readonly from: "state";
      readonly state: "starting" | "elsewhere" | "new" | "ready";
    }
  /** The vault needs a passphrase, or another one; the worker has nothing open. */
  | {
      readonly from: "locked";
      readonly because: LockedBecause;
      readonly quickKey: QuickKey | undefined;
    }
  | { readonly from: "keeping"; readonly view: KeepingView }
  | { readonly from: "failed"; readonly because: EngineFault }
  | { readonly from: "stopped" }
  | { readonly from: "forgotten" }
  /** A bug ended the engine; what was committed is safe. */
  | { readonly from: "crashed" };
