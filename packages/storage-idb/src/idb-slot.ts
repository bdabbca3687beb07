// The slot as a record of the database, for browsers without exclusive file handles (docs/spec/storage.md, ST-31). It can be
// overwritten only as any record of the database can: the old bytes stay on the disk until the browser tidies up.

import { assertInvariant } from "@halqa/bytes";
import { SLOT_LENGTH, StoreFault, type Slot } from "@halqa/vault";
import { asStoreFault, STRICT, type VaultDatabase } from "./database.ts";

/** The slot in the database, for this opening of it. */
export function createIdbSlot(database: VaultDatabase, opener: number): Slot {
  return {
    read: async () => {
      try {
        return asContent(await database.get("slot", "content"));
      } catch (cause) {
        throw asStoreFault(cause);
      }
    },
    write: async ({ at, bytes }) => {
      assertInvariant(at + bytes.length <= SLOT_LENGTH, "beyond the slot");
      try {
        const { store, done } = database.transaction(
          "slot",
          "readwrite",
          STRICT,
        );
        if ((await store.get("opener")) !== opener)
          throw new StoreFault("unavailable");
        const content =
          asContent(await store.get("content")) ?? new Uint8Array(SLOT_LENGTH);
        content.set(bytes, at);
        await Promise.all([store.put(content, "content"), done]);
      } catch (cause) {
        throw cause instanceof StoreFault ? cause : asStoreFault(cause);
      }
    },
  };
}

// Whatever else stands there is no slot: of the wrong length, so that no vault opens with it.
function asContent(value: unknown): Uint8Array | undefined {
  if (value === undefined || value instanceof Uint8Array) return value;
  return new Uint8Array();
}
