// A store and a slot that can be cut off from whoever has them, so that a vault that is being destroyed is not written anew by
// the engine that still has it open (docs/spec/app.md, AP-77).

import { StoreFault, type RawStore, type Slot } from "@halqa/vault";

export interface Gate {
  readonly raw: RawStore;
  readonly slot: Slot;
  /** From now on nothing gets through; resolves when what is under way has ended. */
  readonly shut: () => Promise<void>;
}

export function shutAway(raw: RawStore, slot: Slot): Gate {
  let isShut = false;
  const underWay = new Set<Promise<unknown>>();
  const pass = <T>(work: () => Promise<T>): Promise<T> => {
    if (isShut) return Promise.reject(new StoreFault("unavailable"));
    const run = work();
    const settled = run.catch(() => undefined);
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return run;
  };
  return {
    raw: {
      read: (keys) => pass(() => raw.read(keys)),
      commit: (writes) => pass(() => raw.commit(writes)),
      close: () => (isShut ? Promise.resolve() : raw.close()),
    },
    slot: {
      read: () => pass(() => slot.read()),
      write: (write) => pass(() => slot.write(write)),
    },
    shut: async () => {
      isShut = true;
      await Promise.all(underWay);
    },
  };
}
