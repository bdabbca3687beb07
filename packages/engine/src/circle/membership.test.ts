/** Roles, settings, and the end of a circle: what V makes of them, and what members read by them. */
import { encodeHex } from "@halqa/bytes";
import { encodeContent } from "@halqa/model";
import { describe, expect, it } from "vitest";
import type { BlobReference } from "./blob-reference.ts";
import type { CircleInfo } from "./circle-info.ts";
import { toKeySet } from "./key-set.ts";
import { planAdd, planChange, planRemove } from "./plan-commit.ts";
import { planRelease, planRole, planTidy } from "./plan-role.ts";
import { proposeLeave } from "./propose.ts";
import { roleOf } from "./roles.ts";
import type { Role } from "./roles.ts";
import { membersOf } from "./roster.ts";
import {
  act,
  actorOf,
  append,
  ask,
  catchUp,
  circleOf,
  createDirectWorld,
  createWorld,
  enter,
  expectOk,
  isAgreed,
  join,
  keyOf,
  makeInvite,
  NOW,
  open,
  remove,
  say,
  seal,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  forgeCommit,
  forgeMessage,
  forgeProposal,
  infoProposal,
  removeProposal,
} from "./testing/forge.ts";
import type { ForgeOptions } from "./testing/forge.ts";
import { encodeMessage } from "./message-header.ts";

function setRole(
  world: World,
  by: string,
  [name, to]: readonly [string, Role],
): void {
  const { env } = actorOf(world, by);
  const from = (["steward", "member", "reader"] as const).filter(
    (role) => role !== to,
  );
  const memberKey = keyOf(world, name);
  act(world, by, planRole(circleOf(world, by), env, { memberKey, from, to }));
  catchUp(world);
}

function change(
  world: World,
  by: string,
  wish: Parameters<typeof planChange>[2],
): void {
  const { env } = actorOf(world, by);
  act(world, by, planChange(circleOf(world, by), env, wish));
  catchUp(world);
}

function rolesIn(world: World, name: string): Record<string, Role> {
  const circle = circleOf(world, name);
  const { env } = actorOf(world, name);
  return Object.fromEntries(
    membersOf(circle, env).map(({ name: who, memberKey }) => [
      who,
      roleOf(circle.info, memberKey),
    ]),
  );
}

/** What all say of a steward's hostile commit; the circle goes on behind it. */
function verdictOf(
  world: World,
  changed: Partial<CircleInfo>,
  more: ForgeOptions = {},
): string {
  const proposals = [
    infoProposal(world, "alice", changed),
    ...(more.proposals ?? []),
  ];
  forgeCommit(world, "alice", { ...more, proposals });
  const read = words(catchUp(world));
  const verdicts = new Set(
    Object.values(read).flatMap((list) => list.slice(-1)),
  );
  expect(verdicts.size).toBe(1);
  expect(isAgreed(world)).toBe(true);
  return [...verdicts][0] ?? "nothing";
}

function refused(code: string): string {
  return `skipped refused (policy: ${code})`;
}

const blob = (fill: number): BlobReference => ({
  blobId: new Uint8Array(32).fill(fill),
  key: new Uint8Array(32).fill(fill + 1),
  length: 100,
  hash: new Uint8Array(32).fill(fill + 2),
});

