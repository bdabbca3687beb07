import { concatBytes, ok } from "@halqa/bytes";
import {
  createBackupReader,
  createBackupWriter,
  createRecoveryKey,
} from "@halqa/backup";
import type { BackupEntry, BackupKey } from "@halqa/backup";
import { createSeededRandom } from "@halqa/testkit";
import { createMemoryDisk } from "@halqa/testkit/storage";
import * as mls from "@halqa/mls";
import { describe, expect, it } from "vitest";
import type { TimelineItem } from "../views/view.ts";
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
} from "../testing/driven-device.ts";
import type { DrivenDevice } from "../testing/driven-device.ts";
import { restoreBackup, restoreHistory } from "./restore.ts";
import type { RestoreOptions } from "./restore.ts";

const { bytes: random } = createSeededRandom("backup");
const words = (): BackupKey => ({
  by: "words",
  key: createRecoveryKey(random),
});

async function fileOf(
  { engine }: DrivenDevice,
  key: BackupKey,
): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of engine.backup(key)) pieces.push(piece);
  return pieces;
}

/** The same entries as a file again. */
function filesOf(
  entries: readonly BackupEntry[],
  key: BackupKey,
): readonly Uint8Array[] {
  const writer = createBackupWriter({ key, random });
  const pieces = entries.flatMap((entry) => writer.push(entry));
  return [...pieces, ...writer.finish()];
}

function entriesOf(
  file: readonly Uint8Array[],
  key: BackupKey,
): readonly BackupEntry[] {
  const reader = createBackupReader(key);
  const entries = file.flatMap((piece) => {
    const read = reader.push(piece);
    return read.ok ? read.value : [];
  });
  const rest = reader.finish();
  if (!rest.ok) throw new Error(rest.error.kind);
  return [...entries, ...rest.value];
}

function optionsFor(
  o: Pick<RestoreOptions, "store" | "file" | "key">,
): RestoreOptions {
  return { ...o, random, now: () => Date.UTC(2026, 10, 24), mls };
}

/** alice and bob in a circle, with a list that bob has read in part. */
async function twoInACircle() {
  const world = createDrivenWorld();
  const alice = await startDevice(world);
  const bob = await startDevice(world);
  const circle = await foundBy(alice, "alice");
  await letIn(alice, bob, { circle, name: "bob" });
  for (const [i, text] of ["one", "two", "three"].entries())
    await say(i % 2 === 0 ? alice : bob, circle, text);
  await hears(bob, circle, "three");
  await must(bob, { command: "mark-read", circle, to: 2 });
  return { world, alice, bob, circle };
}

async function listOf(
  device: DrivenDevice,
  circle: string,
): Promise<readonly TimelineItem[]> {
  const query = { query: "timeline", circle, limit: 100 } as const;
  const view = await viewWhere(device, query, () => true);
  return view.items;
}

/** What stays of an item whoever looks at it. */
const bare = (items: readonly TimelineItem[]): readonly unknown[] =>
  items.map((item) => ({
    id: item.id,
    ordinal: item.ordinal,
    at: item.at,
    item: item.item,
    text: item.item === "message" ? item.text : undefined,
  }));

