// The keeping of this device for whatever is drawn, by context as the engine is (docs/spec/app.md, AP-70).

import { createContext, useContext, useSyncExternalStore } from "react";
import type { EngineHost } from "./engine-host.ts";
import type { KeepingView } from "./keeper.ts";

export type Keeper = Pick<
  EngineHost,
  "keeping" | "keep" | "lock" | "forget" | "clear"
>;

export const KeeperContext = createContext<Keeper | undefined>(undefined);

export function useKeeper(): Keeper {
  const keeper = useContext(KeeperContext);
  if (keeper === undefined) throw new TypeError("no keeper in this tree");
  return keeper;
}

/** How this device is kept; undefined until told. */
export function useKeeping(): KeepingView | undefined {
  const { keeping } = useKeeper();
  return useSyncExternalStore(keeping.subscribe, keeping.current);
}
