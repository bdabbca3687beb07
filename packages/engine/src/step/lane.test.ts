import * as mls from "@halqa/mls";
import { describe, expect, it } from "vitest";
import { encodeCircleParts } from "../circle/circle-codec.ts";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import {
  advance,
  begin,
  crash,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
  tell,
  watchEffects,
  watchSteps,
} from "../testing/world.ts";
import type { Device } from "../testing/world.ts";
import { MAX_COMMANDS, MAX_DELTAS } from "./limits.ts";
import { CIRCLE_STORES } from "./records.ts";

describe("the lane", () => {
  it("[EN-12] answers, shows and sends nothing before it is stored", () => {
    const world = createWorld("before", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const alice = deviceOf(world, "alice");
    tell(world, alice, {
      type: "watch",
      id: 900,
      query: { query: "timeline", circle, limit: 10 },
    });
    settle(world);
    const before = alice.views.get(900);
    let committed = 0;
    watchSteps(world, ({ device, event }) => {
      if (device === "alice" && event.type === "committed") committed++;
    });
    const frames = world.relay.history.length;
    const id = begin(world, "alice", { command: "send", circle, text: "now" });
    // The commit is under way and not reported.
    expect(committed).toBe(0);
    expect(alice.replies.has(id)).toBe(false);
    expect(alice.views.get(900)).toBe(before);
    expect(world.relay.history.length).toBe(frames);
    settle(world);
    expect(alice.replies.get(id)?.ok).toBe(true);
    expect(texts(world, "bob", circle)).toEqual(["now"]);
  });

  it("[EN-11] [EN-16] what is restored is what was there", () => {
    const world = createWorld("restored", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    for (let i = 0; i < 5; i++) say(world, "alice", { circle, text: `${i}` });
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 3,
      days: 3,
    });
    must(world, "bob", { command: "mark-read", circle, to: 3 });
    settle(world);
    for (const name of ["alice", "bob", "carol"]) {
      const before = storedForm(deviceOf(world, name));
      restart(world, name);
      expect(storedForm(deviceOf(world, name))).toEqual(before);
    }
  });

  it("[EN-16] a start writes nothing, so that one more start reads the same", () => {
    const world = createWorld("starts", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    for (let i = 0; i < 10; i++) say(world, "alice", { circle, text: `${i}` });
    setOnline(world, "bob", false);
    let commits = 0;
    watchEffects(world, (device, effect) => {
      if (device === "bob" && effect.type === "commit") commits++;
    });
    const before = storedForm(deviceOf(world, "bob"));
    for (let start = 0; start < 3; start++) {
      restart(world, "bob");
      expect(storedForm(deviceOf(world, "bob"))).toEqual(before);
    }
    expect(commits).toBe(0);
    setOnline(world, "bob", true);
    say(world, "bob", { circle, text: "still in" });
    expect(texts(world, "alice", circle)).toContain("still in");
  });

  it("[EN-13] tells a command that the store refused it, and loses nothing else", () => {
    const world = createWorld("full", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    bob.isDiskFull = true;
    expect(
      run(world, "bob", { command: "send", circle, text: "lost" }),
    ).toEqual({
      ok: false,
      error: "storage-failed",
    });
    say(world, "alice", { circle, text: "kept" });
    advance(world, 10_000);
    expect(texts(world, "bob", circle)).toEqual([]);
    bob.isDiskFull = false;
    advance(world, 30_000);
    expect(texts(world, "bob", circle)).toEqual(["kept"]);
    restart(world, "bob");
    say(world, "bob", { circle, text: "again" });
    expect(texts(world, "alice", circle)).toEqual(["kept", "again"]);
  });

  it("[EN-13] comes back from stores that were full while requests and Welcomes came", () => {
    const world = createWorld("full-join", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    deviceOf(world, "alice").isDiskFull = true;
    ask(world, "bob", link);
    expect(circleView(world, "alice", circle).requests).toEqual([]);
    deviceOf(world, "alice").isDiskFull = false;
    advance(world, 30_000);
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
    deviceOf(world, "bob").isDiskFull = true;
    approveAll(world, "alice", circle);
    advance(world, 30_000);
    expect(standing(world, "bob", circle)).toBe("waiting");
    deviceOf(world, "bob").isDiskFull = false;
    advance(world, 30_000);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[EN-3] has one piece of work at the store at a time", () => {
    const world = createWorld("one", "alice", "bob");
    const underWay = new Set<string>();
    let most = 0;
    watchEffects(world, (device, effect) => {
      if (device !== "alice") return;
      if (effect.type !== "read" && effect.type !== "commit") return;
      underWay.add(`${effect.tag}`);
      most = Math.max(most, underWay.size);
    });
    watchSteps(world, ({ device, event }) => {
      if (device !== "alice") return;
      if (event.type === "records" || event.type === "committed")
        underWay.delete(`${event.tag}`);
    });
    const circle = gather(world, "alice", "bob");
    for (let i = 0; i < 5; i++)
      begin(world, "alice", { command: "send", circle, text: `${i}` });
    settle(world);
    expect(most).toBe(1);
  });

  it("[EN-10] asks for nothing but the records of the table, by their names", () => {
    const world = createWorld("names", "alice", "bob");
    const stores = new Set<string>();
    watchEffects(world, (_, effect) => {
      if (effect.type === "read")
        for (const { store } of effect.refs) stores.add(store);
      if (effect.type === "commit")
        for (const { ref } of effect.writes) stores.add(ref.store);
    });
    const circle = gather(world, "alice", "bob");
    const id = say(world, "alice", { circle, text: "hello" });
    must(world, "bob", { command: "react", circle, target: id, emoji: "👍" });
    restart(world, "bob");
    expect([...stores].toSorted()).toEqual(
      [
        ...CIRCLE_STORES,
        "circle",
        "delivery",
        "delta",
        "heard",
        "item",
        "item-of",
        "linking",
        "outbox-item",
        "root",
        "sent-item",
      ].toSorted(),
    );
  });

  it("[EN-14] keeps no change of the keys that is contained in what was written whole", () => {
    const world = createWorld("deltas", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const deltas = (): number =>
      [...deviceOf(world, "bob").disk.keys()].filter((key) =>
        key.startsWith("delta/"),
      ).length;
    let most = 0;
    for (let i = 0; i < MAX_DELTAS + 20; i++) {
      say(world, "alice", { circle, text: `${i}` });
      most = Math.max(most, deltas());
    }
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(MAX_DELTAS);
    expect(deltas()).toBeLessThan(most);
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    settle(world);
    expect(deltas()).toBe(0);
    restart(world, "bob");
    say(world, "bob", { circle, text: "still in" });
    expect(texts(world, "alice", circle)).toContain("still in");
  }, 60_000);

  it("[EN-17] does not go on from a record that is not whole", () => {
    for (const store of ["root", "desk", "circle", "intents", "outbox-item"]) {
      const world = createWorld(`damaged ${store}`, "alice");
      const circle = found(world, "alice");
      setOnline(world, "alice", false);
      say(world, "alice", { circle, text: "waits" });
      must(world, "alice", {
        command: "create-invite",
        circle,
        maxUses: 1,
        days: 1,
      });
      crash(world, "alice");
      const { disk } = deviceOf(world, "alice");
      const [key] = [...disk.keys()].filter((one) =>
        one.startsWith(`${store}/`),
      );
      disk.set(
        key ?? "",
        (disk.get(key ?? "") ?? new Uint8Array()).slice(0, -1),
      );
      expect(() => restart(world, "alice")).toThrow("a record is whole");
    }
  }, 60_000);

  it("[EN-80] takes no more commands than it can hold", () => {
    const world = createWorld("flood", "alice");
    must(world, "alice", { command: "set-profile", name: "alice" });
    const ids = Array.from({ length: MAX_COMMANDS + 20 }, (_, i) =>
      begin(world, "alice", { command: "set-profile", name: `a${i}` }),
    );
    settle(world);
    const replies = ids.map((id) => deviceOf(world, "alice").replies.get(id));
    expect(replies.every((reply) => reply !== undefined)).toBe(true);
    const refused = replies.filter((reply) => reply?.ok === false);
    expect(refused.length).toBeGreaterThan(0);
    expect(
      refused.filter(
        (one) => one !== undefined && !one.ok && one.error !== "outbox-full",
      ),
    ).toEqual([]);
  });
});

/** All that is durable; of the keys their bytes, because states that mean the same can share objects differently. */
function storedForm({ state, random }: Device): unknown {
  const env = { mls, random: random.bytes };
  return [...state.durable.circles.values()].map(({ circle, ...rest }) => ({
    ...rest,
    circle: circle && encodeCircleParts(env, circle),
  }));
}