describe("a backup of a device", () => {
  it("[BK-14] holds the person, the circles and the lists, and nothing of a group's keys", async () => {
    const { bob, circle } = await twoInACircle();
    const key = words();
    const file = await fileOf(bob, key);
    const entries = entriesOf(file, key);
    const kinds = entries.map(({ entry }) => entry);
    expect(kinds.slice(0, 2)).toEqual(["identity", "circle"]);
    expect(new Set(kinds.slice(2))).toEqual(new Set(["item"]));
    const [, found] = entries;
    expect(found).toMatchObject({
      name: "Bread and roses",
      role: "member",
      read: 3,
    });
    // Everything else that is stored: not one record of it is in there.
    const opened = Buffer.concat(
      entries.flatMap((entry) =>
        entry.entry === "item" ? [Buffer.from(entry.item)] : [],
      ),
    );
    const state = ["circle", "desk", "outbox", "invites"].flatMap((store) => [
      { store, id: circle },
      { store, id: `${circle}/commit` },
      { store, id: `${circle}/message` },
    ]);
    const records = await bob.store.read(state);
    const known = records.filter((record) => record !== undefined);
    expect(known.length).toBeGreaterThanOrEqual(3);
    for (const record of known)
      expect(opened.includes(Buffer.from(record))).toBe(false);
    await bob.engine.stop();
  });

  it("[BK-14] for another device of the person has no identity", async () => {
    const { alice } = await twoInACircle();
    const key: BackupKey = { by: "device", key: random(32) };
    const entries = entriesOf(await fileOf(alice, key), key);
    expect(entries.some(({ entry }) => entry === "identity")).toBe(false);
    expect(entries.some(({ entry }) => entry === "item")).toBe(true);
    await alice.engine.stop();
  });

  it("[BK-14] has nothing of what the vault destroys one day", async () => {
    const { world, bob, circle } = await twoInACircle();
    await bob.engine.stop();
    const store = await openStore(bob.disk);
    const ref = { store: "item", id: `${circle}/2` };
    const [item] = await store.read([ref]);
    // The vault knows that it expires, whatever the item says.
    await store.commit([{ ref, value: item, expires: 30_000 }]);
    await store.close();
    const again = await startDevice(world, { disk: bob.disk });
    const key = words();
    const entries = entriesOf(await fileOf(again, key), key);
    const ordinals = entries.flatMap((entry) =>
      entry.entry === "item" ? [entry.ordinal] : [],
    );
    expect(ordinals).not.toContain(2);
    expect(ordinals).toContain(1);
    await again.engine.stop();
    // [BK-17] The list is dense all the same.
    const disk = createMemoryDisk();
    const empty = await openStore(disk);
    const file = [concatBytes(...filesOf(entries, key))];
    const done = await restoreBackup(optionsFor({ store: empty, file, key }));
    expect(done.ok).toBe(true);
    await empty.close();
    const next = await startDevice(world, { disk });
    const list = await listOf(next, circle);
    expect(list.map((one) => one.ordinal)).toEqual(list.map((_, i) => i));
    expect(list[2]).toMatchObject({ item: "gone", cause: "expired" });
    await next.engine.stop();
  });

  it("[BK-14] has of a message that disappears that it was there, and not its text", async () => {
    const { alice, bob, circle } = await twoInACircle();
    await must(alice, {
      command: "change-settings",
      circle,
      disappearing: 1440,
    });
    const query = { query: "circle", circle } as const;
    for (const one of [alice, bob])
      await viewWhere(
        one,
        query,
        ({ settings }) => settings?.disappearing === 1440,
      );
    await say(bob, circle, "meet me at the mill");
    const key = words();
    const entries = entriesOf(await fileOf(bob, key), key);
    const items = entries.flatMap((entry) =>
      entry.entry === "item" ? [Buffer.from(entry.item).toString()] : [],
    );
    expect(items.some((text) => text.includes("three"))).toBe(true);
    expect(items.some((text) => text.includes("mill"))).toBe(false);
    const list = await listOf(bob, circle);
    expect(items.length).toBe(list.length);
    await alice.engine.stop();
    await bob.engine.stop();
  });
});

