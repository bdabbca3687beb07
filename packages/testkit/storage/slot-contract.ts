// The contract of the erasure slot as a suite that every implementation passes (docs/spec/storage.md, ST-20 to ST-22).

import { SLOT_LENGTH, type Slot } from "@halqa/vault";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** A place for one slot, that can be opened again and again. */
export interface SlotPlace {
  readonly open: () => Promise<Slot>;
  readonly remove: () => Promise<void>;
}

/** Registers the suite under `name`; `make` gives a fresh place for each test. */
export function describeSlot(
  name: string,
  make: () => Promise<SlotPlace>,
): void {
  describe(name, () => {
    let place: SlotPlace;
    let slot: Slot;

    beforeEach(async () => {
      place = await make();
      slot = await place.open();
    });
    afterEach(() => place.remove());

    it("[ST-20] is not there before the first write", async () => {
      expect(await slot.read()).toBeUndefined();
      expect(await (await place.open()).read()).toBeUndefined();
    });

    it("[ST-21] overwrites in place and leaves the rest, zeros at first", async () => {
      const expected = new Uint8Array(SLOT_LENGTH);
      const writes = [
        { at: 0, bytes: new Uint8Array(64).fill(1) },
        { at: SLOT_LENGTH / 2, bytes: new Uint8Array(64).fill(2) },
        { at: 16, bytes: new Uint8Array(8).fill(3) },
        { at: SLOT_LENGTH - 1, bytes: Uint8Array.of(4) },
      ];
      for (const write of writes) {
        await slot.write(write);
        expected.set(write.bytes, write.at);
        expect(await slot.read()).toEqual(expected);
        slot = await place.open();
        expect(await slot.read()).toEqual(expected);
      }
    });

    it("[ST-22] refuses to write beyond its end", async () => {
      const beyond = { at: SLOT_LENGTH - 1, bytes: new Uint8Array(2) };
      await expect(slot.write(beyond)).rejects.toThrow("beyond the slot");
      expect(await slot.read()).toBeUndefined();
    });
  });
}
