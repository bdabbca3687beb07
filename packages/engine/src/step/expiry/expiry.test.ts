import { describe, expect, it } from "vitest";
import { gather, timeline } from "../../testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  crash,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
  start,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

const MINUTE = 60_000;

function disappearing(world: World, circle: string, minutes: number): void {
  must(world, "alice", {
    command: "change-settings",
    circle,
    disappearing: minutes,
  });
  settle(world);
}

function gathered(
  seed: string,
  minutes: number,
): { world: World; circle: string } {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  disappearing(world, circle, minutes);
  return { world, circle };
}

function say(
  world: World,
  name: string,
  o: { circle: string; text: string },
): void {
  must(world, name, { command: "send", ...o });
  settle(world);
}

/** Kinds and words of a list. */
function shown(world: World, name: string, circle: string): readonly string[] {
  return timeline(world, name, circle).items.flatMap((item) => {
    if (item.item === "message") return [item.text];
    return item.item === "gone" ? [`gone ${item.cause}`] : [];
  });
}

/** Words of a message that stand anywhere on the disk. */
function isOnDisk(world: World, name: string, text: string): boolean {
  const latin = (bytes: Uint8Array): string =>
    String.fromCodePoint(...bytes.subarray(0, 60_000));
  return [...deviceOf(world, name).disk.values()].some((bytes) =>
    latin(bytes).includes(text),
  );
}

