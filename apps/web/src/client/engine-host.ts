// How the page reaches the engine: the port that the platform implements by a worker and tests by a script
// (docs/spec/app.md, AP-16). No key and no ciphertext comes through it.

import type { EngineClient } from "@halqa/engine";
import type { Readable } from "./cell.ts";

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
  | { readonly kind: "ready"; readonly client: EngineClient }
  | { readonly kind: "failed"; readonly because: EngineFault };

export interface EngineHost extends Readable<EngineState> {
  /** Asks the tab that has the engine to hand it over. */
  readonly takeOver: () => void;
}
