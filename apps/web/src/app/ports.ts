// What the app needs of the browser, so that tests and the stage can give something else.

import type { Cell, Readable } from "../client/cell.ts";
import type { EngineHost } from "../client/engine-host.ts";
import type { Probe } from "../features/device-check/probe.ts";

export interface AppPorts {
  readonly host: EngineHost;
  /** The part of an invite's link behind `#`, from the address bar or pasted. */
  readonly invite: Cell<string | undefined>;
  /** Reloads into a version that waits; undefined while none does. */
  readonly update: Readable<(() => void) | undefined>;
  /** Offers the installation; undefined where the browser offers none. */
  readonly install: Readable<(() => void) | undefined>;
  /** Whether installing is done by hand here, as on an iPhone. */
  readonly isManualInstall: boolean;
  readonly probe: Probe;
  readonly rememberLanguage: (code: string) => void;
  /** Asks the browser to keep what is stored, now that there is something to lose. */
  readonly askToKeep: () => void;
}
