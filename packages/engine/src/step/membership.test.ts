/** Circles and who is what in them, from command to view, over races, restarts and weeks. */
import { describe, expect, it } from "vitest";
import { factsOf } from "../circle/leaf-facts.ts";
import * as mls from "@halqa/mls";
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
  timeline,
} from "../testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
  skip,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import type { Command } from "../views/command.ts";

type About = "promote" | "demote" | "make-reader" | "make-member" | "hold";

interface In {
  readonly world: World;
  readonly circle: string;
}

function about(
  { world, circle }: In,
  by: string,
  [command, name]: readonly [
    About | "ask-promotion" | "approve-promotion",
    string,
  ],
): Command {
  const member = memberKey(world, { by, circle, name });
  return { command, circle, member };
}

function does(o: In, by: string, what: readonly [About, string]): void {
  must(o.world, by, about(o, by, what));
  settle(o.world);
}

function refusal(world: World, name: string, command: Command): string {
  const reply = run(world, name, command);
  return reply?.ok === false ? reply.error : "granted";
}

function rolesIn({ world, circle }: In, name: string): Record<string, string> {
  const { members } = circleView(world, name, circle);
  return Object.fromEntries(members.map((one) => [one.name, one.role]));
}

function infoIn({ world, circle }: In, name: string) {
  const { durable } = deviceOf(world, name).state;
  const held = durable.circles.get(circle)?.circle;
  if (held === undefined) throw new Error(`${name} is in no circle`);
  return held.info;
}

const DAY = 86_400_000;

/** Nobody is there for so long; then all are, for a while. */
function later(world: World, ms: number): void {
  skip(world, ms);
  advance(world, 300_000);
}

