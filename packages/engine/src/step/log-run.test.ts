import {
  decodeClientFrame,
  decodeRelayFrame,
  packFrames,
} from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { circleView, gather, say, texts } from "../testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  restart,
  setOnline,
  settle,
  watchEffects,
  watchSteps,
} from "../testing/world.ts";
import {
  BATCH_WAIT_MS,
  MAX_BATCH,
  MAX_QUEUED_ENTRIES,
  PAGE,
} from "./limits.ts";

/** Alice has said more than one batch while bob was off. */
function backlog(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  setOnline(world, "bob", false);
  for (let i = 0; i < MAX_BATCH + 60; i++)
    begin(world, "alice", { command: "send", circle, text: `${i}` });
  for (let i = 0; i < 60; i++) settle(world);
  const written = texts(world, "alice", circle);
  expect(written.length).toBeGreaterThan(MAX_BATCH);
  return { world, circle, written };
}

describe("a log on a connection", () => {
  it("[EN-32] [EN-35] [EN-80] reads a long backlog in pages, with few entries waiting", () => {
    const world = createWorld("pages", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    const written = Array.from({ length: 620 }, (_, i) => `${i}`);
    for (const text of written)
      begin(world, "alice", { command: "send", circle, text });
    for (let i = 0; i < 60; i++) settle(world);
    const sent = texts(world, "alice", circle);
    expect(sent.length).toBeGreaterThan(200);
    let most = 0;
    let largest = 0;
    watchSteps(world, ({ device, state }) => {
      if (device !== "bob") return;
      most = Math.max(most, state.logs.get(circle)?.queue.length ?? 0);
      const { running } = state.lane;
      if (running?.job.job === "entries")
        largest = Math.max(largest, running.job.entries.length);
    });
    const reads: number[] = [];
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      for (const one of commands.ok ? commands.value : [])
        if (one.type === "read") reads.push(one.limit);
    });
    setOnline(world, "bob", true);
    expect(texts(world, "bob", circle)).toEqual(sent);
    expect(most).toBeLessThanOrEqual(MAX_QUEUED_ENTRIES);
    expect(largest).toBeLessThanOrEqual(MAX_BATCH);
    expect(reads.length).toBeGreaterThan(2);
    expect(new Set(reads)).toEqual(new Set([PAGE]));
  }, 60_000);

  it("[EN-36] opens a backlog in full batches, however small the frames it comes in", () => {
    const { world, circle, written } = backlog("batches");
    const sizes: number[] = [];
    let last: unknown;
    watchSteps(world, ({ device, state }) => {
      const { running } = state.lane;
      if (device !== "bob" || running?.job.job !== "entries") return;
      if (running.job.entries === last) return;
      last = running.job.entries;
      sizes.push(running.job.entries.length);
    });
    setOnline(world, "bob", true);
    expect(texts(world, "bob", circle)).toEqual(written);
    expect(sizes.length).toBeLessThanOrEqual(3);
    expect(Math.max(...sizes)).toBe(MAX_BATCH);
  }, 60_000);

  it("[EN-36] shows what came of a backlog a quarter of a second later, where the rest does not come", () => {
    const { world, circle, written } = backlog("slow line");
    let frames = 0;
    world.relay.tamper = (_to, frame) => {
      const commands = decodeRelayFrame(frame);
      const brings =
        commands.ok && commands.value.some(({ type }) => type === "entry");
      if (brings) frames++;
      return frames > 3 ? [] : [frame];
    };
    deviceOf(world, "bob").isOnline = true;
    const hasCome = (): boolean => frames > 0;
    while (!hasCome()) advance(world, BATCH_WAIT_MS / 5);
    expect(texts(world, "bob", circle)).toEqual([]);
    advance(world, BATCH_WAIT_MS);
    const seen = texts(world, "bob", circle);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(written.slice(0, seen.length));
    expect(seen.length).toBeLessThan(PAGE);
  }, 60_000);

  it("[EN-32] [EN-35] reads again what the relay left out", () => {
    const world = createWorld("gap", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const [conn] = deviceOf(world, "bob").conns.values();
    let dropped = 0;
    world.relay.tamper = (to, frame) => {
      const commands = decodeRelayFrame(frame);
      if (to !== conn || !commands.ok || dropped > 0) return [frame];
      const kept = commands.value.filter(({ type }) => type !== "entry");
      dropped += commands.value.length - kept.length;
      return kept.length === 0 ? [] : packFrames(kept);
    };
    say(world, "alice", { circle, text: "one" });
    say(world, "alice", { circle, text: "two" });
    expect(dropped).toBe(1);
    expect(texts(world, "bob", circle)).toEqual(["one", "two"]);
  });

  it("[EN-35] passes over what it has", () => {
    const world = createWorld("again", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    world.relay.tamper = (_, frame) => [frame, frame];
    say(world, "alice", { circle, text: "one" });
    world.relay.tamper = undefined;
    advance(world, 200_000);
    say(world, "bob", { circle, text: "two" });
    for (const name of ["alice", "bob"])
      expect(texts(world, name, circle)).toEqual(["one", "two"]);
  });

  it("[EN-33] waits with a relay that leaves out what its head covers", () => {
    const world = createWorld("withheld", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    world.relay.tamper = (_, frame) => {
      const commands = decodeRelayFrame(frame);
      const kept = commands.ok
        ? commands.value.filter(({ type }) => type !== "entry")
        : [];
      return kept.length === 0 ? [] : packFrames(kept);
    };
    begin(world, "alice", { command: "send", circle, text: "withheld" });
    settle(world);
    let reads = 0;
    watchEffects(world, (_, effect) => {
      if (effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      reads += commands.ok
        ? commands.value.filter(({ type }) => type === "read").length
        : 0;
    });
    advance(world, 100_000);
    expect(reads).toBeLessThan(24);
    expect(circleView(world, "bob", circle).summary.caughtUp).toBe(false);
    world.relay.tamper = undefined;
    advance(world, 300_000);
    for (const name of ["alice", "bob"]) {
      expect(texts(world, name, circle)).toEqual(["withheld"]);
      expect(circleView(world, name, circle).summary.caughtUp).toBe(true);
    }
  });

  it("[EN-31] is made by whoever comes first when nobody has read of it", () => {
    const world = createWorld("made", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const carol = circleView(world, "alice", circle).members.find(
      ({ name }) => name === "carol",
    );
    begin(world, "alice", {
      command: "remove-member",
      circle,
      member: carol?.member ?? "",
    });
    settle(world);
    restart(world, "bob");
    say(world, "bob", { circle, text: "here" });
    expect(texts(world, "alice", circle)).toEqual(["here"]);
    const logs = world.relay.history.filter(({ t }) => t === "create-log");
    expect(logs.length).toBeGreaterThanOrEqual(2);
  });
});
