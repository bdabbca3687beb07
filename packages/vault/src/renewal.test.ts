// What became unreadable stays so, on every image of the disk that ever was, and no cut of power leaves anything else.

import { encodeHex, encodeUtf8, ok } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { DiskImage, Fate } from "@halqa/testkit/storage";
import {
  StoreFault,
  type RecordRef,
  type RecordWrite,
  type Vault,
} from "@halqa/vault";
import { describe, expect, it } from "vitest";
import { readEverything, type Loot } from "../testing/forensics.ts";
import {
  createVaultWorld,
  kindOf,
  valueOf,
  type VaultWorld,
} from "../testing/vault-world.ts";
import { openPage, pagePlace } from "./key-page.ts";
import { readSlotState } from "./slot-halves.ts";
import { deriveVaultKeys } from "./vault-keys.ts";

const PASSPHRASE = "a lantern by the old mill";
const DAY = 20_780;
/** Without a passphrase. */
const open = { passphrase: "" };
const tampered = new StoreFault("tampered");

const state = (id: string): RecordRef => ({ store: "circle", id });
const item = (id: string): RecordRef => ({ store: "item", id });
const put = (ref: RecordRef, text: string): RecordWrite => ({
  ref,
  value: encodeUtf8(text),
});
const hex = (text: string): string => encodeHex(encodeUtf8(text));

/** A vault of which an image is taken after each effect on the disk. */
async function watched(seed: string, o = { passphrase: PASSPHRASE }) {
  const passphrase = o.passphrase === "" ? undefined : o.passphrase;
  const world = createVaultWorld(seed);
  const images: DiskImage[] = [];
  const names = new Map<string, RecordRef>();
  let vault = valueOf(await world.open(passphrase));
  images.push(world.disk.image());
  const loot = (slot = world.disk.image().slot): Loot => ({
    images,
    slots: [slot],
    passphrase,
    names: [...names.values()],
  });
  return {
    world,
    images,
    loot,
    vault: () => vault,
    commit: async (...writes: RecordWrite[]) => {
      for (const { ref } of writes) names.set(JSON.stringify(ref), ref);
      await vault.commit(writes);
      images.push(world.disk.image());
    },
    renew: async (today = DAY) => {
      await vault.renew(today);
      images.push(world.disk.image());
    },
    /** The process ends without a word. */
    reopen: async () => {
      vault = valueOf(await world.open(passphrase));
      images.push(world.disk.image());
    },
  };
}

