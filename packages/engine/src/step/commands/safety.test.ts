import { describe, expect, it } from "vitest";
import { circleView, gather, memberKey } from "../../testing/story.ts";
import { createWorld, must, restart, run } from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

interface Two {
  readonly world: World;
  readonly circle: string;
  /** Each one's key as the other sees it. */
  readonly bob: string;
  readonly alice: string;
}

function two(seed: string): Two {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  const bob = memberKey(world, { by: "alice", circle, name: "bob" });
  const alice = memberKey(world, { by: "bob", circle, name: "alice" });
  return { world, circle, bob, alice };
}

function numberOf(
  world: World,
  by: string,
  o: { circle: string; member: string },
) {
  const shown = must(world, by, { command: "safety-number", ...o });
  if (shown.kind !== "safety-number") throw new Error("a safety number");
  return shown;
}

function isVerified(
  world: World,
  by: string,
  o: { circle: string; member: string },
) {
  return circleView(world, by, o.circle).members.find(
    ({ member }) => member === o.member,
  )?.verified;
}

describe("a member's safety number", () => {
  it("[CI-170] [CI-171] is the same on both devices, and its code sets the mark", () => {
    const { world, circle, bob, alice } = two("same");
    const hers = numberOf(world, "alice", { circle, member: bob });
    const his = numberOf(world, "bob", { circle, member: alice });
    expect(hers.number).toBe(his.number);
    expect(isVerified(world, "alice", { circle, member: bob })).toBe(false);
    const compared = run(world, "alice", {
      command: "compare-safety",
      circle,
      member: bob,
      code: his.code,
    });
    expect(compared).toEqual({
      ok: true,
      value: { kind: "compared", same: true },
    });
    expect(isVerified(world, "alice", { circle, member: bob })).toBe(true);
    restart(world, "alice");
    expect(isVerified(world, "alice", { circle, member: bob })).toBe(true);
    expect(isVerified(world, "bob", { circle, member: alice })).toBe(false);
  });

  it("[CI-172] takes the mark away when another key is shown", () => {
    const { world, circle, bob } = two("other");
    const member = bob;
    must(world, "alice", {
      command: "mark-verified",
      circle,
      member,
      verified: true,
    });
    expect(isVerified(world, "alice", { circle, member })).toBe(true);
    const { code } = numberOf(world, "alice", { circle, member });
    // Her own code, as if somebody had put it before his camera and hers.
    expect(
      run(world, "alice", { command: "compare-safety", circle, member, code }),
    ).toMatchObject({ value: { same: false } });
    expect(isVerified(world, "alice", { circle, member })).toBe(false);
    must(world, "alice", {
      command: "mark-verified",
      circle,
      member,
      verified: true,
    });
    must(world, "alice", {
      command: "mark-verified",
      circle,
      member,
      verified: false,
    });
    expect(isVerified(world, "alice", { circle, member })).toBe(false);
  });

  it("[CI-172] is no matter of strangers, of oneself and of what is no code", () => {
    const { world, circle, bob, alice } = two("nobody");
    const ask = (member: string) =>
      run(world, "alice", { command: "safety-number", circle, member });
    expect(ask(alice)).toMatchObject({ error: "unknown-member" });
    expect(ask("nobody")).toMatchObject({ error: "unknown-member" });
    expect(
      run(world, "alice", {
        command: "compare-safety",
        circle,
        member: bob,
        code: "a number",
      }),
    ).toMatchObject({ error: "bad-text" });
    expect(
      run(world, "alice", {
        command: "safety-number",
        circle: "none",
        member: bob,
      }),
    ).toMatchObject({ error: "unknown-circle" });
  });
});
