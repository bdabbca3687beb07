import { concatBytes, encodeUtf8, InvariantError } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { openVault, StoreFault, type RecordRef } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import {
  createVaultWorld,
  flipAt,
  valueOf,
  type VaultWorld,
} from "../testing/vault-world.ts";
import { paddedSize } from "./padded-size.ts";

const a: RecordRef = { store: "item", id: "a" };
const b: RecordRef = { store: "item", id: "b" };
const elsewhere: RecordRef = { store: "state", id: "a" };
const text = encodeUtf8("meet at the old mill");
const tampered = new StoreFault("tampered");

async function openNew(seed: string) {
  const world = createVaultWorld(seed);
  return { world, vault: valueOf(await world.open()) };
}

type Entry = readonly [string, Uint8Array];

/** What the disk holds beyond what it held before `work`. */
async function entriesOf(
  world: VaultWorld,
  work: () => Promise<unknown>,
): Promise<Entry[]> {
  const before = world.disk.image().records;
  await work();
  return [...world.disk.image().records].filter(([key]) => !before.has(key));
}

function setEntry(world: VaultWorld, [key, record]: Entry): void {
  const image = world.disk.image();
  const records = new Map(image.records).set(key, record);
  world.disk.restore({ ...image, records });
}

describe("records", () => {
  it("[VA-1] agree with a table over a long history of commits and openings", async () => {
    const world = createVaultWorld("table");
    const random = createSeededRandom("table of");
    const refs = ["item", "state"].flatMap((store) =>
      ["", "1", "11", "1/1", "الحلقة"].map((id) => ({ store, id })),
    );
    const table = new Map<RecordRef, Uint8Array>();
    let vault = valueOf(await world.open());
    for (let round = 0; round < 80; round++) {
      const writes = Array.from({ length: random.int(6) }, () => {
        const ref = random.pick(refs);
        const size = random.bool(0.1) ? 9000 : 300;
        const gone = random.bool(0.25);
        const value = gone ? undefined : random.bytes(random.int(size));
        if (value === undefined) table.delete(ref);
        else table.set(ref, value);
        return { ref, value };
      });
      await vault.commit(writes);
      if (random.bool(0.1)) vault = valueOf(await world.open());
      expect(await vault.read(refs)).toEqual(refs.map((ref) => table.get(ref)));
    }
  });

  it("[VA-31] are never the same twice, whatever they hold", async () => {
    const { world, vault } = await openNew("equal");
    const first = await entriesOf(world, () =>
      vault.commit([a, b, elsewhere].map((ref) => ({ ref, value: text }))),
    );
    await vault.commit([{ ref: a, value: text }]);
    const records = first.map(([, record]) => record);
    records.push(...world.disk.image().records.values());
    const nonces = records.map((record) =>
      Buffer.from(record.subarray(1, 25)).toString("hex"),
    );
    // Three, the one written again, the header, the page before and after, and a directory; the others stand there still.
    expect(new Set(nonces).size).toBe(7);
    const bodies = records.map((record) =>
      Buffer.from(record.subarray(25)).toString("hex"),
    );
    expect(new Set(bodies).size).toBe(7);
  });

  it("[VA-32] betray every changed byte, alike", async () => {
    const { world, vault } = await openNew("bytes");
    const [entry] = await entriesOf(world, () =>
      vault.commit([{ ref: a, value: text }]),
    );
    const [key, record] = entry!;
    const random = createSeededRandom("records");
    const damaged = [
      ...Array.from(record, (_, at) => flipAt(record, at)),
      ...Array.from({ length: 300 }, () => mutateBytes(record, random)),
      new Uint8Array(),
      concatBytes(record, Uint8Array.of(0)),
      record.subarray(0, 25),
      record.subarray(0, 40),
    ];
    for (const bytes of damaged) {
      setEntry(world, [key, bytes]);
      await expect(vault.read([b, a])).rejects.toThrow(tampered);
    }
    setEntry(world, entry!);
    expect(await vault.read([a])).toEqual([text]);
  });

  it("[VA-32] open in their own place only", async () => {
    const { world, vault } = await openNew("places");
    const entries: Entry[] = [];
    for (const ref of [a, b, elsewhere]) {
      const value = concatBytes(text, encodeUtf8(ref.id + ref.store));
      entries.push(
        ...(await entriesOf(world, () => vault.commit([{ ref, value }]))),
      );
    }
    const [atA, atB, atElsewhere] = entries;
    const image = world.disk.image();
    const swap = ([x, recordX]: Entry, [y, recordY]: Entry): void => {
      world.disk.restore(image);
      setEntry(world, [x, recordY]);
      setEntry(world, [y, recordX]);
    };
    const pairs = [
      [atA!, atB!, a, b],
      [atA!, atElsewhere!, a, elsewhere],
    ] as const;
    for (const [x, y, refX, refY] of pairs) {
      swap(x, y);
      await expect(vault.read([refX])).rejects.toThrow(tampered);
      await expect(vault.read([refY])).rejects.toThrow(tampered);
    }
    const other = await openNew("another vault");
    const [foreign] = await entriesOf(other.world, () =>
      other.vault.commit([{ ref: a, value: text }]),
    );
    setEntry(world, [atA![0], foreign![1]]);
    await expect(vault.read([a])).rejects.toThrow(tampered);
  });

  it("[VA-23] stand in places that say nothing and that no two names share", async () => {
    const { world, vault } = await openNew("names");
    const refs = [
      { store: "ab", id: "c" },
      { store: "a", id: "bc" },
      { store: "abc", id: "" },
      { store: "a", id: "b" },
    ];
    const value = new Uint8Array();
    const entries = await entriesOf(world, () =>
      vault.commit(refs.map((ref) => ({ ref, value }))),
    );
    const places = new Set(entries.map(([key]) => key));
    // And the directories of the four groups.
    expect(places.size).toBe(2 * refs.length);
    const other = await openNew("other names");
    const foreign = await entriesOf(other.world, () =>
      other.vault.commit(refs.map((ref) => ({ ref, value }))),
    );
    expect(foreign.filter(([key]) => places.has(key))).toEqual([]);
  });

  it("[VA-36] are committed all or not at all", async () => {
    const { world, vault } = await openNew("atomic");
    await vault.commit([{ ref: a, value: text }]);
    const image = world.disk.image();
    const writes = [
      { ref: a, value: undefined },
      { ref: b, value: text },
    ];
    world.disk.failNext("full");
    await expect(vault.commit(writes)).rejects.toThrow(new StoreFault("full"));
    expect(world.disk.image()).toEqual(image);
    for (const fate of ["lost", "kept"] as const) {
      world.disk.restore(image);
      world.disk.cutPowerAfter(0, fate);
      const open = valueOf(await world.open());
      await Promise.race([open.commit(writes), world.disk.powerCut()]);
      world.disk.restart();
      const after = valueOf(await world.open());
      expect(await after.read([a, b])).toEqual(
        fate === "kept" ? [undefined, text] : [text, undefined],
      );
    }
  });

  it("[VA-35] keep to their bounds, and a bug writes nothing", async () => {
    const { world, vault } = await openNew("bounds");
    const largest = new Uint8Array(8 * 1024 * 1024);
    await vault.commit([{ ref: a, value: largest }]);
    const [read] = await vault.read([a]);
    expect(read?.length).toBe(largest.length);
    await vault.commit([{ ref: a, value: text }]);
    const image = world.disk.image();
    const bad = [
      { ref: a, value: new Uint8Array(largest.length + 1) },
      { ref: { store: "", id: "a" }, value: text },
      { ref: { store: "s".repeat(33), id: "a" }, value: text },
      { ref: { store: "s", id: "i".repeat(513) }, value: text },
    ];
    for (const write of bad) {
      const commit = vault.commit([{ ref: b, value: text }, write]);
      await expect(commit).rejects.toThrow(InvariantError);
    }
    expect(world.disk.image()).toEqual(image);
    const archives = Array.from({ length: 65 }, (_, i) => `store-${i}`);
    const { slot } = world.disk;
    const { bytes: random } = createSeededRandom("archives");
    const opening = openVault(world.disk.openRaw(), { slot, random, archives });
    await expect(opening).rejects.toThrow(InvariantError);
  });

  it("[VA-32] does not notice that one is deleted, or put back as it was", async () => {
    const { world, vault } = await openNew("rollback");
    const [old] = await entriesOf(world, () =>
      vault.commit([{ ref: a, value: text }]),
    );
    await vault.commit([{ ref: a, value: encodeUtf8("newer") }]);
    setEntry(world, old!);
    expect(await vault.read([a])).toEqual([text]);
    const image = world.disk.image();
    const records = new Map(image.records);
    records.delete(old![0]);
    world.disk.restore({ ...image, records });
    expect(await vault.read([a])).toEqual([undefined]);
  });
});

