// Destroying a vault (docs/spec/vault.md, "Destroying"): the slot first, because from then on everything else is noise.

import { err, ok, type Result } from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import { headerPlace } from "./header.ts";
import type { RawStore } from "./raw-store.ts";
import { readSlotState, wipeHalf } from "./slot-halves.ts";
import { SLOT_LENGTH, type Slot } from "./slot.ts";
import { StoreFault } from "./store-fault.ts";

/**
 * Overwrites what the slot holds, then all of it, and deletes the header. After the first write nothing opens any more; what the platform keeps besides
 * is for its storage to erase. A slot or store that failed is told, and the other was overwritten all the same.
 */
export async function destroyVault(
  raw: RawStore,
  { slot, random }: { readonly slot: Slot; readonly random: RandomBytes },
): Promise<Result<undefined, { readonly kind: "full" | "unavailable" }>> {
  const steps = [
    async () => {
      const { whole } = readSlotState(await slot.read());
      // A cut on the way through the whole slot could leave the one that holds.
      for (const { index } of whole) await slot.write(wipeHalf(index, random));
    },
    () => slot.write({ at: 0, bytes: random(SLOT_LENGTH) }),
    () => raw.commit([{ key: headerPlace(), value: undefined }]),
  ];
  let fault: StoreFault | undefined;
  for (const step of steps) {
    try {
      await step();
    } catch (cause) {
      if (!(cause instanceof StoreFault)) throw cause;
      fault ??= cause;
    }
  }
  if (fault === undefined) return ok(undefined);
  return err({ kind: fault.kind === "full" ? "full" : "unavailable" });
}
