// How this app can come onto the home screen from where it runs (docs/spec/app.md, AP-91).

import type { Readable } from "./cell.ts";

export type InstallPlace =
  /** It runs from the home screen already. */
  | "installed"
  /** An iPhone or iPad, where it is done by hand, in Safari. */
  | "by-hand"
  /** A window inside of another app, which can install nothing and forgets what it stores. */
  | "inside-other-app"
  | "browser";

export interface Installing {
  readonly place: InstallPlace;
  /** Shows the browser's own question; undefined where it has none to show now. */
  readonly offer: Readable<(() => void) | undefined>;
}