describe("what was used up", () => {
  it("[VA-46] (N48) is on no image of the disk, whoever has slot and passphrase", async () => {
    const w = await watched("used up");
    for (let i = 0; i < 20; i++) {
      await w.commit(
        put(state("a/keys"), `keys ${i}`),
        put(state("b"), `b ${i}`),
      );
      await w.commit(put(state(`a/delta/${i % 4}`), `delta ${i}`));
    }
    const before = readEverything(w.loot());
    // The search finds it while it can be found.
    expect(before.values.has(hex("keys 3"))).toBe(true);
    await w.renew();
    await w.commit(put(state("a/keys"), "keys newest"));
    const { values } = readEverything(w.loot());
    const readable = Array.from({ length: 20 }, (_, i) =>
      ["keys", "b", "delta"].map((what) => `${what} ${i}`),
    )
      .flat()
      .filter((text) => values.has(hex(text)));
    expect(readable.toSorted()).toEqual(
      // What was alive at the renewal, and what came after it.
      ["b 19", "delta 16", "delta 17", "delta 18", "delta 19", "keys 19"],
    );
    expect(values.has(hex("keys newest"))).toBe(true);
  });

  it("[VA-46] is not readable from a device that was taken whole before or after", async () => {
    const w = await watched("taken");
    const rounds: { slot: Uint8Array | undefined; image: number }[] = [];
    for (let i = 0; i < 6; i++) {
      await w.commit(put(state("a/keys"), `keys ${i}`));
      await w.renew();
      const { slot } = w.world.disk.image();
      rounds.push({ slot, image: w.images.length });
    }
    for (const [i, { slot }] of rounds.entries()) {
      // With the slot of that moment, and the store of all moments, also later ones: what was alive then, and what came until
      // the next renewal.
      const { values, pages } = readEverything(w.loot(slot));
      const read = rounds.flatMap((_, k) =>
        values.has(hex(`keys ${k}`)) ? [k] : [],
      );
      expect(pages).toBe(1);
      expect(read).toEqual(i < 5 ? [i, i + 1] : [i]);
    }
  });

  it("[VA-47] ends with the commit that says that it renews", async () => {
    const w = await watched("renews");
    await w.commit(put(state("a/keys"), "epoch 1"), put(state("b"), "other 1"));
    await w.commit(put(state("b"), "other 2"));
    await w.commit({ ...put(state("a/keys"), "epoch 2"), renews: true });
    const { values } = readEverything(w.loot());
    expect(values.has(hex("epoch 1"))).toBe(false);
    expect(values.has(hex("epoch 2"))).toBe(true);
    // Another circle's is its own matter.
    expect(values.has(hex("other 1"))).toBe(true);
  });

  it("[VA-47] ends with the hundredth commit at the latest, and with closing", async () => {
    const w = await watched("hundred");
    for (let i = 0; i < 100; i++) await w.commit(put(state("a"), `state ${i}`));
    const { values } = readEverything(w.loot());
    const left = Array.from({ length: 100 }, (_, i) => i).filter((i) =>
      values.has(hex(`state ${i}`)),
    );
    expect(left).toEqual([99]);
    await w.commit(put(state("a"), "state 100"));
    await w.commit(put(state("a"), "state 101"));
    await w.vault().close();
    const after = readEverything({
      ...w.loot(),
      images: [...w.images, w.world.disk.image()],
    });
    expect(after.values.has(hex("state 100"))).toBe(false);
    expect(after.values.has(hex("state 101"))).toBe(true);
  });

  it("[VA-47] ends with the first commit of a session after one that was cut off", async () => {
    const w = await watched("cut off");
    await w.commit(put(state("a"), "first"));
    await w.commit(put(state("a"), "second"));
    await w.reopen();
    await w.commit(put(state("a"), "third"));
    const { values } = readEverything(w.loot());
    expect(
      ["first", "second", "third"].filter((t) => values.has(hex(t))),
    ).toEqual(["third"]);
  });

  it("[VA-46] goes with the last record of its circle", async () => {
    const w = await watched("forgotten");
    await w.commit(put(state("a/1"), "one"), put(state("a/2"), "two"));
    await w.commit(
      { ref: state("a/1"), value: undefined },
      { ref: state("a/2"), value: undefined },
    );
    await w.renew();
    const { values } = readEverything(w.loot());
    expect([values.has(hex("one")), values.has(hex("two"))]).toEqual([
      false,
      false,
    ]);
    // Header and page: nothing of the circle is left.
    expect(w.world.disk.image().records.size).toBe(2);
    expect(await w.vault().read([state("a/1")])).toEqual([undefined]);
  });

  it("[VA-31] [VA-46] never meets a key with a nonce twice", async () => {
    const w = await watched("nonces");
    for (let i = 0; i < 30; i++) {
      await w.commit(put(state("a"), `${i}`), put(item("a/1"), `${i}`));
      if (i % 7 === 0) await w.renew(DAY + i);
    }
    const records = new Map<string, string>();
    for (const { records: all } of w.images) {
      for (const record of all.values()) {
        const nonce = encodeHex(record.slice(1, 25));
        const known = records.get(nonce) ?? encodeHex(record);
        expect(encodeHex(record)).toBe(known);
        records.set(nonce, known);
      }
    }
    expect(records.size).toBeGreaterThan(70);
  });
});