describe("a circle's face and settings", () => {
  it("[EN-121] [VW-12] change for all by a steward's wish, over restarts", () => {
    const world = createWorld("face", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", { command: "rename-circle", circle, name: "Kitchen" });
    must(world, "alice", {
      command: "change-settings",
      circle,
      pinning: "stewards",
      disappearing: 60,
    });
    settle(world);
    restart(world, "bob");
    const view = circleView(world, "bob", circle);
    expect(view.summary).toMatchObject({
      name: "Kitchen",
      kind: "circle",
      role: "member",
      closed: false,
    });
    expect(view.settings).toEqual({
      kind: "circle",
      posting: "everyone",
      adding: "everyone",
      pinning: "stewards",
      disappearing: 60,
    });
    expect(view.may).toEqual({
      post: true,
      pin: false,
      add: false,
      manage: false,
      leave: true,
      petition: true,
    });
    expect(circleView(world, "alice", circle)).toMatchObject({
      pending: [],
      may: { manage: true, leave: false },
    });
  });

  it("[EN-121] [EN-53] of two stewards at once both count: each wish is planned anew over the other's", () => {
    const world = createWorld("race", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    begin(world, "alice", {
      command: "change-settings",
      circle,
      disappearing: 60,
    });
    begin(world, "bob", {
      command: "change-settings",
      circle,
      pinning: "stewards",
    });
    begin(world, "alice", { command: "rename-circle", circle, name: "Both" });
    settle(world);
    advance(world, 60_000);
    expect(circleView(world, "carol", circle)).toMatchObject({
      summary: { name: "Both" },
      settings: { disappearing: 60, pinning: "stewards" },
    });
  });

  it("[EN-121] tells why it refuses", () => {
    const world = createWorld("faults", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const o = { world, circle };
    const member = memberKey(world, { by: "bob", circle, name: "bob" });
    const nobody = "A".repeat(43);
    const cases: readonly (readonly [string, Command, string])[] = [
      ["bob", { command: "rename-circle", circle, name: "x" }, "not-a-steward"],
      ["bob", { command: "close-circle", circle }, "not-a-steward"],
      ["bob", { command: "promote", circle, member }, "not-a-steward"],
      ["bob", { command: "let-return", circle, member }, "not-a-steward"],
      ["alice", { command: "rename-circle", circle, name: " " }, "bad-text"],
      [
        "alice",
        { command: "change-settings", circle, disappearing: 1e9 },
        "bad-number",
      ],
      [
        "alice",
        { command: "promote", circle, member: nobody },
        "unknown-member",
      ],
      ["alice", { command: "promote", circle, member: "?" }, "unknown-member"],
      ["alice", { command: "let-return", circle, member }, "unknown-member"],
      ["alice", about(o, "alice", ["make-member", "bob"]), "nothing-to-do"],
      ["alice", about(o, "alice", ["demote", "alice"]), "last-steward"],
      ["alice", about(o, "alice", ["hold", "alice"]), "unknown-member"],
      ["alice", { command: "leave-circle", circle }, "last-steward"],
      [
        "alice",
        { command: "leave-circle", circle, successor: nobody },
        "unknown-member",
      ],
      [
        "bob",
        { command: "approve-promotion", circle, member },
        "unknown-request",
      ],
      ["alice", { command: "close-circle", circle: nobody }, "unknown-circle"],
    ];
    for (const [name, command, fault] of cases)
      expect([command.command, refusal(world, name, command)]).toEqual([
        command.command,
        fault,
      ]);
  });
});

describe("roles", () => {
  it("[EN-121] are given and taken; a new steward gets the invites that are open", () => {
    const world = createWorld("roles", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    const link = invite(world, "alice", { circle });
    does(o, "alice", ["promote", "bob"]);
    expect(rolesIn(o, "carol")).toMatchObject({
      alice: "steward",
      bob: "steward",
    });
    const links = circleView(world, "bob", circle).invites.map(
      (one) => one.link,
    );
    expect(links.some((one) => one !== undefined)).toBe(true);
    expect(links).toHaveLength(2);
    expect(link.length).toBeGreaterThan(0);
    does(o, "bob", ["demote", "alice"]);
    expect(rolesIn(o, "carol")).toMatchObject({ alice: "member" });
    expect(circleView(world, "bob", circle).invites).toEqual([]);
  });

  it("[EN-126] of a reader: nothing leaves, and what was on its way comes back", () => {
    const world = createWorld("reader", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    does(o, "alice", ["make-reader", "bob"]);
    expect(
      refusal(world, "bob", { command: "send", circle, text: "psst" }),
    ).toBe("read-only");
    expect(circleView(world, "bob", circle)).toMatchObject({
      summary: { role: "reader" },
      may: { post: false, pin: false },
    });
    does(o, "alice", ["make-member", "bob"]);
    setOnline(world, "bob", false);
    must(world, "bob", { command: "send", circle, text: "written before" });
    does(o, "alice", ["make-reader", "bob"]);
    setOnline(world, "bob", true);
    expect(texts(world, "carol", circle)).toEqual([]);
    const waiting = timeline(world, "bob", circle).items.at(-1);
    expect(waiting).toMatchObject({ state: "failed", failure: "read-only" });
    expect(circleView(world, "bob", circle).summary.queued).toBe(0);
    does(o, "alice", ["make-member", "bob"]);
    advance(world, 60_000);
    expect(texts(world, "carol", circle)).toEqual([]);
    const id = waiting?.id ?? "";
    must(world, "bob", { command: "retry", circle, id });
    settle(world);
    expect(texts(world, "carol", circle)).toEqual(["written before"]);
    expect(texts(world, "bob", circle)).toEqual(["written before"]);
  });

  it("[EN-126] of a reader: a deletion that waits ends as failed, and one that is given is refused", () => {
    const world = createWorld("reader deletes", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const target = say(world, "bob", { circle, text: "mine" });
    setOnline(world, "bob", false);
    must(world, "bob", { command: "delete", circle, target });
    does({ world, circle }, "alice", ["make-reader", "bob"]);
    setOnline(world, "bob", true);
    const { summary } = circleView(world, "bob", circle);
    expect(summary.queued).toBe(0);
    expect(texts(world, "bob", circle)).toEqual(["mine"]);
    expect(texts(world, "alice", circle)).toEqual(["mine"]);
    expect(refusal(world, "bob", { command: "delete", circle, target })).toBe(
      "read-only",
    );
  });

  it("[EN-126] where only stewards post, members cannot, and a steward can", () => {
    const world = createWorld("announce", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", {
      command: "change-settings",
      circle,
      posting: "stewards",
    });
    settle(world);
    expect(refusal(world, "bob", { command: "send", circle, text: "x" })).toBe(
      "read-only",
    );
    say(world, "alice", { circle, text: "tonight" });
    expect(texts(world, "bob", circle)).toEqual(["tonight"]);
  });
});

/** All clocks go back; what a device waits for goes on as it was, for timers count from when they were set. */
function setClockBack(world: World, ms: number): void {
  world.now -= ms;
  for (const { timers } of world.devices.values())
    for (const [id, at] of timers) timers.set(id, at - ms);
}

describe("who goes", () => {
  it("[EN-127] is let go when it was seen in a clock that has gone back since", () => {
    const world = createWorld("clock back", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    must(world, "bob", { command: "leave-circle", circle });
    settle(world);
    setClockBack(world, 2 * DAY);
    advance(world, 180_000);
    expect(memberNames(world, "carol", circle)).toEqual(["alice", "carol"]);
    expect(standing(world, "bob", circle)).toBe("removed");
  });

  it("[EN-123] [VW-10] leaves by a proposal, which a steward's device takes up by itself", () => {
    const world = createWorld("leave", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    must(world, "bob", { command: "leave-circle", circle });
    settle(world);
    advance(world, 60_000);
    expect(memberNames(world, "carol", circle)).toEqual(["alice", "carol"]);
    const view = circleView(world, "bob", circle);
    expect(view.summary).toMatchObject({
      standing: "removed",
      name: "Bread and roses",
      ended: { how: "left", by: { name: "alice" } },
    });
    expect(view.members).toEqual([]);
    expect(infoIn({ world, circle }, "carol").addressNumber).toBe(1);
    must(world, "bob", { command: "forget-circle", circle });
  });

  it("[EN-123] is let go within ten seconds by the other steward, whosever turn it would be", () => {
    for (const renames of [0, 1]) {
      const world = createWorld(`turn ${renames}`, "alice", "bob", "carol");
      const circle = gather(world, "alice", "bob", "carol");
      makeSteward(world, { by: "alice", circle, name: "bob" });
      advance(world, 180_000);
      for (let index = 0; index < renames; index++) {
        must(world, "alice", {
          command: "rename-circle",
          circle,
          name: `name ${index}`,
        });
        advance(world, 1_000);
      }
      must(world, "bob", { command: "leave-circle", circle });
      advance(world, 10_000);
      expect(standing(world, "bob", circle)).toBe("removed");
    }
  });

  it("[EN-123] is asked again when another commit ended the epoch, over restarts", () => {
    const world = createWorld("leave again", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    setOnline(world, "alice", false);
    must(world, "bob", { command: "leave-circle", circle });
    settle(world);
    restart(world, "bob");
    restart(world, "carol");
    setOnline(world, "alice", true);
    does(o, "alice", ["make-reader", "carol"]);
    advance(world, 180_000);
    expect(memberNames(world, "carol", circle)).toEqual(["alice", "carol"]);
    expect(standing(world, "bob", circle)).toBe("removed");
  });

  it("[EN-123] names another first who is the only steward", () => {
    const world = createWorld("successor", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const successor = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "leave-circle", circle, successor });
    settle(world);
    advance(world, 180_000);
    expect(rolesIn({ world, circle }, "carol")).toEqual({
      bob: "steward",
      carol: "member",
    });
    expect(circleView(world, "alice", circle).summary.ended?.how).toBe("left");
  });

  it("[VW-10] sees who removed it, and not an empty circle", () => {
    const world = createWorld("removed", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    const { summary } = circleView(world, "bob", circle);
    expect(summary).toMatchObject({
      standing: "removed",
      ended: { how: "removed", by: { name: "alice", own: false } },
    });
    restart(world, "bob");
    const [line] = look(world, "bob", { query: "app" }).circles;
    expect(line?.ended).toEqual(summary.ended);
    expect(circleView(world, "bob", circle).may.post).toBe(false);
  });

  it("[EN-121] is held and known, and comes back when a steward approves", () => {
    const world = createWorld("held", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const o = { world, circle };
    const bob = memberKey(world, { by: "alice", circle, name: "bob" });
    does(o, "alice", ["hold", "bob"]);
    expect(circleView(world, "alice", circle)).toMatchObject({
      held: [{ member: bob }],
    });
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    const [request] = circleView(world, "alice", circle).requests;
    expect(request).toMatchObject({ name: "bob", held: true });
    approveAll(world, "alice", circle);
    expect(circleView(world, "alice", circle).held).toEqual([]);
    expect(memberNames(world, "bob", circle)).toEqual(["alice", "bob"]);
    expect(circleView(world, "bob", circle).summary.ended).toBeUndefined();
  });
});

describe("who is held and has a link by which any member lets people in", () => {
  it("[CI-105] [EN-121] waits for a steward all the same", () => {
    const world = createWorld("held auto", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    does(o, "alice", ["hold", "bob"]);
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 5,
      days: 7,
      auto: true,
    });
    settle(world);
    const link = circleView(world, "carol", circle).invites.find(
      ({ auto }) => auto,
    )?.link;
    ask(world, "bob", link ?? "");
    advance(world, 120_000);
    expect(standing(world, "bob", circle)).toBe("waiting");
    expect(circleView(world, "alice", circle).requests).toMatchObject([
      { name: "bob", held: true, state: "asking" },
    ]);
    approveAll(world, "alice", circle);
    expect(memberNames(world, "carol", circle)).toEqual([
      "alice",
      "bob",
      "carol",
    ]);
  });
});

describe("the end of a circle", () => {
  it("[EN-124] is told to all, nothing is sent any more, and it can be forgotten", () => {
    const world = createWorld("closed", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "bob", { circle, text: "last words" });
    setOnline(world, "bob", false);
    must(world, "bob", { command: "send", circle, text: "too late" });
    must(world, "alice", { command: "close-circle", circle });
    settle(world);
    setOnline(world, "bob", true);
    const view = circleView(world, "bob", circle);
    expect(view.summary).toMatchObject({ closed: true, standing: "member" });
    expect(view.may).toEqual({
      post: false,
      pin: false,
      add: false,
      manage: false,
      leave: false,
      petition: false,
    });
    for (const name of ["alice", "bob"]) {
      expect(refusal(world, name, { command: "send", circle, text: "x" })).toBe(
        "closed",
      );
      expect(refusal(world, name, { command: "leave-circle", circle })).toBe(
        "closed",
      );
    }
    expect(
      refusal(world, "alice", {
        command: "create-invite",
        circle,
        maxUses: 1,
        days: 1,
      }),
    ).toBe("closed");
    expect(texts(world, "alice", circle)).toEqual(["last words"]);
    expect(texts(world, "bob", circle)).toEqual(["last words", "too late"]);
    must(world, "bob", { command: "forget-circle", circle });
    expect(look(world, "bob", { query: "app" }).circles).toEqual([]);
  });
});

describe("a direct circle", () => {
  it("[EN-121] is one of two stewards, without roles", () => {
    const world = createWorld("direct", "alice", "bob", "carol");
    for (const name of world.devices.keys())
      must(world, name, { command: "set-profile", name });
    const founded = must(world, "alice", {
      command: "found-circle",
      name: "Us",
      memberName: "alice",
      kind: "direct",
    });
    if (founded.kind !== "circle") throw new Error("founded");
    settle(world);
    const { circle } = founded;
    const o = { world, circle };
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    ask(world, "carol", link);
    approveAll(world, "alice", circle);
    advance(world, 60_000);
    expect(Object.values(rolesIn(o, "alice"))).toEqual(["steward", "steward"]);
    expect(circleView(world, "alice", circle)).toMatchObject({
      summary: { kind: "direct" },
      may: { add: false, manage: true, leave: true, petition: false },
    });
    const [other] = memberNames(world, "alice", circle).filter(
      (name) => name !== "alice",
    );
    expect(
      refusal(world, "alice", about(o, "alice", ["make-reader", other ?? ""])),
    ).toBe("direct-circle");
  });
});

describe("members who help themselves", () => {
  it("[EN-122] [VW-13] make a steward by the word of most, when theirs is gone", () => {
    const names = ["bob", "carol", "dave"] as const;
    const world = createWorld("succession", "alice", ...names);
    const circle = gather(world, "alice", ...names);
    const o = { world, circle };
    setOnline(world, "alice", false);
    must(world, "bob", about(o, "bob", ["ask-promotion", "carol"]));
    settle(world);
    expect(circleView(world, "dave", circle).petitions).toMatchObject([
      { approvals: 1, needed: 3, approved: false },
    ]);
    restart(world, "dave");
    must(world, "dave", about(o, "dave", ["approve-promotion", "carol"]));
    settle(world);
    advance(world, 120_000);
    expect(rolesIn(o, "bob")).toMatchObject({ carol: "member" });
    must(world, "carol", about(o, "carol", ["approve-promotion", "carol"]));
    settle(world);
    advance(world, 180_000);
    for (const name of names)
      expect(rolesIn(o, name)).toMatchObject({
        alice: "steward",
        carol: "steward",
      });
    expect(circleView(world, "dave", circle).petitions).toEqual([]);
    setOnline(world, "alice", true);
    expect(rolesIn(o, "alice")).toMatchObject({ carol: "steward" });
    expect(infoIn(o, "alice").policyVersion).toBe(1);
  });

  it("[EN-122] begin anew when the policy has changed meanwhile", () => {
    const world = createWorld("void", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    must(world, "bob", about(o, "bob", ["ask-promotion", "bob"]));
    settle(world);
    expect(
      refusal(world, "bob", about(o, "bob", ["ask-promotion", "bob"])),
    ).toBe("nothing-to-do");
    does(o, "alice", ["make-reader", "carol"]);
    expect(circleView(world, "carol", circle).petitions).toEqual([]);
    // A reader's word counts as any member's.
    must(world, "bob", about(o, "bob", ["ask-promotion", "bob"]));
    settle(world);
    must(world, "carol", about(o, "carol", ["approve-promotion", "bob"]));
    settle(world);
    advance(world, 120_000);
    expect(rolesIn(o, "alice")).toMatchObject({ bob: "steward" });
  });
});

describe("what is renewed from time to time", () => {
  it("[EN-120] is the address: once a week, by one of the stewards", () => {
    const world = createWorld("rotation", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const o = { world, circle };
    makeSteward(world, { by: "alice", circle, name: "bob" });
    const before = infoIn(o, "carol").addressNumber;
    later(world, 6 * DAY);
    expect(infoIn(o, "carol").addressNumber).toBe(before);
    later(world, 2 * DAY);
    expect(infoIn(o, "carol").addressNumber).toBe(before + 1);
    later(world, 3 * DAY);
    expect(infoIn(o, "carol").addressNumber).toBe(before + 1);
    say(world, "carol", { circle, text: "still here" });
    expect(texts(world, "bob", circle)).toEqual(["still here"]);
  });

  it("[EN-120] are the keys of each device, which the next commits take up", () => {
    const world = createWorld("renewal", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const epochOf = (name: string): bigint | undefined => {
      const { durable } = deviceOf(world, "alice").state;
      const held = durable.circles.get(circle)?.circle;
      const leaf = held && mls.leafAt(held.mls.tree, name === "alice" ? 0 : 1);
      return leaf && factsOf(leaf)?.info.lastPathEpoch;
    };
    expect(epochOf("bob")).toBe(0n);
    later(world, 8 * DAY);
    later(world, 8 * DAY);
    expect(epochOf("bob")).toBeGreaterThan(0n);
    expect(epochOf("alice")).toBeGreaterThan(0n);
  });
});

describe("a circle alone", () => {
  it("[EN-120] rotates as well, and founding gives all that views show", () => {
    const world = createWorld("alone", "alice");
    const circle = found(world, "alice");
    expect(circleView(world, "alice", circle)).toMatchObject({
      held: [],
      petitions: [],
      hasPicture: false,
      hasCharter: false,
      members: [{ name: "alice", role: "steward" }],
      may: { leave: false, petition: false },
    });
  });
});