describe("roles", () => {
  it("[CI-102] are given and taken by stewards, and all see the same", () => {
    const world = createWorld("roles", "alice", "bob", "carol");
    setRole(world, "alice", ["bob", "steward"]);
    setRole(world, "bob", ["carol", "reader"]);
    const expected = { alice: "steward", bob: "steward", carol: "reader" };
    for (const name of ["alice", "bob", "carol"])
      expect(rolesIn(world, name)).toEqual(expected);
    setRole(world, "bob", ["carol", "member"]);
    setRole(world, "bob", ["alice", "reader"]);
    expect(rolesIn(world, "carol")).toEqual({
      alice: "reader",
      bob: "steward",
      carol: "member",
    });
    expect(circleOf(world, "carol").info.policyVersion).toBe(4);
  });

  it("[CI-53] [CI-102] are not planned where they are so, for strangers, or without a steward", () => {
    const world = createWorld("faults", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const plan = (memberKey: Uint8Array, from: Role, to: Role): unknown =>
      planRole(circle, env, { memberKey, from: [from], to });
    const bob = keyOf(world, "bob");
    expect(plan(bob, "reader", "member")).toMatchObject({
      error: { kind: "done" },
    });
    expect(plan(new Uint8Array(32), "member", "reader")).toMatchObject({
      error: { kind: "unknown-member" },
    });
    expect(plan(keyOf(world, "alice"), "steward", "member")).toMatchObject({
      error: { kind: "last-steward" },
    });
    expect(planRelease(circle, env, { memberKey: bob })).toMatchObject({
      error: { kind: "done" },
    });
  });

  it("[CI-104] refuses readers who are no members, and stewards who are readers", () => {
    const world = createWorld("readers", "alice", "bob");
    const readers = [new Uint8Array(32).fill(1)];
    expect(verdictOf(world, { readers, policyVersion: 1 })).toBe(
      refused("reader-not-a-member"),
    );
    expect(
      verdictOf(world, { readers: [keyOf(world, "alice")], policyVersion: 1 }),
    ).toBe(refused("reader-is-steward"));
    setRole(world, "alice", ["bob", "reader"]);
    // A reader who goes has to be taken off the list with the same commit.
    expect(
      verdictOf(
        world,
        { addressNumber: 1 },
        { proposals: [removeProposal(world, "bob")] },
      ),
    ).toBe(refused("reader-not-a-member"));
    remove(world, "alice", "bob");
    expect(circleOf(world, "alice").info.readers).toEqual([]);
  });

  it("[CI-109] counts every change of who may do what, and of nothing else", () => {
    const world = createWorld("policy", "alice", "bob");
    const at = (): number => circleOf(world, "bob").info.policyVersion;
    change(world, "alice", { name: "Other", picture: { blob: blob(1) } });
    expect(at()).toBe(0);
    change(world, "alice", { settings: { disappearing: 60 } });
    setRole(world, "alice", ["bob", "reader"]);
    expect(at()).toBe(2);
    const { settings } = circleOf(world, "alice").info;
    expect(
      verdictOf(world, { settings: { ...settings, posting: "stewards" } }),
    ).toBe(refused("policy-version"));
    change(world, "alice", { close: true });
    expect(at()).toBe(3);
  });
});

describe("who is heard", () => {
  it("[CI-110] skips what readers say to the list, and hears them again as members", () => {
    const world = createWorld("reader", "alice", "bob", "carol");
    setRole(world, "alice", ["bob", "reader"]);
    say(world, "bob", "psst");
    expect(words(catchUp(world))).toMatchObject({
      alice: ["skipped not-a-poster"],
      carol: ["skipped not-a-poster"],
    });
    setRole(world, "alice", ["bob", "member"]);
    say(world, "bob", "hello again");
    expect(words(catchUp(world))["carol"]).toEqual(["bob: hello again"]);
  });

  it("[CI-110] skips all but stewards where only they post", () => {
    const world = createWorld("announce", "alice", "bob", "carol");
    change(world, "alice", { settings: { posting: "stewards" } });
    say(world, "bob", "may I?");
    say(world, "alice", "tonight at eight");
    expect(words(catchUp(world))["carol"]).toEqual([
      "skipped not-a-poster",
      "alice: tonight at eight",
    ]);
  });

  it("[CI-110] takes what devices say to each other, whoever their people are", () => {
    const world = createWorld("signals", "alice", "bob");
    setRole(world, "alice", ["bob", "reader"]);
    const { own, context } = circleOf(world, "bob").mls;
    const header = {
      messageId: new Uint8Array(16),
      leaf: own.leafIndex,
      epoch: context.epoch,
      minute: 1,
    };
    const content = encodeContent({ kind: "ack" });
    forgeMessage(world, "bob", { data: encodeMessage(header, content) });
    expect(catchUp(world).get("alice")?.at(-1)).toMatchObject({
      kind: "content",
      content: { role: "reader", mayPin: false },
    });
  });

  it("[CI-111] judges by the epoch in which it was said, however late it comes", () => {
    const world = createWorld("late", "alice", "bob", "carol");
    const asMember = seal(world, "bob", "as a member");
    setRole(world, "alice", ["bob", "reader"]);
    const asReader = seal(world, "bob", "as a reader");
    setRole(world, "alice", ["bob", "steward"]);
    append(world, "bob", asMember.body);
    append(world, "bob", asReader.body);
    const read = catchUp(world);
    expect(words(read)["carol"]).toEqual([
      "bob: as a member",
      "skipped not-a-poster",
    ]);
    expect(read.get("carol")?.at(0)).toMatchObject({
      content: { role: "member", mayPin: true },
    });
    expect(read.get("bob")?.map((one) => one.kind)).toEqual([
      "own-message",
      "own-message",
    ]);
    expect(read.get("bob")).toMatchObject([
      { standing: { mayPost: true, role: "member" } },
      { standing: { mayPost: false, role: "reader" } },
    ]);
  });

  it("[CI-102] lets only stewards pin where the settings say so", () => {
    const world = createWorld("pins", "alice", "bob");
    change(world, "alice", { settings: { pinning: "stewards" } });
    say(world, "bob", "one");
    say(world, "alice", "two");
    const read = catchUp(world);
    expect(read.get("alice")?.at(0)).toMatchObject({
      content: { mayPin: false },
    });
    expect(read.get("bob")?.at(1)).toMatchObject({ content: { mayPin: true } });
  });
});

describe("name, picture, charter and settings", () => {
  it("[CI-100] [CI-101] are what the last commit says, for whoever joins as well", () => {
    const world = createWorld("face", "alice", "bob");
    change(world, "alice", {
      name: "Kitchen",
      picture: { blob: blob(1) },
      charter: { blob: blob(5) },
      settings: {
        posting: "stewards",
        adding: "stewards",
        disappearing: 1_440,
      },
    });
    const invite = makeInvite(world, "alice", 1);
    join(world, "alice", { name: "carol", invite });
    const { info } = circleOf(world, "carol");
    expect(info).toMatchObject({
      name: "Kitchen",
      picture: blob(1),
      charter: blob(5),
      settings: {
        kind: "circle",
        posting: "stewards",
        adding: "stewards",
        pinning: "everyone",
        disappearing: 1_440,
      },
    });
    change(world, "alice", { picture: { blob: undefined } });
    expect(circleOf(world, "carol").info.picture).toBeUndefined();
    expect(circleOf(world, "carol").info.charter).toEqual(blob(5));
  });

  it("[CI-103] refuses to make another kind of a circle", () => {
    const world = createWorld("kind", "alice", "bob");
    const { settings, stewards } = circleOf(world, "alice").info;
    expect(
      verdictOf(world, {
        settings: { ...settings, kind: "direct" },
        stewards: toKeySet([...stewards, keyOf(world, "bob")]),
        policyVersion: 1,
      }),
    ).toBe(refused("kind-changed"));
  });
});

describe("who is held", () => {
  it("[CI-105] is out with all devices, stays known, and comes back by a steward's Add", () => {
    const world = createWorld("held", "alice", "bob", "carol");
    setRole(world, "alice", ["bob", "reader"]);
    const bob = keyOf(world, "bob");
    const { env } = actorOf(world, "alice");
    act(
      world,
      "alice",
      planRemove(circleOf(world, "alice"), env, {
        memberKeys: [bob],
        isHeld: true,
      }),
    );
    catchUp(world);
    expect(actorOf(world, "bob").circle).toBeUndefined();
    expect(circleOf(world, "carol").info).toMatchObject({
      held: [bob],
      readers: [],
      addressNumber: 1,
    });
    const invite = makeInvite(world, "alice", 1);
    join(world, "alice", { name: "bob", invite });
    expect(encodeHex(keyOf(world, "bob"))).toBe(encodeHex(bob));
    expect(circleOf(world, "carol").info.held).toEqual([]);
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-105] is no stranger, no member, and is not let in while held", () => {
    const world = createWorld("held faults", "alice", "bob");
    const held = [new Uint8Array(32).fill(1)];
    expect(verdictOf(world, { held, policyVersion: 1 })).toBe(
      refused("held-not-removed"),
    );
    const bob = keyOf(world, "bob");
    expect(verdictOf(world, { held: [bob], policyVersion: 1 })).toBe(
      refused("held-not-removed"),
    );
    const { env } = actorOf(world, "alice");
    const planned = planRemove(circleOf(world, "alice"), env, {
      memberKeys: [bob],
      isHeld: true,
    });
    act(world, "alice", planned);
    catchUp(world);
    const invite = makeInvite(world, "alice", 1);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const { keyPackage } = open(world, "alice", { invite, box });
    const proposals = [{ kind: "add" as const, keyPackage }];
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    expect(words(catchUp(world))["alice"]).toEqual([
      refused("held-is-a-member"),
    ]);
  });

  it("[CI-105] is free to come by any invite when a steward says so", () => {
    const world = createWorld("release", "alice", "bob");
    const bob = keyOf(world, "bob");
    const { env } = actorOf(world, "alice");
    const o = { memberKeys: [bob], isHeld: true };
    act(world, "alice", planRemove(circleOf(world, "alice"), env, o));
    catchUp(world);
    act(
      world,
      "alice",
      planRelease(circleOf(world, "alice"), env, { memberKey: bob }),
    );
    catchUp(world);
    expect(circleOf(world, "alice").info).toMatchObject({
      held: [],
      policyVersion: 2,
    });
  });
});