describe("the ledger of a group", () => {
  it("[VA-43] has a directory from the last renewal and an entry for each change since, the first commit in any case", async () => {
    const w = await watched("ledger", open);
    const entries = async (): Promise<number> => {
      const keys = await keysOf(w.world);
      const refs = Array.from({ length: 20 }, (_, i) => ({
        store: "",
        id: `journal/${i}/a`,
      }));
      const { records } = w.world.disk.image();
      return refs.filter((ref) => records.has(encodeHex(keys.placeOf(ref))))
        .length;
    };
    await w.commit(put(state("a/1"), "one"));
    expect(await entries()).toBe(0);
    // Nothing came or went; that there was a commit is noted once.
    await w.commit(put(state("a/1"), "one more"));
    await w.commit(put(state("a/1"), "and more"));
    expect(await entries()).toBe(1);
    await w.commit(put(state("a/2"), "two"));
    await w.commit({ ref: state("a/1"), value: undefined });
    expect(await entries()).toBe(3);
    await w.reopen();
    const read = await w.vault().read([state("a/1"), state("a/2")]);
    expect(read).toEqual([undefined, encodeUtf8("two")]);
    await w.renew();
    expect(await entries()).toBe(0);
    await w.commit(put(state("a/2"), "two again"));
    expect(await entries()).toBe(1);
  });

  it("[VA-35] is bounded: an archive among the state is a bug, and nothing is written", async () => {
    const w = await watched("bound", open);
    const many = Array.from({ length: 4097 }, (_, i) =>
      put(state(`a/${i}`), ""),
    );
    await w.commit(...many.slice(1));
    const image = w.world.disk.image();
    const one = { ...many[0]!, renews: true };
    await expect(w.vault().commit([one])).rejects.toThrow("archive");
    expect(w.world.disk.image()).toEqual(image);
    expect(await w.vault().read([state("a/7")])).toEqual([new Uint8Array()]);
  });
});

describe("what expires", () => {
  it("[VA-45] [VA-48] (N48) is read until its day is over, and on no image afterwards", async () => {
    const w = await watched("days");
    for (const [day, text] of ["a", "b", "c"].entries()) {
      const ref = item(`a/${day}`);
      await w.commit({ ...put(ref, text), expires: DAY + day });
    }
    await w.commit(put(item("a/9"), "stays"));
    const refs = [0, 1, 2, 9].map((n) => item(`a/${n}`));
    const texts = async (): Promise<(string | undefined)[]> =>
      (await w.vault().read(refs)).map(
        (value) => value && Buffer.from(value).toString(),
      );
    await w.renew(DAY);
    expect(await texts()).toEqual(["a", "b", "c", "stays"]);
    await w.renew(DAY + 2);
    expect(await texts()).toEqual([undefined, undefined, "c", "stays"]);
    const { values } = readEverything(w.loot());
    const read = ["a", "b", "c", "stays"].filter((t) => values.has(hex(t)));
    expect(read).toEqual(["c", "stays"]);
    await w.reopen();
    expect(await texts()).toEqual([undefined, undefined, "c", "stays"]);
  });

  it("[VA-48] among the state goes likewise, renewed or not", async () => {
    const w = await watched("days of state");
    await w.commit({ ...put(state("a/draft"), "draft"), expires: DAY });
    await w.commit(put(state("a/keys"), "keys"));
    await w.renew(DAY);
    expect(await w.vault().read([state("a/draft")])).toEqual([
      encodeUtf8("draft"),
    ]);
    await w.renew(DAY + 1);
    expect(await w.vault().read([state("a/draft")])).toEqual([undefined]);
    expect(readEverything(w.loot()).values.has(hex("draft"))).toBe(false);
  });

  it("[VA-48] of a day that is over stores nothing, whatever the clock says next", async () => {
    const w = await watched("over");
    await w.renew(DAY);
    await w.commit({ ...put(item("a/1"), "late"), expires: DAY - 1 });
    await w.commit({ ...put(state("a/1"), "late"), expires: DAY - 1 });
    expect(await w.vault().read([item("a/1"), state("a/1")])).toEqual([
      undefined,
      undefined,
    ]);
    await w.renew(DAY - 10);
    await w.commit({ ...put(item("a/1"), "late"), expires: DAY - 1 });
    expect(await w.vault().read([item("a/1")])).toEqual([undefined]);
    expect(readEverything(w.loot()).values.has(hex("late"))).toBe(false);
  });

  it("[VA-48] stands under an earlier day where somebody fills the page with days", async () => {
    const w = await watched("many days", open);
    const many = Array.from({ length: 4096 }, (_, i) => ({
      ...put(item(`a/${i}`), "x"),
      expires: DAY + 2 * i + 10,
    }));
    await w.commit(...many);
    await w.commit({ ...put(item("a/odd"), "odd"), expires: DAY + 15 });
    await w.commit({ ...put(item("a/first"), "first"), expires: DAY + 1 });
    const refs = [item("a/odd"), item("a/first"), item("a/2"), item("a/3")];
    await w.renew(DAY + 14);
    const x = encodeUtf8("x");
    expect(await w.vault().read(refs)).toEqual([
      encodeUtf8("odd"),
      undefined,
      x,
      x,
    ]);
    await w.renew(DAY + 15);
    expect(await w.vault().read(refs)).toEqual([
      undefined,
      undefined,
      undefined,
      x,
    ]);
  });

  it("[VA-49] is not answered to whoever reads what lasts", async () => {
    const w = await watched("lasting");
    await w.commit(
      { ...put(item("a/1"), "goes"), expires: DAY },
      put(item("a/2"), "stays"),
    );
    const refs = [item("a/1"), item("a/2")];
    const stays = encodeUtf8("stays");
    expect(await w.vault().readLasting(refs)).toEqual([undefined, stays]);
    expect(await w.vault().read(refs)).toEqual([encodeUtf8("goes"), stays]);
  });
});

