import { decodeRelayFrame, packFrames } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  circleView,
  gather,
  memberKey,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

/** The relay has forgotten all entries of a device's logs before `seq`. */
function forget(world: World, name: string, seq: number): void {
  world.relay.tamper = (to, frame) => {
    const conns = [...deviceOf(world, name).conns.values()];
    const commands = decodeRelayFrame(frame);
    if (!conns.includes(to) || !commands.ok) return [frame];
    const left = commands.value.filter(
      (one) => one.type !== "entry" || one.seq >= seq,
    );
    return left.length === 0 ? [] : packFrames(left);
  };
}

/** Bob was away, and much was said meanwhile. */
function absence(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  say(world, "bob", { circle, text: "before" });
  setOnline(world, "bob", false);
  must(world, "bob", { command: "send", circle, text: "waits" });
  for (let i = 0; i < 4; i++) say(world, "alice", { circle, text: `${i}` });
  const { seq } = recordAt(world, "alice", circle).circle!.log;
  forget(world, "bob", seq);
  setOnline(world, "bob", true);
  return { world, circle, seq };
}

function alarmsOf(world: World, circle: string) {
  return circleView(world, "bob", circle).summary.alarms;
}

describe("a device that was away for too long", () => {
  it("[EN-144] tells its person, sends nothing, and gives nothing up by itself", () => {
    const { world, circle } = absence("gone");
    advance(world, 200_000);
    expect(alarmsOf(world, circle).map(({ kind }) => kind)).toEqual(["gone"]);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(circleView(world, "bob", circle).summary.caughtUp).toBe(false);
    expect(texts(world, "alice", circle)).toEqual([
      "before",
      "0",
      "1",
      "2",
      "3",
    ]);
    restart(world, "bob");
    advance(world, 200_000);
    expect(alarmsOf(world, circle)).toHaveLength(1);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[EN-144] [RP-6] [RP-9] is let in again when its person asks and a steward looked at who it is", () => {
    const { world, circle } = absence("asks");
    advance(world, 200_000);
    must(world, "bob", { command: "repair", circle });
    settle(world);
    const [request] = circleView(world, "alice", circle).repairs;
    expect(request).toMatchObject({
      name: "bob",
      cause: "gone",
      state: "asking",
      member: memberKey(world, { by: "alice", circle, name: "bob" }),
    });
    must(world, "alice", {
      command: "approve-repair",
      circle,
      request: request?.id ?? "",
    });
    settle(world);
    world.relay.tamper = undefined;
    advance(world, 60_000);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(alarmsOf(world, circle)).toEqual([]);
    expect(texts(world, "bob", circle)).toEqual(["before", "waits"]);
    expect(texts(world, "alice", circle).at(-1)).toBe("waits");
    say(world, "alice", { circle, text: "there you are" });
    expect(texts(world, "bob", circle).at(-1)).toBe("there you are");
  });

  it("[EN-143] goes on where what was missing is there after all, and the alarm goes", () => {
    const { world, circle } = absence("back");
    advance(world, 200_000);
    expect(alarmsOf(world, circle)).toHaveLength(1);
    world.relay.tamper = undefined;
    advance(world, 60_000);
    expect(alarmsOf(world, circle)).toEqual([]);
    expect(texts(world, "bob", circle)).toEqual([
      "before",
      "0",
      "1",
      "2",
      "3",
      "waits",
    ]);
    expect(run(world, "bob", { command: "repair", circle })).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
  });

  it("[EN-144] is not alarmed by one page that leaves something out", () => {
    const world = createWorld("mishap", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    say(world, "alice", { circle, text: "one" });
    forget(world, "bob", 1_000);
    setOnline(world, "bob", true);
    // By now it has asked often; here the count begins anew with another gap.
    world.relay.tamper = undefined;
    advance(world, 60_000);
    expect(alarmsOf(world, circle)).toEqual([]);
    expect(texts(world, "bob", circle)).toEqual(["one"]);
  });
});

describe("alarms", () => {
  it("[EN-140] [EN-141] are told once, and no more when a person has seen them", () => {
    const { world, circle } = absence("seen");
    advance(world, 200_000);
    const [alarm] = alarmsOf(world, circle);
    const id = alarm?.id ?? "";
    must(world, "bob", { command: "acknowledge-alarm", circle, alarm: id });
    expect(alarmsOf(world, circle)).toEqual([]);
    advance(world, 200_000);
    restart(world, "bob");
    advance(world, 200_000);
    expect(alarmsOf(world, circle)).toEqual([]);
    expect(
      run(world, "bob", { command: "acknowledge-alarm", circle, alarm: id }),
    ).toEqual({ ok: false, error: "unknown-item" });
    expect(
      run(world, "bob", {
        command: "acknowledge-alarm",
        circle: "nowhere",
        alarm: id,
      }),
    ).toEqual({ ok: false, error: "unknown-circle" });
    // It was told, so the person may still ask.
    must(world, "bob", { command: "repair", circle });
  });
});
