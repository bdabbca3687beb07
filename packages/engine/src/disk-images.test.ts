/**
 * The disks of devices that live over a vault: what a message costs there, and what somebody finds who has every image of the disk,
 * the slot, the passphrase and every name (docs/spec/vault.md, VA-46, VA-56).
 */
import { encodeHex, encodeUtf8 } from "@halqa/bytes";
import type { DiskImage, MemoryDisk } from "@halqa/testkit/storage";
import { createMemoryDisk } from "@halqa/testkit/storage";
import type { RawStore } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import { readEverything } from "../../vault/testing/forensics.ts";
import type { RecordRef, Write } from "./ports/store.ts";
import { storeLayout } from "./step/records.ts";
import {
  createDrivenWorld,
  foundBy,
  hears,
  letIn,
  must,
  openStore,
  say,
  startDevice,
  viewWhere,
} from "./testing/driven-device.ts";
import type { DrivenDevice, DrivenWorld } from "./testing/driven-device.ts";

const burn = encodeUtf8("burn this");
const archives: readonly string[] = storeLayout.archives;

/** A device of which everything is known: each image of its disk, and each write before it was sealed. */
interface WatchedDevice extends DrivenDevice {
  readonly images: DiskImage[];
  readonly written: Write[];
  /** Bytes of each commit, and whether it turned the slot. */
  readonly commits: {
    readonly bytes: number;
    readonly renewed: boolean;
    /** A sealed entry of its own is among it. */
    readonly sends: boolean;
  }[];
}

async function startWatched(world: DrivenWorld): Promise<WatchedDevice> {
  const disk = createMemoryDisk();
  const images: DiskImage[] = [];
  const written: Write[] = [];
  const commits: WatchedDevice["commits"] = [];
  let sends = false;
  const device = await startDevice(world, {
    disk,
    onWrites: (writes) => {
      written.push(...writes);
      sends = writes.some(
        ({ ref, value }) => ref.store === "outbox-item" && value !== undefined,
      );
    },
    raw: (raw) =>
      watchedRaw(disk, raw, { images, commits, sends: () => sends }),
  });
  return { ...device, images, written, commits };
}

function watchedRaw(
  disk: MemoryDisk,
  raw: RawStore,
  o: Pick<WatchedDevice, "images" | "commits"> & {
    readonly sends: () => boolean;
  },
): RawStore {
  let slot = "";
  return {
    ...raw,
    commit: async (writes) => {
      await raw.commit(writes);
      o.images.push(disk.image());
      const { slot: halves } = o.images.at(-1) ?? {};
      const now = encodeHex(halves?.subarray(0, 64) ?? new Uint8Array());
      const bytes = writes.reduce(
        (sum, { key, value }) => sum + key.length + (value?.length ?? 0),
        0,
      );
      o.commits.push({ bytes, renewed: now !== slot, sends: o.sends() });
      slot = now;
    },
  };
}

/** Names of everything that was ever written. */
function namesOf({ written }: WatchedDevice): readonly RecordRef[] {
  const names = written.map(({ ref }) => [JSON.stringify(ref), ref] as const);
  return [...new Map(names).values()];
}

/** What of its state a device wrote, and what of that is there in the end. */
async function stateOf(device: WatchedDevice) {
  const store = await openStore(device.disk);
  const names = namesOf(device).filter((ref) => !archives.includes(ref.store));
  const alive = new Set(
    (await store.read(names)).flatMap((value) =>
      value === undefined ? [] : [encodeHex(value)],
    ),
  );
  await store.close();
  const ever = device.written.flatMap(({ ref, value }) =>
    value === undefined || archives.includes(ref.store)
      ? []
      : [encodeHex(value)],
  );
  return { ever: new Set(ever), alive };
}

