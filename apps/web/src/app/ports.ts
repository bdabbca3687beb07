// What the app needs of the browser, so that tests and the stage can give something else.

import type { Cell, Readable } from "../client/cell.ts";
import type { EngineHost } from "../client/engine-host.ts";
import type { Installing } from "../client/install.ts";
import type { QuickUnlock } from "../client/quick-unlock.ts";
import type { Shared } from "../client/shared.ts";
import type { Probe } from "../features/device-check/probe.ts";
import type { Choice } from "../platform/language-memory.ts";
import type { Lasting } from "../features/your-data/lasting.ts";

export interface AppPorts {
  readonly host: EngineHost;
  /** The part of an invite's link behind `#`, from the address bar or pasted. */
  readonly invite: Cell<string | undefined>;
  /** Reloads into a version that waits; undefined while none does. */
  readonly update: Readable<(() => void) | undefined>;
  readonly installing: Installing;
  readonly probe: Probe;
  /** Of language, digits and calendar; nothing takes the choice back. */
  readonly rememberChoice: (choice: Choice, code: string | undefined) => void;
  /** Whether the browser keeps what is stored; asked for when there is something to lose. */
  readonly lasting: Lasting;
  readonly quickUnlock: QuickUnlock;
  readonly shared: Shared;
}
