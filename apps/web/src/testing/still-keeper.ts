// A keeper for the stage: a device with a passphrase, on which nothing changes.

import type { EngineHost } from "../client/engine-host.ts";
import type { KeepingView } from "../client/keeper.ts";

const VIEW: KeepingView = {
  hasPassphrase: true,
  hasQuickUnlock: false,
  settings: { afterMinutes: 15, onHide: false, blankOnHide: true },
  words: "none",
  ticks: ["phone-lock"],
};

export const stillKeeper: Omit<
  EngineHost,
  "current" | "subscribe" | "takeOver" | "settle"
> = {
  keeping: { current: () => VIEW, subscribe: () => () => undefined },
  keep: () => Promise.resolve({ ok: false, fault: "ended" }),
  begin: () => Promise.resolve(undefined),
  clear: () => undefined,
  unlock: () => undefined,
  lock: () => undefined,
  forget: () => undefined,
};
