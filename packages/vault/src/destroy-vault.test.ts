import { encodeUtf8 } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { Fate } from "@halqa/testkit/storage";
import { destroyVault } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import { readEverything } from "../testing/forensics.ts";
import { createVaultWorld, kindOf, valueOf } from "../testing/vault-world.ts";
import { readSlotState } from "./slot-halves.ts";

const ref = { store: "item", id: "a/1" };
const { bytes: random } = createSeededRandom("destroy");
const moments = [0, 1, 2].flatMap((step) =>
  (["torn", "kept"] as const).map((fate): [number, Fate] => [step, fate]),
);

async function filled(seed: string) {
  const world = createVaultWorld(seed);
  const vault = valueOf(await world.open());
  await vault.commit([{ ref, value: encodeUtf8("gone") }]);
  return world;
}

describe("destroying a vault", () => {
  it.each(moments)(
    "[VA-55] (N53) leaves nothing to open, cut off at step %i, %s",
    async (step, fate) => {
      const world = await filled(`cut ${step} ${fate}`);
      const before = world.disk.image();
      const { disk } = world;
      disk.cutPowerAfter(step, fate);
      const work = destroyVault(disk.openRaw(), { slot: disk.slot, random });
      expect(await Promise.race([work, disk.powerCut()])).toBe("power-cut");
      disk.restart();
      const { slot } = disk.image();
      expect(readSlotState(slot).whole).toEqual([]);
      expect(kindOf(await world.open())).toBe("wrong-key-or-tampered");
      // With every image of the store, and the slot as it is.
      const { values } = readEverything({
        images: [before, disk.image()],
        slots: [slot],
        passphrase: undefined,
        names: [ref],
      });
      expect(values.size).toBe(0);
    },
  );

  it("[VA-55] goes on where one of the two fails, and says so", async () => {
    for (const skipped of [0, 1, 2]) {
      const world = await filled(`failing ${skipped}`);
      const { disk } = world;
      disk.failNext("unavailable", skipped);
      const work = destroyVault(disk.openRaw(), { slot: disk.slot, random });
      expect(kindOf(await work)).toBe("unavailable");
      expect(kindOf(await world.open())).toBe("wrong-key-or-tampered");
    }
  });
});