describe("leaving", () => {
  it("[CI-73] takes effect with a commit that has nothing else to do", () => {
    const world = createWorld("leave", "alice", "bob", "carol");
    setRole(world, "alice", ["bob", "steward"]);
    const { env } = actorOf(world, "alice");
    expect(planTidy(circleOf(world, "alice"), env, {})).toMatchObject({
      error: { kind: "done" },
    });
    const bob = actorOf(world, "bob");
    const made = expectOk(proposeLeave(circleOf(world, "bob"), bob.env));
    bob.circle = made.circle;
    append(world, "bob", made.body);
    catchUp(world);
    // Nobody commits its own leaving.
    expect(planTidy(circleOf(world, "bob"), bob.env, {})).toMatchObject({
      error: { kind: "done" },
    });
    act(world, "alice", planTidy(circleOf(world, "alice"), env, {}));
    catchUp(world);
    expect(actorOf(world, "bob").circle).toBeUndefined();
    expect(rolesIn(world, "carol")).toEqual({
      alice: "steward",
      carol: "member",
    });
    expect(circleOf(world, "carol").info.invites).toEqual([]);
  });
});

describe("a direct circle", () => {
  it("[CI-106] has two stewards from the moment when both are in", () => {
    const world = createDirectWorld("direct", "alice", "bob");
    expect(rolesIn(world, "bob")).toEqual({ alice: "steward", bob: "steward" });
    say(world, "bob", "hi");
    expect(words(catchUp(world))["alice"]).toEqual(["bob: hi"]);
    change(world, "bob", { name: "Us" });
    expect(circleOf(world, "alice").info.name).toBe("Us");
  });

  it("[CI-106] never has a third", () => {
    const world = createDirectWorld("third", "alice", "bob");
    const invite = makeInvite(world, "alice", 2);
    const { box } = ask(world, "alice", { name: "carol", invite });
    const request = open(world, "alice", { invite, box });
    const { env } = actorOf(world, "alice");
    expect(
      planAdd(circleOf(world, "alice"), env, { requests: [request], now: NOW }),
    ).toMatchObject({ error: { kind: "direct" } });
    const { stewards } = circleOf(world, "alice").info;
    const { keyPackage, memberKey } = request;
    expect(
      verdictOf(
        world,
        { stewards: toKeySet([...stewards, memberKey]), policyVersion: 2 },
        { proposals: [{ kind: "add", keyPackage }] },
      ),
    ).toBe(refused("third-in-direct"));
  });

  it("[CI-106] refuses a second who is no steward, roles, and holding", () => {
    const world = createDirectWorld("roles in direct", "alice", "bob");
    const alice = keyOf(world, "alice");
    expect(
      verdictOf(world, { stewards: [alice], policyVersion: 2, invites: [] }),
    ).toBe(refused("roles-in-direct"));
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const memberKey = keyOf(world, "bob");
    expect(
      planRole(circle, env, { memberKey, from: ["steward"], to: "reader" }),
    ).toMatchObject({ error: { kind: "direct" } });
    expect(
      planRemove(circle, env, { memberKeys: [memberKey], isHeld: true }),
    ).toMatchObject({ error: { kind: "direct" } });
    remove(world, "alice", "bob");
    expect(rolesIn(world, "alice")).toEqual({ alice: "steward" });
  });

  it("[CI-114] [CI-106] refuses to be let into one where it is no steward", () => {
    const world = createDirectWorld("guest", "alice");
    const invite = makeInvite(world, "alice", 1);
    const { joining, box } = ask(world, "alice", { name: "bob", invite });
    const request = open(world, "alice", { invite, box });
    const { env } = actorOf(world, "alice");
    act(
      world,
      "alice",
      planAdd(circleOf(world, "alice"), env, { requests: [request], now: NOW }),
    );
    catchUp(world);
    enter(world, "alice", { name: "bob", joining });
    expect(rolesIn(world, "bob")).toEqual({ alice: "steward", bob: "steward" });
  });
});

