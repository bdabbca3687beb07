import { SLOT_LENGTH, StoreFault } from "@halqa/vault";
import {
  createMemoryDisk,
  describeRawStore,
  describeSlot,
  type Fate,
} from "@halqa/testkit/storage";
import { describe, expect, it } from "vitest";

describeRawStore(
  "[ST-1] [ST-2] [ST-3] [ST-4] [ST-5] [ST-6] [ST-7] [ST-8] [ST-9] [ST-10] [ST-17] the store in memory",
  async () => {
    const disk = createMemoryDisk();
    return {
      open: async () => disk.openRaw(),
      fill: disk.fill,
      remove: async () => undefined,
    };
  },
);

describeSlot("[ST-20] [ST-21] [ST-22] the slot in memory", async () => {
  const { slot } = createMemoryDisk();
  return { open: async () => slot, remove: async () => undefined };
});

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const two = [1, 2].map((n) => ({ key: key(n), value: Uint8Array.of(n) }));
const half = { at: 64, bytes: new Uint8Array(64).fill(9) };

async function cutDuring(
  fate: Fate,
  write: (disk: ReturnType<typeof createMemoryDisk>) => Promise<unknown>,
) {
  const disk = createMemoryDisk();
  disk.cutPowerAfter(1, fate);
  const raw = disk.openRaw();
  await raw.commit([{ key: key(0), value: Uint8Array.of(0) }]);
  expect(await Promise.race([write(disk), disk.powerCut()])).toBe("power-cut");
  const later = [raw.read([key(0)]), raw.commit([]), disk.slot.read()];
  expect(await Promise.race([...later, afterTurn()])).toBe("nothing");
  disk.restart();
  expect(await Promise.race([raw.read([key(0)]), afterTurn()])).toBe("nothing");
  return disk;
}

const afterTurn = (): Promise<string> =>
  new Promise((resolve) => setImmediate(() => resolve("nothing")));

describe("a power cut", () => {
  it.each<[Fate, number | undefined]>([
    ["lost", undefined],
    ["torn", undefined],
    ["kept", 1],
  ])("keeps a commit whole or not at all: %s", async (fate, kept) => {
    const disk = await cutDuring(fate, (d) => d.openRaw().commit(two));
    const values = await disk.openRaw().read([key(0), key(1), key(2)]);
    const second = kept === undefined ? undefined : 2;
    expect(values.map((value) => value?.[0])).toEqual([0, kept, second]);
  });

  it.each<[Fate, number]>([
    ["lost", 0],
    ["torn", 32],
    ["kept", 64],
  ])("may tear a write to the slot: %s", async (fate, written) => {
    const disk = await cutDuring(fate, (d) => d.slot.write(half));
    const content = await disk.slot.read();
    expect(content?.filter((octet) => octet === 9).length ?? 0).toBe(written);
  });
});

describe("a disk in memory", () => {
  it("refuses once, when told, and writes nothing", async () => {
    const disk = createMemoryDisk();
    const raw = disk.openRaw();
    disk.failNext("full");
    await expect(raw.commit(two)).rejects.toThrow(new StoreFault("full"));
    expect(disk.image().records.size).toBe(0);
    await raw.commit(two);
    expect(disk.effects()).toBe(1);
    expect(disk.image().records.size).toBe(2);
  });

  it("puts an image back and remembers all that was written", async () => {
    const disk = createMemoryDisk();
    const raw = disk.openRaw();
    await raw.commit(two);
    const image = disk.image();
    await raw.commit([{ key: key(1), value: undefined }]);
    await raw.commit([{ key: key(2), value: Uint8Array.of(7, 7) }]);
    await disk.slot.write(half);
    disk.restore(image);
    expect(disk.image()).toEqual(image);
    expect(await disk.slot.read()).toBeUndefined();
    expect(disk.everWritten()).toContainEqual(Uint8Array.of(7, 7));
    await disk.slot.write({ at: SLOT_LENGTH - 1, bytes: Uint8Array.of(5) });
    expect(disk.everWritten().at(-1)?.at(-1)).toBe(5);
  });
});
