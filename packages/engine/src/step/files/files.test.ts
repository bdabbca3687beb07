import { describe, expect, it } from "vitest";
import { found, gather, timeline } from "../../testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
  skip,
  watchEffects,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";
import type { FileView } from "../../views/file-command.ts";

const facts = {
  name: "mill.jpg",
  mediaType: "image/jpeg",
  kind: "photo",
} as const;

function bytesOf(length: number, salt = 0): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (i * 31 + (i >> 8) + salt) & 255,
  );
}

function add(
  world: World,
  name: string,
  o: { circle: string; bytes: Uint8Array },
): string {
  const made = must(world, name, { command: "add-attachment", ...o, ...facts });
  if (made.kind !== "attachment") throw new Error("a file was added");
  return made.attachment;
}

function sendWith(
  world: World,
  name: string,
  o: { circle: string; bytes: Uint8Array; text?: string },
): string {
  const { circle, text = "" } = o;
  const attachments = [add(world, name, o)];
  const sent = must(world, name, {
    command: "send",
    circle,
    text,
    attachments,
  });
  if (sent.kind !== "item") throw new Error("a message was sent");
  settle(world);
  return sent.id;
}

function filesOf(
  world: World,
  name: string,
  circle: string,
): readonly FileView[] {
  return look(world, name, { query: "files", circle }).files;
}

function opened(
  world: World,
  name: string,
  o: { circle: string; item: string },
): Uint8Array {
  const value = must(world, name, {
    command: "open-attachment",
    index: 0,
    ...o,
  });
  if (value.kind !== "file") throw new Error("a file was opened");
  return value.bytes;
}

function partsOnDisk(world: World, name: string): number {
  return [...deviceOf(world, name).disk.keys()].filter((key) =>
    key.startsWith("file/"),
  ).length;
}

