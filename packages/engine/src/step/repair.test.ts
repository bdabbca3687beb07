import { describe, expect, it } from "vitest";
import { makeSteward } from "../testing/second-steward.ts";
import {
  circleView,
  gather,
  invite,
  memberNames,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import { copyDevice, recordAt, spoilPath } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

const WAIT = 60_000;

/** A commit with a path. */
function commit(world: World, circle: string): void {
  invite(world, "alice", { circle });
}

function alarmsOf(world: World, name: string, circle: string) {
  return circleView(world, name, circle).summary.alarms.map(({ id }) => id);
}

describe("a device that cannot follow a commit", () => {
  it("[RP-7] [RP-8] [RP-9] is let in again by itself, keeps everything, and says nothing twice", () => {
    const world = createWorld("repair", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    say(world, "bob", { circle, text: "before" });
    setOnline(world, "bob", false);
    must(world, "bob", { command: "send", circle, text: "waits" });
    spoilPath(world, "bob", circle);
    commit(world, circle);
    say(world, "carol", { circle, text: "meanwhile" });
    setOnline(world, "bob", true);
    expect(standing(world, "bob", circle)).toBe("member");
    say(world, "alice", { circle, text: "welcome back" });
    say(world, "bob", { circle, text: "after" });
    expect(texts(world, "bob", circle)).toEqual([
      "before",
      "waits",
      "welcome back",
      "after",
    ]);
    for (const name of ["alice", "carol"])
      expect(texts(world, name, circle)).toEqual([
        "before",
        "meanwhile",
        "waits",
        "welcome back",
        "after",
      ]);
    expect(memberNames(world, "alice", circle)).toEqual([
      "alice",
      "bob",
      "carol",
    ]);
    expect(alarmsOf(world, "bob", circle)).toEqual([]);
    expect(circleView(world, "alice", circle).repairs).toEqual([]);
    const { addressNumber } = recordAt(world, "alice", circle).circle!.info;
    expect(addressNumber).toBe(0);
  });

  it("[RP-1] halts, tells so, keeps no key that reads, and waits before it asks", () => {
    const world = createWorld("halt", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "bob", { circle, text: "kept" });
    spoilPath(world, "bob", circle);
    commit(world, circle);
    expect(standing(world, "bob", circle)).toBe("halted");
    expect(alarmsOf(world, "bob", circle)).toEqual(["halted path-not-opened"]);
    const record = recordAt(world, "bob", circle);
    expect(record.circle).toBeUndefined();
    expect(record.repair?.count).toBe(0);
    const keys = [...deviceOf(world, "bob").disk.keys()];
    expect(keys.some((key) => key.startsWith("circle/"))).toBe(false);
    expect(keys.some((key) => key.startsWith("delta/"))).toBe(false);
    restart(world, "bob");
    expect(standing(world, "bob", circle)).toBe("halted");
    expect(texts(world, "bob", circle)).toEqual(["kept"]);
    expect(circleView(world, "bob", circle).summary.repair).toMatchObject({
      cause: "halted",
      asked: 0,
      coming: false,
      stewards: [{ name: "alice" }],
    });
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(texts(world, "bob", circle)).toEqual(["kept"]);
  });

  it("[RP-7] asks once by itself, and again when its person wants", () => {
    const world = createWorld("once", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    spoilPath(world, "bob", circle);
    commit(world, circle);
    setOnline(world, "alice", false);
    advance(world, WAIT);
    expect(circleView(world, "bob", circle).summary.repair?.asked).toBe(1);
    restart(world, "bob");
    advance(world, 10 * WAIT);
    expect(circleView(world, "bob", circle).summary.repair?.asked).toBe(1);
    must(world, "bob", { command: "repair", circle });
    expect(circleView(world, "bob", circle).summary.repair?.asked).toBe(2);
    setOnline(world, "alice", true);
    expect(standing(world, "bob", circle)).toBe("member");
    say(world, "bob", { circle, text: "in" });
    expect(texts(world, "alice", circle)).toEqual(["in"]);
    expect(run(world, "bob", { command: "repair", circle })).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
  });

  it("[RP-2] is let in again also when the Welcome of its first request was lost", () => {
    const world = createWorld("lost", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    spoilPath(world, "bob", circle);
    commit(world, circle);
    // Bob's device goes off as soon as it has asked.
    watchEffects(world, (name, effect) => {
      const bob = deviceOf(world, "bob");
      if (name === "alice" && effect.type === "send") bob.isMute = false;
    });
    advance(world, 31_000);
    // Whatever became of it, a second request is signed by either leaf.
    if (standing(world, "bob", circle) === "halted")
      must(world, "bob", { command: "repair", circle });
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[RP-5] is let in again without a person once for a trouble, and a few times a day", () => {
    const world = createWorld("often", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    for (let i = 0; i < 3; i++) {
      spoilPath(world, "bob", circle);
      commit(world, circle);
      advance(world, WAIT);
      expect(standing(world, "bob", circle)).toBe("member");
    }
    spoilPath(world, "bob", circle);
    commit(world, circle);
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("halted");
    const [request] = circleView(world, "alice", circle).repairs;
    expect(request).toMatchObject({ name: "bob", state: "asking" });
    const id = request?.id ?? "";
    must(world, "alice", { command: "approve-repair", circle, request: id });
    settle(world);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(circleView(world, "alice", circle).repairs).toEqual([]);
  });

  it("[RP-6] stays out when a steward says no", () => {
    const world = createWorld("declined", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    spoilPath(world, "bob", circle);
    commit(world, circle);
    // Alice has lost what she knew of earlier epochs, so that she has to look.
    const alice = deviceOf(world, "alice");
    const record = recordAt(world, "alice", circle);
    const { durable } = alice.state;
    const blind = { ...record, repairDesk: { ...record.repairDesk, keys: [] } };
    const circles = new Map(durable.circles).set(circle, blind);
    alice.state = { ...alice.state, durable: { ...durable, circles } };
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("halted");
    const [request] = circleView(world, "alice", circle).repairs;
    const id = request?.id ?? "";
    must(world, "alice", { command: "decline-repair", circle, request: id });
    expect(circleView(world, "alice", circle).repairs).toEqual([]);
    expect(
      run(world, "alice", { command: "approve-repair", circle, request: id }),
    ).toEqual({ ok: false, error: "unknown-request" });
    expect(
      run(world, "bob", { command: "approve-repair", circle, request: id }),
    ).toEqual({ ok: false, error: "not-a-member" });
    expect(standing(world, "bob", circle)).toBe("halted");
  });

  it("[RP-10] is answered by whichever steward comes first, and once", () => {
    const world = createWorld("stewards", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "carol" });
    spoilPath(world, "bob", circle);
    commit(world, circle);
    advance(world, 2 * WAIT);
    expect(standing(world, "bob", circle)).toBe("member");
    for (const name of ["alice", "carol"])
      expect(circleView(world, name, circle).repairs).toEqual([]);
    say(world, "bob", { circle, text: "in" });
    expect(texts(world, "carol", circle)).toEqual(["in"]);
    const { tree } = recordAt(world, "alice", circle).circle!.mls;
    expect(recordAt(world, "bob", circle).circle?.mls.tree).toEqual(tree);
  });

  it("[RP-12] is a steward again when it was one", () => {
    const world = createWorld("steward", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    spoilPath(world, "bob", circle);
    commit(world, circle);
    advance(world, WAIT);
    expect(circleView(world, "bob", circle).summary.steward).toBe(true);
    invite(world, "bob", { circle });
    say(world, "alice", { circle, text: "fine" });
    expect(texts(world, "bob", circle)).toEqual(["fine"]);
  });
});

describe("a second copy of a device", () => {
  it("[RP-11] is noticed by what it signs; the device is let in again, and the copy is out", () => {
    const world = createWorld("clone", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    copyDevice(world, "bob", "thief");
    invite(world, "thief", { circle });
    expect(standing(world, "bob", circle)).toBe("halted");
    expect(alarmsOf(world, "bob", circle)[0]).toMatch(/^clone /);
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(standing(world, "thief", circle)).toBe("removed");
    say(world, "alice", { circle, text: "between us" });
    expect(texts(world, "bob", circle)).toEqual(["between us"]);
    expect(texts(world, "thief", circle)).toEqual([]);
    // That it happened, the person has to know.
    const [alarm] = circleView(world, "bob", circle).summary.alarms;
    expect(alarm?.kind).toBe("clone");
    must(world, "bob", {
      command: "acknowledge-alarm",
      circle,
      alarm: alarm?.id ?? "",
    });
    expect(alarmsOf(world, "bob", circle)).toEqual([]);
  });
});