describe("a closed circle", () => {
  it("[CI-108] hears nothing any more: no word, no commit, no proposal", () => {
    const world = createWorld("closed", "alice", "bob", "carol");
    makeInvite(world, "alice", 1);
    const before = seal(world, "bob", "wait");
    change(world, "alice", { close: true });
    const { info } = circleOf(world, "bob");
    expect(info).toMatchObject({ isClosed: true, invites: [] });
    append(world, "bob", before.body);
    say(world, "alice", "one more thing");
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", { isClosed: false })],
    });
    forgeProposal(world, "carol", { kind: "own-update" });
    expect(words(catchUp(world))["bob"]).toEqual([
      "skipped closed",
      "skipped closed",
      "skipped closed",
      "skipped closed",
    ]);
    expect(circleOf(world, "bob").info.isClosed).toBe(true);
    const { env } = actorOf(world, "alice");
    expect(
      planChange(circleOf(world, "alice"), env, { name: "x" }),
    ).toMatchObject({ error: { kind: "closed" } });
  });

  it("[CI-108] is refused while invites stay open, and by members", () => {
    const world = createWorld("closing", "alice", "bob");
    expect(verdictOf(world, { isClosed: true, policyVersion: 1 })).toBe(
      refused("invites-not-revoked"),
    );
    forgeCommit(world, "bob", {
      proposals: [
        infoProposal(world, "bob", {
          isClosed: true,
          policyVersion: 1,
          invites: [],
        }),
      ],
    });
    expect(words(catchUp(world))["alice"]).toEqual([refused("not-a-steward")]);
  });

  it("[CI-108] refuses what a hostile member proposes or adds to it, by V alone", () => {
    const world = createWorld("closed adds", "alice", "bob");
    change(world, "alice", { close: true });
    forgeCommit(world, "bob", {
      proposals: [addProposal(world, "bob", {})],
      isPathLess: true,
    });
    expect(words(catchUp(world))["alice"]).toEqual(["skipped closed"]);
  });
});
