import { describe, expect, it } from "vitest";
import { makeSteward } from "../testing/second-steward.ts";
import {
  approveAll,
  ask,
  circleView,
  gather,
  invite,
  memberNames,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import { recordAt, spoilPath } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  restartRelay,
  run,
  setOnline,
  settle,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

const NAMES = ["alice", "bob", "carol", "dave"];

function groupOf(world: World, name: string, circle: string): string {
  return String(recordAt(world, name, circle).circle?.mls.context.groupId);
}

describe("a circle that its steward cannot follow", () => {
  it("[RP-20] [RP-21] [RP-23] [RP-24] [RP-25] is built anew, all come by themselves, and nothing is lost", () => {
    const world = createWorld("rebuild", ...NAMES);
    const circle = gather(world, "alice", "bob", "carol", "dave");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    say(world, "carol", { circle, text: "before" });
    setOnline(world, "dave", false);
    must(world, "dave", { command: "send", circle, text: "waits" });
    spoilPath(world, "alice", circle);
    invite(world, "bob", { circle });
    expect(standing(world, "alice", circle)).toBe("halted");
    const old = groupOf(world, "bob", circle);
    must(world, "alice", { command: "rebuild", circle });
    settle(world);
    expect(standing(world, "alice", circle)).toBe("member");
    restart(world, "carol");
    restartRelay(world);
    setOnline(world, "dave", true);
    advance(world, 200_000);
    const group = groupOf(world, "alice", circle);
    expect(group).not.toBe(old);
    for (const name of NAMES) {
      expect(groupOf(world, name, circle)).toBe(group);
      expect(memberNames(world, name, circle)).toEqual(NAMES);
      expect(circleView(world, name, circle).summary.alarms).toEqual([]);
      expect(circleView(world, name, circle).summary).toMatchObject({
        queued: 0,
        caughtUp: true,
      });
    }
    expect(circleView(world, "bob", circle).summary.steward).toBe(true);
    expect(circleView(world, "carol", circle).summary.steward).toBe(false);
    say(world, "bob", { circle, text: "after" });
    for (const name of NAMES)
      expect(texts(world, name, circle)).toEqual(["before", "waits", "after"]);
    // It goes on as any circle.
    invite(world, "bob", { circle });
  });

  it("[EN-77] hears its inbox again on the connection on which it had given it up", () => {
    const world = createWorld("inbox again", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    spoilPath(world, "alice", circle);
    invite(world, "bob", { circle });
    must(world, "alice", { command: "rebuild", circle });
    advance(world, 60_000);
    for (const name of ["alice", "bob", "carol"])
      expect(circleView(world, name, circle).summary.caughtUp).toBe(true);
  });

  it("[RP-26] of two who build, the one with the lowest leaf is followed by all", () => {
    const world = createWorld("two builders", ...NAMES);
    const circle = gather(world, "alice", "bob", "carol", "dave");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    makeSteward(world, { by: "alice", circle, name: "carol" });
    spoilPath(world, "alice", circle);
    spoilPath(world, "bob", circle);
    invite(world, "carol", { circle });
    // Neither hears of the other at first.
    setOnline(world, "alice", false);
    must(world, "bob", { command: "rebuild", circle });
    advance(world, 60_000);
    const second = groupOf(world, "bob", circle);
    expect(groupOf(world, "dave", circle)).toBe(second);
    say(world, "dave", { circle, text: "in between" });
    must(world, "alice", { command: "rebuild", circle });
    setOnline(world, "alice", true);
    advance(world, 200_000);
    const first = groupOf(world, "alice", circle);
    expect(first).not.toBe(second);
    for (const name of NAMES) {
      expect(groupOf(world, name, circle)).toBe(first);
      expect(memberNames(world, name, circle)).toEqual(NAMES);
    }
    say(world, "bob", { circle, text: "together" });
    for (const name of NAMES)
      expect(texts(world, name, circle).at(-1)).toBe("together");
    expect(texts(world, "dave", circle)).toEqual(["in between", "together"]);
  });

  it("[RP-27] [RP-28] keeps what is written until its builder lets in, and for ten minutes at most", () => {
    const world = createWorld("called", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    spoilPath(world, "alice", circle);
    invite(world, "bob", { circle });
    for (const name of ["bob", "carol"]) setOnline(world, name, false);
    must(world, "alice", { command: "rebuild", circle });
    settle(world);
    // The builder is gone before anybody answers.
    setOnline(world, "alice", false);
    for (const name of ["bob", "carol"]) setOnline(world, name, true);
    say(world, "carol", { circle, text: "waits" });
    expect(texts(world, "bob", circle)).toEqual([]);
    expect(standing(world, "carol", circle)).toBe("member");
    advance(world, 700_000);
    expect(texts(world, "bob", circle)).toEqual(["waits"]);
    const told = () => circleView(world, "carol", circle).summary.alarms;
    expect(told()).toMatchObject([
      { kind: "halted", reason: "built-anew-without" },
    ]);
    setOnline(world, "alice", true);
    advance(world, 200_000);
    expect(told()).toEqual([]);
    for (const name of ["alice", "bob", "carol"])
      expect(memberNames(world, name, circle)).toEqual([
        "alice",
        "bob",
        "carol",
      ]);
  });

  it("[RP-28] leaves whom it let in by nobody the way of an invite, with the list", () => {
    const world = createWorld("left out", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    say(world, "carol", { circle, text: "before" });
    spoilPath(world, "alice", circle);
    invite(world, "bob", { circle });
    for (const name of ["bob", "carol"]) setOnline(world, name, false);
    must(world, "alice", { command: "rebuild", circle });
    settle(world);
    // Carol's answer is lost: a member who was let in with another device would stand as she does.
    const { state } = deviceOf(world, "alice");
    const record = recordAt(world, "alice", circle);
    const forgetful = { ...record, rebuild: undefined };
    const circles = new Map(state.durable.circles).set(circle, forgetful);
    const durable = { ...state.durable, circles };
    deviceOf(world, "alice").state = { ...state, durable };
    setOnline(world, "carol", true);
    const isIn =
      groupOf(world, "carol", circle) === groupOf(world, "alice", circle);
    expect(isIn).toBe(false);
    const link = invite(world, "alice", { circle });
    const command = {
      command: "request-join",
      link,
      memberName: "carol",
    } as const;
    expect(run(world, "carol", command)).toEqual({
      ok: false,
      error: "already-in",
    });
    advance(world, 700_000);
    ask(world, "carol", link);
    approveAll(world, "alice", circle);
    advance(world, 60_000);
    expect(groupOf(world, "carol", circle)).toBe(
      groupOf(world, "alice", circle),
    );
    expect(texts(world, "carol", circle)).toEqual(["before"]);
  });

  it("[RP-29] is left again by a builder who was let in meanwhile where the others are", () => {
    const world = createWorld("let in meanwhile", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    spoilPath(world, "alice", circle);
    invite(world, "bob", { circle });
    // A request is on its way, and nobody answers while its maker waits.
    setOnline(world, "bob", false);
    must(world, "alice", { command: "repair", circle });
    settle(world);
    setOnline(world, "alice", false);
    setOnline(world, "bob", true);
    advance(world, 60_000);
    must(world, "alice", { command: "rebuild", circle });
    say(world, "carol", { circle, text: "meanwhile" });
    restart(world, "alice");
    setOnline(world, "alice", true);
    advance(world, 200_000);
    for (const name of ["alice", "bob", "carol"]) {
      expect(groupOf(world, name, circle)).toBe(groupOf(world, "bob", circle));
      expect(recordAt(world, name, circle).rebuild).toBeUndefined();
    }
    say(world, "alice", { circle, text: "together" });
    for (const name of ["alice", "bob", "carol"])
      expect(texts(world, name, circle).at(-1)).toBe("together");
  });

  it("[RP-22] is built by nobody else: not by who can follow it, and not by who is no steward", () => {
    const world = createWorld("nobody", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const rebuild = { command: "rebuild", circle } as const;
    expect(run(world, "alice", rebuild)).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
    spoilPath(world, "bob", circle);
    setOnline(world, "bob", true);
    invite(world, "alice", { circle });
    expect(standing(world, "bob", circle)).toBe("halted");
    expect(run(world, "bob", rebuild)).toEqual({
      ok: false,
      error: "not-a-steward",
    });
  });
});