const fates = ["lost", "torn", "kept"] as const;

async function cut(
  world: VaultWorld,
  [step, fate]: readonly [number, Fate],
  work: () => Promise<unknown>,
): Promise<void> {
  world.disk.cutPowerAfter(step, fate);
  expect(await Promise.race([work(), world.disk.powerCut()])).toBe("power-cut");
  world.disk.restart();
}

describe("a power cut in a renewal", () => {
  const refs = [state("a/1"), state("a/2"), state("a/3")];

  async function prepared(seed: string) {
    const w = await watched(seed);
    await w.commit(put(refs[0]!, "one"), put(refs[1]!, "two"));
    await w.commit(put(refs[0]!, "one again"));
    return w;
  }

  it.each(
    [0, 1, 2].flatMap((step) => fates.map((fate) => [step, fate] as const)),
  )(
    "[VA-50] at step %i, %s, leaves the commit whole or undone, and one secret",
    async (step, fate) => {
      const w = await prepared(`cut ${step} ${fate}`);
      const { world } = w;
      const writes = [
        { ...put(refs[0]!, "next"), renews: true },
        put(refs[2]!, "three"),
      ];
      await cut(world, [step, fate], () => w.vault().commit(writes));
      const crashed = world.disk.image();
      await w.reopen();
      const isDone = step === 2 || (step === 1 && fate === "kept");
      const expected = isDone
        ? ["next", "two", "three"]
        : ["one again", "two", undefined];
      const read = await w.vault().read(refs);
      expect(read.map((v) => v && Buffer.from(v).toString())).toEqual(expected);
      expect(readSlotState(world.disk.image().slot).whole.length).toBe(1);
      // And it goes on: what is written and renewed now holds.
      await w.commit(put(refs[1]!, "two again"));
      await w.renew();
      w.images.push(crashed);
      const { values } = readEverything(w.loot());
      expect(values.has(hex("one"))).toBe(false);
      expect(values.has(hex("one again"))).toBe(!isDone);
      expect(values.has(hex("two again"))).toBe(true);
    },
  );

  it.each(
    [0, 1, 2].flatMap((step) => fates.map((fate) => [step, fate] as const)),
  )(
    "[VA-50] [VA-48] at step %i, %s, of the end of a day leaves the day or its end",
    async (step, fate) => {
      const w = await watched(`day ${step} ${fate}`);
      await w.commit({ ...put(item("a/1"), "goes"), expires: DAY });
      await cut(w.world, [step, fate], () => w.vault().renew(DAY + 1));
      await w.reopen();
      const isDone = step === 2 || (step === 1 && fate === "kept");
      const read = await w.vault().read([item("a/1")]);
      expect(read).toEqual([isDone ? undefined : encodeUtf8("goes")]);
      await w.renew(DAY + 1);
      expect(await w.vault().read([item("a/1")])).toEqual([undefined]);
      expect(readEverything(w.loot()).values.has(hex("goes"))).toBe(false);
    },
  );

  it("[VA-50] at any step of a long life loses nothing that was answered", async () => {
    for (let step = 0; step < 60; step++) {
      const fate = fates[step % 3]!;
      const world = createVaultWorld(`life ${step}`);
      const random = createSeededRandom(`acts ${step}`);
      let vault = valueOf(await world.open());
      const table = new Map<RecordRef, string | undefined>();
      let pending: [RecordRef, string][] = [];
      const live = async (): Promise<void> => {
        for (let i = 0; i < 40; i++) {
          pending = refs
            .filter(() => random.bool(0.5))
            .map((ref) => [ref, `${i}`]);
          await vault.commit(
            pending.map(([ref, text]) => ({
              ...put(ref, text),
              renews: random.bool(0.2),
            })),
          );
          for (const [ref, text] of pending) table.set(ref, text);
          pending = [];
          if (random.bool(0.1)) await vault.renew(DAY + i);
        }
      };
      world.disk.cutPowerAfter(step, fate);
      await Promise.race([live(), world.disk.powerCut()]);
      world.disk.restart();
      vault = valueOf(await world.open());
      const read = await vault.read(refs);
      const texts = read.map((v) => v && Buffer.from(v).toString());
      const before = refs.map((ref) => table.get(ref));
      for (const [ref, text] of pending) table.set(ref, text);
      const after = refs.map((ref) => table.get(ref));
      expect([before, after]).toContainEqual(texts);
    }
  });

  it("[VA-50] leaves nothing else where store or slot refuse", async () => {
    const w = await prepared("refused");
    const next = { ...put(refs[0]!, "next"), renews: true };
    for (const kind of ["full", "unavailable"] as const) {
      w.world.disk.failNext(kind);
      await expect(w.vault().commit([next])).rejects.toThrow(
        new StoreFault(kind),
      );
      expect(await w.vault().read([refs[0]!])).toEqual([
        encodeUtf8("one again"),
      ]);
    }
    // The slot took the new secret and the store refuses.
    w.world.disk.failNext("full", 1);
    await expect(w.vault().commit([next])).rejects.toThrow(
      new StoreFault("full"),
    );
    expect(await w.vault().read([refs[0]!])).toEqual([encodeUtf8("one again")]);
    // The store has it and the slot refuses: it is committed, and the old secret goes with the next try.
    w.world.disk.failNext("unavailable", 2);
    await w.commit(next);
    expect(readSlotState(w.world.disk.image().slot).whole.length).toBe(1);
    expect(readEverything(w.loot()).values.has(hex("one again"))).toBe(false);
    await w.reopen();
    expect(await w.vault().read([refs[0]!])).toEqual([encodeUtf8("next")]);
  });
});