describe("sizes", () => {
  it("[VA-33] are steps: doubling to 4,096, then eight to each doubling", () => {
    const sizes = [
      [0, 256],
      [252, 256],
      [253, 512],
      [508, 512],
      [509, 1024],
      [2044, 2048],
      [2045, 4096],
      [4092, 4096],
      [4093, 4608],
      [4604, 4608],
      [8188, 8192],
      [8189, 9216],
      [100_000, 106_496],
    ];
    for (const [length, size] of sizes) {
      expect([length, paddedSize(length!)]).toEqual([length, size]);
    }
    for (let length = 0; length < 300_000; length += 97) {
      const size = paddedSize(length);
      expect(size).toBeGreaterThanOrEqual(length + 4);
      if (length > 4096) expect(size).toBeLessThan((length + 4) * 1.126);
    }
  });

  it("[VA-33] are all that the disk tells of a value", async () => {
    const { world, vault } = await openNew("sizes");
    const lengths = [0, 1, 100, 251, 252, 4000, 5000, 70_000];
    for (const length of lengths) {
      const ref = { store: "item", id: `${length}` };
      const [entry] = await entriesOf(world, () =>
        vault.commit([{ ref, value: new Uint8Array(length) }]),
      );
      expect(entry![1].length).toBe(41 + paddedSize(1 + length));
    }
  });
});
