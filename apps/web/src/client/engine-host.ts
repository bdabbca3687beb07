// How the page reaches the engine: the port that the platform implements by a worker and tests by a script
// (docs/spec/app.md, AP-16). No key and no ciphertext comes through it.

import type { EngineClient } from "@halqa/engine";
import type { Readable } from "./cell.ts";
import type { KeepingView, LockedBecause, QuickKey, Secret } from "./keeper.ts";
import type { ConnectedKeeper } from "./keeper-channel.ts";

/** `failed` for good: only a reload tries again. */
export type EngineFault =
  /** The worker did not start or died. */
  | "not-started"
  /** The browser refuses to keep anything here. */
  | "no-storage"
  /** What is kept here cannot be opened: its key is gone or it was changed. */
  | "not-opened";

export type EngineState =
  | { readonly kind: "starting" }
  /** Another tab has the engine: only one may write. */
  | { readonly kind: "elsewhere" }
  /** Nobody has begun here: there are no keys. */
  | { readonly kind: "new" }
  /** There is no worker, and nothing is open. */
  | {
      readonly kind: "locked";
      readonly because: LockedBecause;
      readonly quickKey: QuickKey | undefined;
      /** A secret is being tried. */
      readonly isBusy: boolean;
    }
  /** What was here is destroyed, and nothing is made anew. */
  | { readonly kind: "forgotten" }
  | { readonly kind: "ready"; readonly client: EngineClient }
  | { readonly kind: "failed"; readonly because: EngineFault };

export interface EngineHost
  extends Readable<EngineState>, Pick<ConnectedKeeper, "keep" | "begin"> {
  /** How this device is kept, while it is open. */
  readonly keeping: Readable<KeepingView | undefined>;
  /** Tries a secret on what is locked. */
  readonly unlock: (secret: Secret) => void;
  /** Ends the worker, and with it everything that is open. Nothing happens without a passphrase. */
  readonly lock: () => void;
  /** Destroys everything that this browser keeps of the app. */
  readonly forget: () => void;
  /** Takes away keys that nobody uses yet. */
  readonly clear: () => void;
  /** Asks the tab that has the engine to hand it over. */
  readonly takeOver: () => void;
  /** Has the flag set to 1 when all that the engine was told is stored; false where nothing is under way. */
  readonly settle: (flag: Int32Array<SharedArrayBuffer>) => boolean;
}