describe("files", () => {
  it("[FI-16] [FI-25] [FI-18] go before their message, are fetched when somebody wants them, and are opened as they were", () => {
    const world = createWorld("files", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bytes = bytesOf(300_000);
    const seen: string[] = [];
    watchEffects(world, (device, { type }) => {
      if (device === "alice" && type === "send") seen.push(type);
    });
    const item = sendWith(world, "alice", { circle, bytes, text: "the mill" });
    const [shown] = timeline(world, "bob", circle).items.slice(-1);
    expect(shown).toMatchObject({
      item: "message",
      id: item,
      text: "the mill",
      attachments: [{ name: "mill.jpg", size: 300_000, kind: "photo" }],
    });
    expect(filesOf(world, "alice", circle)).toMatchObject([
      { of: { item, index: 0 }, state: "here", done: 16, parts: 16 },
    ]);
    expect(filesOf(world, "bob", circle)).toEqual([]);
    expect(
      run(world, "bob", { command: "open-attachment", circle, item, index: 0 }),
    ).toEqual({ ok: false, error: "not-here" });
    expect(
      must(world, "bob", {
        command: "fetch-attachment",
        circle,
        item,
        index: 0,
      }),
    ).toEqual({ kind: "attachment-state", state: "coming" });
    settle(world);
    expect(filesOf(world, "bob", circle)).toMatchObject([
      { state: "here", done: 16, parts: 16 },
    ]);
    expect(opened(world, "bob", { circle, item })).toEqual(bytes);
    expect(opened(world, "alice", { circle, item })).toEqual(bytes);
    restart(world, "bob");
    expect(opened(world, "bob", { circle, item })).toEqual(bytes);
    expect(
      must(world, "bob", {
        command: "fetch-attachment",
        circle,
        item,
        index: 0,
      }),
    ).toMatchObject({ state: "here" });
  });

  it("[FI-3] larger than a blob are several", () => {
    const world = createWorld("large files", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bytes = bytesOf(1_044_435 + 70_000);
    const item = sendWith(world, "alice", { circle, bytes });
    must(world, "bob", { command: "fetch-attachment", circle, item, index: 0 });
    settle(world);
    expect(filesOf(world, "bob", circle)).toMatchObject([
      { state: "here", parts: 20 },
    ]);
    expect(opened(world, "bob", { circle, item })).toEqual(bytes);
  });

  it("[FI-10] that break a bound are not taken, and what was not added is not sent", () => {
    const world = createWorld("bad files", "alice");
    const circle = found(world, "alice");
    const bytes = bytesOf(10);
    const adding = (change: object) => {
      const reply = run(world, "alice", {
        command: "add-attachment",
        circle,
        bytes,
        ...facts,
        ...change,
      });
      return reply?.ok === false ? reply.error : "granted";
    };
    for (const change of [
      { bytes: new Uint8Array() },
      { bytes: new Uint8Array(10 * 1_048_576 + 1) },
      { name: "../../etc/passwd" },
      { mediaType: "photo" },
      { width: 70_000 },
      { duration: 0.5 },
      { thumbnail: new Uint8Array(2_049) },
      { kind: "film" },
    ])
      expect(adding(change)).toBe("bad-file");
    for (let i = 0; i < 20; i++)
      expect(adding({ bytes: bytesOf(10, i) })).toBe("granted");
    expect(adding({})).toBe("outbox-full");
    const ids = filesOf(world, "alice", circle).map(({ draft }) => draft ?? "");
    const sending = (attachments: readonly string[]) => {
      const reply = run(world, "alice", {
        command: "send",
        circle,
        text: "x",
        attachments,
      });
      return reply?.ok === false ? reply.error : "granted";
    };
    expect(sending(["nothing"])).toBe("unknown-file");
    expect(sending([ids[0]!, ids[0]!])).toBe("unknown-file");
    expect(sending(ids.slice(0, 11))).toBe("bad-number");
    must(world, "alice", {
      command: "drop-attachment",
      circle,
      attachment: ids[0]!,
    });
    expect(sending([ids[0]!])).toBe("unknown-file");
    expect(partsOnDisk(world, "alice")).toBe(19);
    expect(sending(ids.slice(1, 11))).toBe("granted");
    expect(sending([ids[1]!])).toBe("unknown-file");
  });

  it("[FI-12] that were added and not sent go after a day", () => {
    const world = createWorld("old drafts", "alice");
    const circle = found(world, "alice");
    add(world, "alice", { circle, bytes: bytesOf(10) });
    advance(world, 25 * 3_600_000);
    add(world, "alice", { circle, bytes: bytesOf(11) });
    expect(filesOf(world, "alice", circle)).toHaveLength(1);
    expect(partsOnDisk(world, "alice")).toBe(1);
  });

  it("[FI-21] [FI-22] go on after a crash anywhere with the blob that was under way, and hold up nothing else", () => {
    const bytes = bytesOf(1_044_435 + 5);
    for (let at = 3; at < 100; at += 24) {
      const world = createWorld("crash of files", "alice", "bob");
      const circle = gather(world, "alice", "bob");
      const file = add(world, "alice", { circle, bytes });
      const alice = deviceOf(world, "alice");
      alice.crashAt = alice.effects + at;
      begin(world, "alice", {
        command: "send",
        circle,
        text: "late",
        attachments: [file],
      });
      begin(world, "alice", { command: "send", circle, text: "soon" });
      settle(world);
      if (alice.isRunning) alice.crashAt = undefined;
      restart(world, "alice");
      advance(world, 60_000);
      const texts = timeline(world, "bob", circle).items.flatMap((one) =>
        one.item === "message" ? [one.text] : [],
      );
      const { items } = timeline(world, "alice", circle);
      expect(
        items.flatMap((one) => (one.item === "message" ? [one.text] : [])),
      ).toEqual(texts);
      const late = items.find(
        (one) => one.item === "message" && one.text === "late",
      );
      if (late === undefined) continue;
      must(world, "bob", {
        command: "fetch-attachment",
        circle,
        item: late.id,
        index: 0,
      });
      settle(world);
      expect(opened(world, "bob", { circle, item: late.id })).toEqual(bytes);
    }
  }, 30_000);

  it("[FI-22] [FI-17] wait offline with their message, which others overtake, and views tell how far they are", () => {
    const world = createWorld("offline files", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "alice", false);
    const item = sendWith(world, "alice", {
      circle,
      bytes: bytesOf(2_000),
      text: "picture",
    });
    must(world, "alice", { command: "send", circle, text: "words" });
    expect(filesOf(world, "alice", circle)).toMatchObject([
      { state: "sending", done: 0, parts: 1 },
    ]);
    expect(timeline(world, "alice", circle).items.at(-1)).toMatchObject({
      state: "queued",
    });
    skip(world, 3 * 86_400_000);
    setOnline(world, "alice", true);
    const seen = timeline(world, "bob", circle).items.flatMap((one) =>
      one.item === "message" ? [one.text] : [],
    );
    expect(seen.toSorted()).toEqual(["picture", "words"]);
    must(world, "bob", { command: "fetch-attachment", circle, item, index: 0 });
    settle(world);
    expect(opened(world, "bob", { circle, item })).toEqual(bytesOf(2_000));
  });

  it("[FI-23] are sent again when their message has waited for a day since", () => {
    const world = createWorld("old uploads", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    // The relay takes files and no entries.
    const alice = deviceOf(world, "alice");
    const file = add(world, "alice", { circle, bytes: bytesOf(900) });
    watchEffects(world, (device, effect) => {
      if (device === "alice" && effect.type === "commit")
        alice.isMute = isWithRelay();
    });
    const isWithRelay = () =>
      world.relay.history.some(({ t }) => t === "put-part");
    must(world, "alice", {
      command: "send",
      circle,
      text: "late",
      attachments: [file],
    });
    setOnline(world, "alice", false);
    world.onEffect = undefined;
    alice.isMute = false;
    const puts = () =>
      world.relay.history.filter(({ t }) => t === "put-part").length;
    const before = puts();
    expect(before).toBe(1);
    skip(world, 2 * 86_400_000);
    setOnline(world, "alice", true);
    expect(puts()).toBe(2);
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      text: "late",
    });
  });

  it("[FI-14] go with a message that is taken back or discarded", () => {
    const world = createWorld("files of deleted", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const item = sendWith(world, "alice", { circle, bytes: bytesOf(2_000) });
    must(world, "bob", { command: "fetch-attachment", circle, item, index: 0 });
    settle(world);
    expect([partsOnDisk(world, "alice"), partsOnDisk(world, "bob")]).toEqual([
      1, 1,
    ]);
    must(world, "alice", { command: "delete", circle, target: item });
    settle(world);
    expect([partsOnDisk(world, "alice"), partsOnDisk(world, "bob")]).toEqual([
      0, 0,
    ]);
    expect(
      run(world, "bob", {
        command: "fetch-attachment",
        circle,
        item,
        index: 0,
      }),
    ).toMatchObject({ ok: false });
    setOnline(world, "alice", false);
    const other = sendWith(world, "alice", { circle, bytes: bytesOf(3_000) });
    must(world, "alice", { command: "discard", circle, id: other });
    expect(partsOnDisk(world, "alice")).toBe(0);
    setOnline(world, "alice", true);
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      item: "gone",
    });
  });
});
