import { describe, expect, it } from "vitest";
import { makeSteward } from "../testing/second-steward.ts";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  memberKey,
  memberNames,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import {
  advance,
  begin,
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

function twoStewards(seed: string): {
  readonly world: World;
  readonly circle: string;
} {
  const world = createWorld(seed, "alice", "bob", "carol", "dave");
  const circle = gather(world, "alice", "bob", "carol");
  makeSteward(world, { by: "alice", circle, name: "bob" });
  expect(circleView(world, "bob", circle).summary.steward).toBe(true);
  return { world, circle };
}

/** How many invites the circle has, as a device sees it. */
function openInvites(world: World, name: string, circle: string): number {
  const record = deviceOf(world, name).state.durable.circles.get(circle);
  return record?.circle?.info.invites.length ?? 0;
}

describe("acts of stewards", () => {
  for (let seed = 1; seed <= 4; seed++) {
    it(`[EN-53] [EN-45] are planned anew when a race is lost: ${seed}`, () => {
      const { world, circle } = twoStewards(`race ${seed}`);
      const before = openInvites(world, "alice", circle);
      for (const name of ["alice", "bob"])
        begin(world, name, {
          command: "create-invite",
          circle,
          maxUses: 2,
          days: 2,
        });
      settle(world);
      advance(world, 60_000);
      for (const name of ["alice", "bob"]) {
        expect(circleView(world, name, circle).pending).toEqual([]);
        expect(openInvites(world, name, circle)).toBe(before + 2);
      }
      say(world, "alice", { circle, text: "a" });
      say(world, "bob", { circle, text: "b" });
      expect(texts(world, "carol", circle)).toEqual(
        texts(world, "bob", circle),
      );
    });

    it(`[EN-55] are done when another steward did them: ${seed}`, () => {
      const { world, circle } = twoStewards(`same ${seed}`);
      const link = invite(world, "alice", { circle });
      ask(world, "dave", link);
      const ids = ["alice", "bob"].map((name) => {
        const [request] = circleView(world, name, circle).requests;
        expect(request?.name).toBe("dave");
        return request?.id ?? "";
      });
      for (const [index, name] of ["alice", "bob"].entries())
        begin(world, name, {
          command: "approve",
          circle,
          request: ids[index] ?? "",
        });
      settle(world);
      advance(world, 60_000);
      for (const name of ["alice", "bob", "carol", "dave"]) {
        expect(memberNames(world, name, circle)).toEqual([
          "alice",
          "bob",
          "carol",
          "dave",
        ]);
        expect(circleView(world, name, circle).pending).toEqual([]);
        expect(circleView(world, name, circle).requests).toEqual([]);
      }
      say(world, "dave", { circle, text: "here" });
      expect(texts(world, "bob", circle)).toEqual(["here"]);
    });
  }

  it("[EN-53] survive a removal that wins in between, in the next log", () => {
    const { world, circle } = twoStewards("rotation");
    setOnline(world, "bob", false);
    must(world, "bob", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    const member = memberKey(world, { by: "alice", circle, name: "carol" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    setOnline(world, "bob", true);
    expect(circleView(world, "bob", circle).pending).toEqual([]);
    expect(
      circleView(world, "bob", circle).invites.some(
        ({ maxUses, state }) => maxUses === 1 && state === "open",
      ),
    ).toBe(true);
    expect(standing(world, "carol", circle)).toBe("removed");
  });

  it("[EN-57] share an invite's secret with the other stewards, who can answer alone", () => {
    const { world, circle } = twoStewards("shared");
    const link = invite(world, "alice", { circle });
    setOnline(world, "alice", false);
    ask(world, "dave", link);
    approveAll(world, "bob", circle);
    expect(memberNames(world, "bob", circle)).toContain("dave");
    // The link names alice, who was not heard inside yet.
    expect(standing(world, "dave", circle)).toBe("unconfirmed");
    say(world, "bob", { circle, text: "welcome" });
    expect(texts(world, "dave", circle)).toEqual(["welcome"]);
    say(world, "dave", { circle, text: "waits" });
    expect(texts(world, "bob", circle)).toEqual(["welcome"]);
    setOnline(world, "alice", true);
    expect(standing(world, "dave", circle)).toBe("member");
    expect(texts(world, "bob", circle)).toEqual(["welcome", "waits"]);
  });

  it("[EN-54] let in everybody who was approved together by one commit", () => {
    const world = createWorld("batch", "alice", "bob", "carol", "dave");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    setOnline(world, "alice", false);
    for (const name of ["bob", "carol", "dave"]) ask(world, name, link);
    setOnline(world, "alice", true);
    const epoch = (): bigint | undefined =>
      deviceOf(world, "alice").state.durable.circles.get(circle)?.circle?.mls
        .context.epoch;
    const before = epoch() ?? 0n;
    deviceOf(world, "alice").isMute = true;
    for (const { id } of circleView(world, "alice", circle).requests)
      begin(world, "alice", { command: "approve", circle, request: id });
    settle(world);
    deviceOf(world, "alice").isMute = false;
    advance(world, 300_000);
    expect(memberNames(world, "alice", circle)).toHaveLength(4);
    expect(Number(epoch()) - Number(before)).toBeLessThanOrEqual(2);
    for (const name of ["bob", "carol", "dave"])
      expect(standing(world, name, circle)).toBe("member");
  });

  it("[EN-52] are carried out one after the other", () => {
    const world = createWorld("one-by-one", "alice");
    const circle = found(world, "alice");
    for (let i = 1; i <= 4; i++)
      begin(world, "alice", {
        command: "create-invite",
        circle,
        maxUses: i,
        days: 1,
      });
    settle(world);
    expect(
      circleView(world, "alice", circle).invites.map(({ state, maxUses }) => [
        state,
        maxUses,
      ]),
    ).toEqual([
      ["open", 1],
      ["open", 2],
      ["open", 3],
      ["open", 4],
    ]);
    const commits = world.relay.history.filter(({ t }) => t === "append");
    expect(commits).toHaveLength(4);
  });

  it("[EN-51] survive a restart between the commit and its entry", () => {
    const world = createWorld("restart", "alice", "bob");
    const circle = found(world, "alice");
    const alice = deviceOf(world, "alice");
    alice.isMute = true;
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    expect(alice.state.durable.circles.get(circle)?.planned).toBeDefined();
    alice.isMute = false;
    restart(world, "alice");
    expect(
      circleView(world, "alice", circle).invites.map(({ state }) => state),
    ).toEqual(["open"]);
  });

  it("[EN-58] end invites whose day is over with the next commit", () => {
    const world = createWorld("expired", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    skip(world, 9 * 86_400_000);
    expect(
      circleView(world, "alice", circle).invites.map(({ state }) => state),
    ).toEqual(["ended"]);
    expect(
      run(world, "bob", { command: "request-join", link, memberName: "bob" }),
    ).toEqual({
      ok: false,
      error: "expired-invite",
    });
    invite(world, "alice", { circle });
    expect(
      circleView(world, "alice", circle).invites.map(({ state }) => state),
    ).toEqual(["open"]);
    const info = deviceOf(world, "alice").state.durable.circles.get(circle)
      ?.circle?.info;
    expect(info?.invites).toHaveLength(1);
  });

  it("[EN-50] are refused from those who may not do them", () => {
    const world = createWorld("may-not", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const member = memberKey(world, { by: "bob", circle, name: "alice" });
    expect(
      run(world, "bob", { command: "remove-member", circle, member }),
    ).toEqual({ ok: false, error: "not-a-steward" });
    expect(
      run(world, "bob", {
        command: "create-invite",
        circle,
        maxUses: 1,
        days: 1,
      }),
    ).toEqual({ ok: false, error: "not-a-steward" });
    expect(
      run(world, "alice", { command: "remove-member", circle, member }),
    ).toEqual({ ok: false, error: "last-steward" });
    expect(
      run(world, "alice", {
        command: "create-invite",
        circle,
        maxUses: 0,
        days: 1,
      }),
    ).toEqual({ ok: false, error: "bad-number" });
    expect(
      run(world, "alice", { command: "approve", circle, request: "AAAA" }),
    ).toEqual({ ok: false, error: "unknown-request" });
    expect(
      run(world, "alice", { command: "remove-member", circle, member: "??" }),
    ).toEqual({ ok: false, error: "unknown-member" });
  });
});
