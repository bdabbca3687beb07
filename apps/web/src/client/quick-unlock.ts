// The device's own lock as a key (WebAuthn with the PRF extension), as the page asks for it; the platform implements it.

import type { QuickKey } from "./keeper.ts";

export interface QuickUnlock {
  /** Whether the browser seems to have it. What it is really worth shows when it is tried. */
  readonly isHere: () => Promise<boolean>;
  /** Makes a key that the device guards, and its first answer; undefined where the person or the device refuses. */
  readonly create: () => Promise<
    { readonly key: QuickKey; readonly output: Uint8Array } | undefined
  >;
  /** The answer of a key; undefined where the person or the device refuses. */
  readonly ask: (key: QuickKey) => Promise<Uint8Array | undefined>;
}
