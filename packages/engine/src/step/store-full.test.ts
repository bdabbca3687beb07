import { describe, expect, it } from "vitest";
import { found, gather, say, texts } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  setOnline,
  settle,
  tell,
} from "../testing/world.ts";
import { MAX_QUEUED_ENTRIES } from "./limits.ts";

describe("a store that is full or slow", () => {
  it("[EN-13] does not make what the relay confirmed be forgotten", () => {
    const world = createWorld("note", "alice");
    setOnline(world, "alice", false);
    const circle = found(world, "alice");
    expect(recordAt(world, "alice", circle).desk.place).toBe("founding");
    deviceOf(world, "alice").isDiskFull = true;
    setOnline(world, "alice", true);
    const { conns } = deviceOf(world, "alice");
    const before = [...conns.values()];
    expect(recordAt(world, "alice", circle).desk.place).toBe("founding");
    deviceOf(world, "alice").isDiskFull = false;
    advance(world, 10_000);
    expect(recordAt(world, "alice", circle).desk.place).toBe("in");
    // It was kept, and not asked for again.
    expect([...conns.values()]).toEqual(before);
  });

  it("[EN-35] [EN-80] is waited for with a bounded number of entries, and the rest is read later", () => {
    const world = createWorld("slow", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    const [[own = 0, conn = 0] = []] = bob.conns;
    const frames: Uint8Array[] = [];
    world.relay.tamper = (to, frame) => {
      if (to !== conn) return [frame];
      frames.push(frame);
      return [];
    };
    const written = Array.from(
      { length: MAX_QUEUED_ENTRIES + 40 },
      (_, i) => `${i}`,
    );
    for (const text of written) say(world, "alice", { circle, text });
    world.relay.tamper = undefined;
    let most = 0;
    // All of it comes while the store has not answered for the first of it.
    for (const frame of frames) {
      tell(world, bob, { type: "frame", conn: own, frame });
      const { queue = [] } = bob.state.logs.get(circle) ?? {};
      most = Math.max(most, queue.length);
    }
    expect(most).toBe(MAX_QUEUED_ENTRIES);
    settle(world);
    advance(world, 60_000);
    expect(texts(world, "bob", circle)).toEqual(written);
  }, 60_000);
});