describe("messages that disappear", () => {
  it("[EX-1] carry their time as it was set when they were sent, and views show their end", () => {
    const { world, circle } = gathered("time", 90);
    say(world, "alice", { circle, text: "first" });
    disappearing(world, circle, 0);
    say(world, "alice", { circle, text: "second" });
    const items = timeline(world, "bob", circle).items.filter(
      ({ item }) => item === "message",
    );
    expect(items).toMatchObject([
      {
        text: "first",
        expiresAt: Math.floor(world.now / MINUTE) * MINUTE + 90 * MINUTE,
      },
      { text: "second" },
    ]);
    expect(items[1]).not.toHaveProperty("expiresAt");
    advance(world, 91 * MINUTE);
    expect(shown(world, "bob", circle)).toEqual(["gone expired", "second"]);
  });

  it("[EX-3] go at their minute from list, summary and disk, read or unread, here and with their author", () => {
    const { world, circle } = gathered("minute", 90);
    say(world, "alice", { circle, text: "burn this" });
    advance(world, 10 * MINUTE);
    say(world, "bob", { circle, text: "later" });
    expect(look(world, "bob", { query: "circle", circle }).summary.unread).toBe(
      1,
    );
    advance(world, 79 * MINUTE);
    expect(shown(world, "bob", circle)).toEqual(["burn this", "later"]);
    advance(world, 2 * MINUTE);
    for (const name of ["alice", "bob"]) {
      expect(shown(world, name, circle)).toEqual(["gone expired", "later"]);
      expect(isOnDisk(world, name, "burn this")).toBe(false);
      expect(isOnDisk(world, name, "later")).toBe(true);
    }
    expect(look(world, "bob", { query: "circle", circle }).summary.unread).toBe(
      0,
    );
    advance(world, 10 * MINUTE);
    expect(shown(world, "alice", circle)).toEqual([
      "gone expired",
      "gone expired",
    ]);
    const last = look(world, "bob", { query: "app" }).circles[0]?.last;
    expect(last).toMatchObject({ item: "gone", text: "" });
    for (const name of ["alice", "bob"])
      expect(
        deviceOf(world, name).state.durable.circles.get(circle)?.desk.expiring,
      ).toBeUndefined();
    expect(
      [...deviceOf(world, "bob").disk.keys()].filter((key) =>
        key.startsWith("expiring/"),
      ),
    ).toEqual([]);
  });

  it("[EX-4] go at the next start when the device was off, and are gone at once when they come too late", () => {
    const { world, circle } = gathered("off", 120);
    say(world, "alice", { circle, text: "here" });
    crash(world, "bob");
    say(world, "alice", { circle, text: "missed" });
    world.now += 30 * 86_400_000;
    advance(world, MINUTE);
    say(world, "alice", { circle, text: "new" });
    start(world, "bob");
    advance(world, 1_000);
    expect(shown(world, "bob", circle)).toEqual([
      "gone expired",
      "gone expired",
      "new",
    ]);
    for (const text of ["here", "missed"])
      expect(isOnDisk(world, "bob", text)).toBe(false);
  });

  it("[EX-4] go in batches, and a crash in between loses none", () => {
    const { world, circle } = gathered("many", 60);
    for (let i = 0; i < 220; i++)
      begin(world, "alice", { command: "send", circle, text: `burn ${i}` });
    settle(world);
    const bob = deviceOf(world, "bob");
    bob.crashAt = bob.effects + 20;
    advance(world, 61 * MINUTE);
    restart(world, "bob");
    expect(shown(world, "bob", circle)).toEqual(
      Array.from({ length: 220 }, () => "gone expired"),
    );
    expect(isOnDisk(world, "bob", "burn ")).toBe(false);
  });

  it("[EX-5] go from the outbox too", () => {
    const { world, circle } = gathered("outbox", 60);
    setOnline(world, "alice", false);
    say(world, "alice", { circle, text: "unsent" });
    expect(shown(world, "alice", circle)).toEqual(["unsent"]);
    advance(world, 61 * MINUTE);
    expect(shown(world, "alice", circle)).toEqual([]);
    expect(isOnDisk(world, "alice", "unsent")).toBe(false);
    setOnline(world, "alice", true);
    expect(shown(world, "bob", circle)).toEqual([]);
  });

  it("[EX-5] are no copies when they were on their way and the log shows them later", () => {
    const { world, circle } = gathered("on its way", 60);
    deviceOf(world, "alice").isDelayed = true;
    say(world, "alice", { circle, text: "under way" });
    advance(world, 20_000);
    setOnline(world, "alice", false);
    advance(world, 61 * MINUTE);
    expect(isOnDisk(world, "alice", "under way")).toBe(false);
    deviceOf(world, "alice").isDelayed = false;
    setOnline(world, "alice", true);
    say(world, "alice", { circle, text: "next" });
    for (const name of ["alice", "bob"]) {
      expect(shown(world, name, circle).at(-1)).toBe("next");
      expect(
        look(world, name, { query: "circle", circle }).summary.alarms,
      ).toEqual([]);
    }
  });

  it("[EX-2] go no later when their sender's clock is ahead", () => {
    const { world, circle } = gathered("ahead", 60);
    setOnline(world, "alice", false);
    world.now += 40 * 86_400_000;
    say(world, "alice", { circle, text: "from the future" });
    world.now -= 40 * 86_400_000;
    setOnline(world, "alice", true);
    const item = timeline(world, "bob", circle).items.at(-1);
    expect(item).toMatchObject({ text: "from the future" });
    advance(world, 62 * MINUTE);
    expect(shown(world, "bob", circle)).toEqual(["gone expired"]);
  });

  it("[EX-6] go early where the clock jumps ahead, and nothing else goes wrong when it comes back", () => {
    const { world, circle } = gathered("jump", 60);
    say(world, "alice", { circle, text: "one" });
    world.now += 5 * 365 * 86_400_000;
    advance(world, MINUTE);
    expect(shown(world, "alice", circle)).toEqual(["gone expired"]);
    world.now -= 5 * 365 * 86_400_000;
    advance(world, MINUTE);
    say(world, "alice", { circle, text: "two" });
    expect(shown(world, "bob", circle)).toEqual(["gone expired", "two"]);
    advance(world, 61 * MINUTE);
    expect(shown(world, "bob", circle)).toEqual([
      "gone expired",
      "gone expired",
    ]);
  });

  it("[EX-7] take their files with them", () => {
    const { world, circle } = gathered("files", 60);
    const made = must(world, "alice", {
      command: "add-attachment",
      circle,
      bytes: new Uint8Array(100).fill(7),
      name: "a.jpg",
      mediaType: "image/jpeg",
      kind: "photo",
    });
    if (made.kind !== "attachment") throw new Error("a file was added");
    const sent = must(world, "alice", {
      command: "send",
      circle,
      text: "",
      attachments: [made.attachment],
    });
    if (sent.kind !== "item") throw new Error("a message was sent");
    settle(world);
    must(world, "bob", {
      command: "fetch-attachment",
      circle,
      item: sent.id,
      index: 0,
    });
    settle(world);
    advance(world, 61 * MINUTE);
    for (const name of ["alice", "bob"]) {
      expect(look(world, name, { query: "files", circle }).files).toEqual([]);
      expect(
        [...deviceOf(world, name).disk.keys()].filter((key) =>
          key.startsWith("file/"),
        ),
      ).toEqual([]);
      expect(
        run(world, name, {
          command: "open-attachment",
          circle,
          item: sent.id,
          index: 0,
        }),
      ).toEqual({ ok: false, error: "not-here" });
    }
  });
});
