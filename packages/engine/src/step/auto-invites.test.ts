import { describe, expect, it } from "vitest";
import {
  ask,
  circleView,
  found,
  gather,
  invite,
  memberNames,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
  skip,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

/** A link by which any member lets people in. */
function openInvite(
  world: World,
  by: string,
  o: { readonly circle: string; readonly maxUses?: number },
): string {
  const { circle, maxUses = 5 } = o;
  must(world, by, {
    command: "create-invite",
    circle,
    maxUses,
    days: 7,
    auto: true,
  });
  settle(world);
  advance(world, 1_000);
  const link = circleView(world, by, circle).invites.at(-1)?.link;
  if (link === undefined) throw new Error("no link");
  return link;
}

function bobLetsIn(seed: string): {
  readonly world: World;
  readonly circle: string;
  readonly link: string;
} {
  const world = createWorld(seed, "alice", "bob", "carol", "dora");
  const circle = gather(world, "alice", "bob");
  const link = openInvite(world, "alice", { circle });
  return { world, circle, link };
}

describe("an invite by which any member lets people in", () => {
  it("[IN-51] [IN-52] lets somebody in within a minute though only one member is online", () => {
    const { world, circle, link } = bobLetsIn("alone");
    setOnline(world, "alice", false);
    ask(world, "carol", link);
    advance(world, 30_000);
    expect(standing(world, "carol", circle)).toBe("unconfirmed");
    expect(memberNames(world, "bob", circle)).toEqual([
      "alice",
      "bob",
      "carol",
    ]);
  });

  it("[IN-50] lets the joiner write at once, and confirms when the steward is heard", () => {
    const { world, circle, link } = bobLetsIn("writes");
    setOnline(world, "alice", false);
    ask(world, "carol", link);
    advance(world, 30_000);
    say(world, "carol", { circle, text: "here I am" });
    advance(world, 1_000);
    expect(texts(world, "bob", circle)).toContain("here I am");
    setOnline(world, "alice", true);
    advance(world, 10_000);
    expect(standing(world, "carol", circle)).toBe("member");
    expect(texts(world, "alice", circle)).toContain("here I am");
  });

  it("[IN-52] takes turns, and ends with one Add whoever was first", () => {
    const { world, circle, link } = bobLetsIn("turns");
    ask(world, "carol", link);
    advance(world, 60_000);
    ask(world, "dora", link);
    advance(world, 60_000);
    for (const name of ["alice", "bob", "carol", "dora"]) {
      expect(memberNames(world, name, circle)).toHaveLength(4);
      const { requests, pending, summary } = circleView(world, name, circle);
      expect({ requests, pending, queued: summary.queued }).toEqual({
        requests: [],
        pending: [],
        queued: 0,
      });
    }
  });

  it("[IN-53] takes a turn that passed while the device was closed", () => {
    const { world, circle, link } = bobLetsIn("closed");
    setOnline(world, "alice", false);
    ask(world, "carol", link);
    const waiting = (): readonly (number | undefined)[] =>
      deviceOf(world, "bob")
        .state.durable.circles.get(circle)
        ?.requests.map(({ dueAt }) => dueAt) ?? [];
    restart(world, "bob");
    advance(world, 60_000);
    expect(waiting()).toEqual([]);
    expect(standing(world, "carol", circle)).toBe("unconfirmed");
  });

  it("[IN-51] shows every member its link, and no other invite's", () => {
    const { world, circle, link } = bobLetsIn("shown");
    invite(world, "alice", { circle });
    const seen = circleView(world, "bob", circle).invites;
    expect(seen.map(({ auto }) => auto)).toEqual([true]);
    const all = circleView(world, "alice", circle).invites;
    expect(all.map(({ auto }) => auto)).toEqual([false, true, false]);
    const read = run(world, "dora", { command: "inspect-invite", link });
    expect(read).toMatchObject({ ok: true, value: { auto: true } });
  });

  it("[CI-131] is refused at once where only stewards let people in", () => {
    const { world, circle } = bobLetsIn("stewards only");
    must(world, "alice", {
      command: "change-settings",
      circle,
      adding: "stewards",
    });
    advance(world, 10_000);
    expect(circleView(world, "alice", circle).settings?.adding).toBe(
      "stewards",
    );
    const made = run(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 5,
      days: 7,
      auto: true,
    });
    expect(made).toEqual({ ok: false, error: "not-allowed" });
  });

  it("[IN-54] ends by a steward's word", () => {
    const { world, circle, link } = bobLetsIn("ended");
    const id = circleView(world, "bob", circle).invites[0]?.id ?? "";
    expect(
      run(world, "bob", { command: "revoke-invite", circle, invite: id }),
    ).toEqual({ ok: false, error: "not-a-steward" });
    must(world, "alice", { command: "revoke-invite", circle, invite: id });
    advance(world, 10_000);
    expect(
      circleView(world, "alice", circle).invites.map(({ auto }) => auto),
    ).toEqual([false]);
    expect(circleView(world, "bob", circle).invites).toEqual([]);
    ask(world, "carol", link);
    advance(world, 60_000);
    expect(standing(world, "carol", circle)).toBe("waiting");
    expect(memberNames(world, "alice", circle)).toEqual(["alice", "bob"]);
  });

  it("[IN-51] is left to stewards after its last day", () => {
    const { world, circle, link } = bobLetsIn("expired");
    ask(world, "carol", link);
    setOnline(world, "carol", false);
    advance(world, 60_000);
    expect(memberNames(world, "bob", circle)).toHaveLength(3);
    setOnline(world, "alice", false);
    setOnline(world, "dora", false);
    must(world, "dora", {
      command: "request-join",
      link,
      memberName: "dora",
    });
    skip(world, 8 * 86_400_000);
    setOnline(world, "dora", true);
    advance(world, 60_000);
    expect(standing(world, "dora", circle)).toBe("waiting");
    expect(memberNames(world, "bob", circle)).toHaveLength(3);
  });
});

describe("a steward's no", () => {
  it("[IN-55] [IN-56] [EN-68] is told to who asked, and leaves no private key behind", () => {
    const world = createWorld("no", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    const [request] = circleView(world, "alice", circle).requests;
    must(world, "alice", {
      command: "decline",
      circle,
      request: request?.id ?? "",
    });
    advance(world, 10_000);
    expect(standing(world, "bob", circle)).toBe("declined");
    const record = deviceOf(world, "bob").state.durable.circles.get(circle);
    expect(record?.joining).toBeUndefined();
    expect(circleView(world, "alice", circle).summary.queued).toBe(0);
    restart(world, "bob");
    expect(standing(world, "bob", circle)).toBe("declined");
    must(world, "bob", { command: "forget-circle", circle });
    ask(world, "bob", link);
    advance(world, 10_000);
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
  });
});