describe("restoring", () => {
  it("[BK-17] [BK-18] makes a new device of the person with every list, which is let in again and goes on", async () => {
    const { world, alice, bob, circle } = await twoInACircle();
    const key = words();
    const file = await fileOf(bob, key);
    const before = await listOf(bob, circle);
    await bob.engine.stop();
    // The old device is lost.
    const bobInCircle = (
      await viewWhere(alice, { query: "circle", circle }, () => true)
    ).members.find(({ name }) => name === "bob");
    await must(alice, {
      command: "remove-member",
      circle,
      member: bobInCircle?.member ?? "",
    });
    const disk = createMemoryDisk();
    const store = await openStore(disk);
    const restored = await restoreBackup(optionsFor({ store, file, key }));
    expect(restored).toMatchObject(
      ok({
        circles: 1,
        items: before.filter((i) => i.ordinal !== undefined).length,
        // [BK-21] Bob founded none: the first circle's relay.
        relay: { url: "wss://relay.example/" },
      }),
    );
    await store.close();
    const next = await startDevice(world, { disk });
    const app = await viewWhere(next, { query: "app" }, () => true);
    expect(app.profile).toEqual({ name: "bob" });
    expect(app.circles).toMatchObject([
      { circle, name: "Bread and roses", standing: "restored", unread: 1 },
    ]);
    expect(bare(await listOf(next, circle))).toEqual(bare(before));
    const refused = await next.engine.run({
      command: "send",
      circle,
      text: "I am not in",
    });
    expect(refused).toEqual({ ok: false, error: "not-a-member" });
    await letIn(alice, next, { circle, name: "bob" });
    await say(next, circle, "I am back");
    await hears(alice, circle, "I am back");
    const after = await listOf(next, circle);
    expect(bare(after).slice(0, before.length)).toEqual(bare(before));
    const texts = after.flatMap((i) => (i.item === "message" ? [i.text] : []));
    expect(texts).toEqual(["one", "two", "three", "I am back"]);
    const again = await viewWhere(
      alice,
      { query: "circle", circle },
      () => true,
    );
    const member = again.members.find(({ name }) => name === "bob");
    expect(member?.member).toBe(bobInCircle?.member);
    for (const { engine, crashes } of [alice, next]) {
      await engine.stop();
      expect(crashes).toEqual([]);
    }
  });

  it("[BK-15] leaves no device where the file is cut, changed or of somebody else, and can be begun again", async () => {
    const { bob } = await twoInACircle();
    const key = words();
    const file = await fileOf(bob, key);
    await bob.engine.stop();
    const whole = Buffer.concat(file);
    const changed = Uint8Array.from(whole);
    changed[changed.length - 1]! ^= 1;
    const attempts = [
      { file: [whole.subarray(0, whole.length - 1)], key },
      { file: [], key },
      { file: [changed], key },
      { file: [whole], key: words() },
      { file: [whole, Uint8Array.of(0)], key },
    ];
    const disk = createMemoryDisk();
    const root = { store: "root", id: "root" };
    for (const attempt of attempts) {
      const store = await openStore(disk);
      const refused = await restoreBackup(optionsFor({ store, ...attempt }));
      expect(refused.ok).toBe(false);
      expect(await store.read([root])).toEqual([undefined]);
      await store.close();
    }
    const store = await openStore(disk);
    disk.fill(true);
    const failing = {
      ...store,
      commit: () => Promise.reject(new Error("full")),
    };
    expect(
      await restoreBackup(optionsFor({ store: failing, file, key })),
    ).toEqual({ ok: false, error: { kind: "storage-failed" } });
    const done = await restoreBackup(optionsFor({ store, file: [whole], key }));
    expect(done.ok).toBe(true);
    // [BK-16]
    expect(await restoreBackup(optionsFor({ store, file, key }))).toEqual({
      ok: false,
      error: { kind: "not-empty" },
    });
    await store.close();
  });

  it("[BK-16] is for a device without a person", async () => {
    const { alice, bob } = await twoInACircle();
    const key = words();
    const file = await fileOf(bob, key);
    await alice.engine.stop();
    await bob.engine.stop();
    const store = await openStore(alice.disk);
    const image = alice.disk.image();
    expect(await restoreBackup(optionsFor({ store, file, key }))).toEqual({
      ok: false,
      error: { kind: "not-empty" },
    });
    expect(alice.disk.image()).toEqual(image);
  });

  it("[BK-19] of another device's history adds what is not there, and changes nothing that is", async () => {
    const { world, alice, circle } = await twoInACircle();
    const key: BackupKey = { by: "device", key: random(32) };
    const file = await fileOf(alice, key);
    const linked = await startDevice(world);
    await must(linked, { command: "set-profile", name: "alice" });
    const own = await foundBy(linked, "alice");
    await linked.engine.stop();
    const store = await openStore(linked.disk);
    const done = await restoreHistory(optionsFor({ store, file, key }));
    expect(done).toMatchObject({ ok: true, value: { circles: 1 } });
    // Once more: all of it is there.
    const twice = await restoreHistory(optionsFor({ store, file, key }));
    expect(twice).toMatchObject(ok({ circles: 0, items: 0 }));
    await store.close();
    const again = await startDevice(world, { disk: linked.disk });
    const app = await viewWhere(again, { query: "app" }, ({ circles }) =>
      circles.some(({ standing }) => standing === "member"),
    );
    expect(
      new Map(app.circles.map((one) => [one.circle, one.standing])),
    ).toEqual(
      new Map([
        [own, "member"],
        [circle, "restored"],
      ]),
    );
    expect(bare(await listOf(again, circle))).toEqual(
      bare(await listOf(alice, circle)),
    );
    // Nobody is on this one yet.
    const empty = await openStore(createMemoryDisk());
    expect(
      await restoreHistory(optionsFor({ store: empty, file, key })),
    ).toEqual({ ok: false, error: { kind: "no-device" } });
    // A person's file is no history.
    const person = words();
    const whole = await fileOf(alice, person);
    await again.engine.stop();
    const other = await openStore(linked.disk);
    expect(
      await restoreHistory(
        optionsFor({ store: other, file: whole, key: person }),
      ),
    ).toEqual({ ok: false, error: { kind: "malformed" } });
    await alice.engine.stop();
  });
});