describe("what was taken away or put back", () => {
  const ref = state("root");

  async function remove(world: VaultWorld, gone: RecordRef): Promise<void> {
    const keys = await keysOf(world);
    const write = { key: keys.placeOf(gone), value: undefined };
    await world.disk.openRaw().commit([write]);
  }

  it("[VA-51] a record of state that is gone is missed, not taken for one that never was", async () => {
    const w = await watched("gone", open);
    await w.commit(put(ref, "who I am"), put(state("a/1"), "keys"));
    await w.commit(put(state("a/2"), "more"));
    for (const gone of [ref, state("a/1"), state("a/2")]) {
      const image = w.world.disk.image();
      await remove(w.world, gone);
      await w.reopen();
      await expect(w.vault().read([gone])).rejects.toThrow(tampered);
      w.world.disk.restore(image);
    }
    await w.reopen();
    expect(await w.vault().read([state("a/3")])).toEqual([undefined]);
  });

  it("[VA-52] a vault whose root alone is gone is damaged, and no new one", async () => {
    const w = await watched("root", open);
    // Not written yet: nothing is missing.
    expect(kindOf(await w.world.open(undefined, [ref]))).toBe("ok");
    await w.reopen();
    await w.commit(put(ref, "who I am"));
    expect(kindOf(await w.world.open(undefined, [ref]))).toBe("ok");
    await remove(w.world, ref);
    const image = w.world.disk.image();
    expect(kindOf(await w.world.open(undefined, [ref]))).toBe("damaged");
    expect(w.world.disk.image()).toEqual(image);
  });

  it("[VA-52] so is one whose page or directory is gone, changed or older than the slot", async () => {
    const w = await watched("page", open);
    await w.commit(put(ref, "who I am"));
    await w.commit(put(ref, "who I am now"));
    const old = w.world.disk.image();
    await w.renew();
    const image = w.world.disk.image();
    const directory = { store: "", id: "directory/root" };
    for (const gone of [{ store: "", id: "page" }, directory]) {
      await remove(w.world, gone);
      expect(kindOf(await w.world.open(undefined, [ref]))).toBe("damaged");
      w.world.disk.restore(image);
    }
    // (N49) The whole store of before, with the slot of now.
    w.world.disk.restore({ records: old.records, slot: image.slot });
    expect(kindOf(await w.world.open())).toBe("damaged");
    w.world.disk.restore(image);
    expect(kindOf(await w.world.open(undefined, [ref]))).toBe("ok");
  });

  it("[VA-51] (N49) a record of state from before a renewal does not open after it", async () => {
    const w = await watched("older", open);
    await w.commit(put(ref, "older"), put(state("a"), "a"));
    const { records: before } = w.world.disk.image();
    await w.commit(put(ref, "newer"));
    await w.renew();
    const keys = await keysOf(w.world);
    const place = encodeHex(keys.placeOf(ref));
    const image = w.world.disk.image();
    const records = new Map(image.records).set(place, before.get(place)!);
    w.world.disk.restore({ ...image, records });
    await expect(w.vault().read([ref])).rejects.toThrow(tampered);
    expect(await w.vault().read([state("a")])).toEqual([encodeUtf8("a")]);
  });

  it("[VA-53] whoever opened the vault earlier and was overtaken destroys nothing", async () => {
    const w = await watched("two", open);
    await w.commit(put(ref, "first"));
    const early: Vault = w.vault();
    await w.reopen();
    await w.commit({ ...put(ref, "second"), renews: true });
    const image = w.world.disk.image();
    const late = early.commit([{ ...put(ref, "third"), renews: true }]);
    await expect(late).rejects.toThrow(new StoreFault("unavailable"));
    await expect(early.renew(DAY)).rejects.toThrow(StoreFault);
    await early.close();
    expect(w.world.disk.image()).toEqual(image);
    await w.reopen();
    expect(await w.vault().read([ref])).toEqual([encodeUtf8("second")]);
  });

  it("[VA-6] [VA-53] a change of the passphrase and renewals do not come into each other's way", async () => {
    const w = await watched("both");
    await w.commit(put(ref, "first"));
    const next = "another lantern, another mill";
    const change = { passphrase: PASSPHRASE, nextPassphrase: next };
    const changed = w.vault().changePassphrase(change);
    const renewed = w.vault().commit([{ ...put(ref, "second"), renews: true }]);
    expect(await changed).toEqual(ok(undefined));
    await renewed;
    expect(kindOf(await w.world.open(PASSPHRASE))).toBe(
      "wrong-key-or-tampered",
    );
    const vault = valueOf(await w.world.open(next));
    expect(await vault.read([ref])).toEqual([encodeUtf8("second")]);
    // One that the store refuses leaves two halves with the same secret of state.
    w.world.disk.failNext("full", 1);
    const back = { passphrase: next, nextPassphrase: PASSPHRASE };
    expect(kindOf(await vault.changePassphrase(back))).toBe("full");
    await vault.renew(DAY + 1);
    await vault.commit([{ ...put(ref, "third"), renews: true }]);
    const again = valueOf(await w.world.open(next));
    expect(await again.read([ref])).toEqual([encodeUtf8("third")]);
  });
});

async function keysOf(world: VaultWorld) {
  const [dataKey] = world.drawn.filter(({ length }) => length === 32);
  const keys = deriveVaultKeys(dataKey!);
  const { records, slot } = world.disk.image();
  const record = records.get(encodeHex(pagePlace(keys)));
  const [half] = readSlotState(slot).whole;
  if (record !== undefined && half !== undefined)
    expect(openPage(record, keys, half.stateSecret)).toBeDefined();
  return keys;
}