describe("the disk of a device", () => {
  it("[VA-46] gives nothing that was used up, to whoever has all of it and a removed member's too (N47, N48)", async () => {
    const world = createDrivenWorld();
    const [alice, bob, carol] = [
      await startWatched(world),
      await startWatched(world),
      await startWatched(world),
    ];
    const circle = await foundBy(alice, "alice");
    await letIn(alice, bob, { circle, name: "bob" });
    await letIn(alice, carol, { circle, name: "carol" });
    for (let i = 0; i < 12; i++)
      await say([alice, bob, carol][i % 3]!, circle, `before ${i}`);
    for (const one of [alice, bob, carol])
      await hears(one, circle, "before 11");
    // Seized with the slot of this moment, while it runs.
    const seized = { image: bob.disk.image(), at: bob.written.length };
    const { members } = await viewWhere(
      alice,
      { query: "circle", circle },
      () => true,
    );
    const gone = members.find(({ name }) => name === "carol");
    await must(alice, {
      command: "remove-member",
      circle,
      member: gone?.member ?? "",
    });
    const query = { query: "circle", circle } as const;
    await viewWhere(
      carol,
      query,
      ({ summary }) => summary.standing === "removed",
    );
    for (let i = 0; i < 6; i++) {
      await say(i % 2 === 0 ? alice : bob, circle, `after ${i}`);
      if (i === 3) await bob.engine.renew();
    }
    await hears(alice, circle, "after 5");
    for (const one of [alice, bob, carol]) {
      await one.engine.stop();
      expect(one.crashes).toEqual([]);
    }
    for (const one of [alice, bob, carol]) {
      const { ever, alive } = await stateOf(one);
      const { slot } = one.disk.image();
      const found = readEverything({
        images: [...one.images, one.disk.image()],
        slots: [slot],
        passphrase: undefined,
        names: namesOf(one),
      });
      const usedUp = [...ever].filter((value) => !alive.has(value));
      expect(usedUp.length).toBeGreaterThan(30);
      expect(usedUp.filter((value) => found.values.has(value))).toEqual([]);
      // It reads what is there: the search is none that finds nothing.
      const readable = [...ever].filter((value) => alive.has(value));
      expect(readable.length).toBeGreaterThan(1);
      expect(readable.filter((value) => !found.values.has(value))).toEqual([]);
    }
    // Whoever took the device in between reads what was there then, and no keys that came after the next renewal.
    const found = readEverything({
      images: [...bob.images, bob.disk.image(), seized.image],
      slots: [seized.image.slot],
      passphrase: undefined,
      names: namesOf(bob),
    });
    const keysAfter = bob.written
      .slice(seized.at)
      .filter(({ ref }) => ref.id === `${circle}/commit`)
      .flatMap(({ value }) => (value ? [encodeHex(value)] : []));
    expect(keysAfter.length).toBeGreaterThan(0);
    expect(keysAfter.filter((value) => found.values.has(value))).toEqual([]);
    // A removed member's device has no keys of the circle at all.
    const left = await openStore(carol.disk);
    const keys = namesOf(carol).filter(({ store }) =>
      ["circle", "delta"].includes(store),
    );
    const records = await left.read(keys);
    expect(records.every((record) => record === undefined)).toBe(true);
    await left.close();
  });

  it("[VA-48] gives no message that disappeared, when its day is over", async () => {
    const world = createDrivenWorld();
    const [alice, bob] = [await startWatched(world), await startWatched(world)];
    const circle = await foundBy(alice, "alice");
    await letIn(alice, bob, { circle, name: "bob" });
    const query = { query: "circle", circle } as const;
    const hours = 60;
    await must(alice, {
      command: "change-settings",
      circle,
      disappearing: 20 * hours,
    });
    for (const one of [alice, bob])
      await viewWhere(one, query, ({ settings }) => {
        return settings?.disappearing === 20 * hours;
      });
    await say(alice, circle, "burn this");
    await hears(bob, circle, "burn this");
    await bob.engine.renew();
    const items = (found: ReadonlySet<string>): readonly string[] =>
      [...found].filter((value) => value.includes(encodeHex(burn)));
    const loot = () => ({
      images: [...bob.images, bob.disk.image()],
      slots: [bob.disk.image().slot],
      passphrase: undefined,
      names: namesOf(bob).filter(({ store }) => store === "item"),
    });
    expect(items(readEverything(loot()).values).length).toBe(1);
    world.now += 48 * hours * 60_000;
    await bob.engine.renew();
    expect(items(readEverything(loot()).values)).toEqual([]);
    // The list goes on without it.
    const list = await viewWhere(
      bob,
      { query: "timeline", circle, limit: 50 },
      () => true,
    );
    expect(list.items.map(({ ordinal }) => ordinal)).toEqual(
      list.items.map((_, i) => i),
    );
    for (const { engine, crashes } of [alice, bob]) {
      await engine.stop();
      expect(crashes).toEqual([]);
    }
  });

  it("[EX-3] [EX-7] [EX-8] gives nothing of a message that disappeared, nor of its file, at its author's or its reader's", async () => {
    const world = createDrivenWorld();
    const [alice, bob] = [await startWatched(world), await startWatched(world)];
    const circle = await foundBy(alice, "alice");
    await letIn(alice, bob, { circle, name: "bob" });
    const query = { query: "circle", circle } as const;
    const minutes = 60;
    await must(alice, {
      command: "change-settings",
      circle,
      disappearing: minutes,
    });
    for (const one of [alice, bob])
      await viewWhere(
        one,
        query,
        ({ settings }) => settings?.disappearing === minutes,
      );
    const added = await must(alice, {
      command: "add-attachment",
      circle,
      bytes: encodeUtf8("burn this as well"),
      name: "burn this.txt",
      mediaType: "text/plain",
      kind: "file",
    });
    const attachments =
      added.kind === "attachment" ? [added.attachment] : undefined;
    const text = "burn this";
    const sent = await must(alice, {
      command: "send",
      circle,
      text,
      ...(attachments === undefined ? {} : { attachments }),
    });
    const item = sent.kind === "item" ? sent.id : "";
    for (const one of [alice, bob]) await hears(one, circle, text);
    await must(bob, { command: "fetch-attachment", circle, item, index: 0 });
    const files = { query: "files", circle } as const;
    await viewWhere(bob, files, (view) => view.files[0]?.state === "here");
    const own = { command: "open-attachment", circle, item, index: 0 } as const;
    expect(await must(bob, own)).toMatchObject({ kind: "file" });
    /** Everything of the message that the device ever wrote: its words, and the keys of its file. */
    const told = ({ written }: WatchedDevice): readonly string[] =>
      written.flatMap(({ ref, value }) => {
        const hex = value === undefined ? "" : encodeHex(value);
        const isOf =
          hex.includes(encodeHex(burn)) ||
          (ref.store === "files" && hex !== "");
        return isOf ? [hex] : [];
      });
    const left = (one: WatchedDevice): readonly string[] => {
      const { values } = readEverything({
        images: [...one.images, one.disk.image()],
        slots: [one.disk.image().slot],
        passphrase: undefined,
        names: namesOf(one),
      });
      return told(one).filter((hex) => values.has(hex));
    };
    for (const one of [alice, bob]) {
      expect(told(one).length).toBeGreaterThan(1);
      expect(left(one).length).toBeGreaterThan(0);
    }
    // Off, as phones are, when it ends; what is next is a start.
    for (const { engine } of [alice, bob]) await engine.stop();
    world.now += 2 * 86_400_000;
    for (const one of [alice, bob]) {
      const again = await startDevice(world, { disk: one.disk });
      await viewWhere(again, { query: "timeline", circle, limit: 9 }, (view) =>
        view.items.some((shown) => shown.item === "gone"),
      );
      await again.engine.renew();
      await again.engine.stop();
      expect(left(one)).toEqual([]);
      expect(one.crashes).toEqual([]);
    }
  });

  it("[VA-56] takes less than 4 KB for a message, own or of others, renewals aside", async () => {
    const world = createDrivenWorld();
    const [alice, bob] = [await startWatched(world), await startWatched(world)];
    const circle = await foundBy(alice, "alice");
    await letIn(alice, bob, { circle, name: "bob" });
    await say(alice, circle, "to begin with");
    await hears(bob, circle, "to begin with");
    const from = [alice, bob].map(({ commits }) => commits.length);
    const text = "We meet on Thursday at seven, at the old mill. Bring bread.";
    for (let i = 0; i < 70; i++) {
      await say(i % 4 === 3 ? bob : alice, circle, `${i} ${text}`);
      await hears(i % 4 === 3 ? alice : bob, circle, `${i} ${text}`);
    }
    for (const [i, { commits, engine }] of [alice, bob].entries()) {
      const all = commits.slice(from[i]).filter(({ renewed }) => !renewed);
      const sent = all.filter(({ sends }) => sends);
      const others = all.filter(({ sends }) => !sends);
      expect(sent.length).toBeGreaterThan(10);
      expect(others.length).toBeGreaterThan(60);
      expect(Math.max(...others.map(({ bytes }) => bytes))).toBeLessThan(4096);
      expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThan(4096);
      await engine.stop();
    }
  }, 60_000);
});
