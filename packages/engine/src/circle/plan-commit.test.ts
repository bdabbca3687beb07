/** What stewards do, planned from wishes: V's demands are met, others' proposals are taken along, races are lost in peace. */
import { describe, expect, it } from "vitest";
import { encodeHex } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { createInvite } from "./invite.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import { decodePendingAct, encodePendingAct } from "./pending-act.ts";
import { planAdd, planChange, planInvite, planRemove } from "./plan-commit.ts";
import { proposeLeave, proposeRenewal } from "./propose.ts";
import { membersOf, rosterOf, usesOf } from "./roster.ts";
import {
  act,
  actorOf,
  append,
  ask,
  catchUp,
  circleOf,
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
  TODAY,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import { addProposal, forgeCommit, hexes } from "./testing/forge.ts";

type Change = Parameters<typeof planChange>[2];

function change(world: World, name: string, wish: Change): void {
  const { env } = actorOf(world, name);
  act(world, name, planChange(circleOf(world, name), env, wish));
}

function promote(world: World, ...names: readonly string[]): void {
  change(world, "alice", { stewards: names.map((name) => keyOf(world, name)) });
  catchUp(world);
}

function recordOf(invite: Invite, maxUses = 1) {
  const { invitePub } = inviteKeys(invite);
  return { invitePub, maxUses, auto: undefined };
}

function namesIn(world: World, name: string): readonly string[] {
  const { env } = actorOf(world, name);
  return membersOf(circleOf(world, name), env).map((member) => member.name);
}

/** The kind of fault, for a plan that must not be made. */
function faultOf(
  planned:
    | { readonly ok: true }
    | { readonly ok: false; readonly error: { readonly kind: string } },
): string {
  return planned.ok ? "planned" : planned.error.kind;
}

describe("who may plan", () => {
  it("[CI-53] is a steward, for whatever act", () => {
    const world = createWorld("planner", "alice", "bob");
    const { env } = actorOf(world, "bob");
    const circle = circleOf(world, "bob");
    const invite = recordOf(createInvite(circle, env, TODAY));
    const memberKeys = [keyOf(world, "alice")];
    for (const planned of [
      planInvite(circle, env, { invite }),
      planRemove(circle, env, { memberKeys }),
      planChange(circle, env, { name: "Mine" }),
    ])
      expect(faultOf(planned)).toBe("not-a-steward");
  });

  it("[CI-53] hears that the circle is as wished already", () => {
    const world = createWorld("done", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const [invite] = circle.info.invites;
    const memberKeys = [new Uint8Array(32)];
    for (const planned of [
      planInvite(circle, env, { invite: invite! }),
      planRemove(circle, env, { memberKeys }),
      planChange(circle, env, { name: circle.info.name }),
      planChange(circle, env, { revoke: [new Uint8Array(32)] }),
      planAdd(circle, env, { requests: [], now: NOW }),
    ])
      expect(faultOf(planned)).toBe("done");
  });

  it("[CI-53] cannot remove itself, nor leave the circle without a steward, nor make one of a stranger", () => {
    const world = createWorld("faults", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const memberKeys = [keyOf(world, "alice")];
    expect(faultOf(planRemove(circle, env, { memberKeys }))).toBe("own");
    expect(faultOf(planChange(circle, env, { stewards: [] }))).toBe(
      "last-steward",
    );
    const stewards = [...memberKeys, new Uint8Array(32)];
    expect(faultOf(planChange(circle, env, { stewards }))).toBe(
      "unknown-member",
    );
  });
});

describe("what V demands with an act", () => {
  it("[CI-54] a removal moves the circle to a new address", () => {
    const world = createWorld("rotation", "alice", "bob", "carol");
    remove(world, "alice", "carol");
    expect(circleOf(world, "bob").info.addressNumber).toBe(1);
    expect(namesIn(world, "bob")).toEqual(["alice", "bob"]);
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-54] a removal takes all devices of the member", () => {
    const world = createWorld("devices", "alice", "bob", "carol");
    const { identitySeed } = actorOf(world, "carol");
    forgeCommit(world, "alice", {
      proposals: [
        addProposal(world, "alice", { identitySeed, deviceNo: 1 }),
        addProposal(world, "alice", { identitySeed, deviceNo: 2 }),
      ],
      isPathLess: true,
    });
    catchUp(world);
    const carol = membersOf(
      circleOf(world, "bob"),
      actorOf(world, "bob").env,
    ).find(({ name }) => name === "carol");
    expect(carol?.leaves).toHaveLength(3);
    remove(world, "alice", "carol");
    expect(namesIn(world, "bob")).toEqual(["alice", "bob"]);
  });

  it("[CI-54] a new steward is counted, and one who goes ends all invites", () => {
    const world = createWorld("stewards", "alice", "bob");
    promote(world, "alice", "bob");
    expect(circleOf(world, "bob").info).toMatchObject({ policyVersion: 1 });
    expect(circleOf(world, "bob").info.invites).toHaveLength(1);
    remove(world, "alice", "bob");
    const { info } = circleOf(world, "alice");
    expect(info).toMatchObject({ policyVersion: 2, invites: [] });
    expect(hexes(info.stewards)).toEqual(hexes([keyOf(world, "alice")]));
  });

  it("[CI-54] an act can end invites on its way, and a circle holds no more than 32", () => {
    const world = createWorld("ended", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const [old] = circleOf(world, "alice").info.invites;
    const invite = recordOf(createInvite(circleOf(world, "alice"), env, TODAY));
    const revoke = [old!.invitePub];
    act(
      world,
      "alice",
      planInvite(circleOf(world, "alice"), env, { invite, revoke }),
    );
    catchUp(world);
    expect(circleOf(world, "bob").info.invites).toEqual([invite]);
    const circle = circleOf(world, "alice");
    const invites = Array.from({ length: 32 }, (_, n) => ({
      invitePub: new Uint8Array(32).fill(n),
      maxUses: 1,
      auto: undefined,
    }));
    const full = { ...circle, info: { ...circle.info, invites } };
    expect(faultOf(planInvite(full, env, { invite }))).toBe("too-many");
  });

  it("[CI-54] a wish for a new address alone rotates", () => {
    const world = createWorld("weekly", "alice", "bob");
    const before = circleOf(world, "bob").log.logId;
    change(world, "alice", { rotate: true });
    expect(words(catchUp(world))).toEqual({
      alice: ["commit"],
      bob: ["commit"],
    });
    expect(circleOf(world, "bob").log.logId).not.toEqual(before);
    say(world, "bob", "here now");
    expect(words(catchUp(world, "alice"))).toEqual({
      alice: ["bob: here now"],
    });
  });
});

describe("letting people in", () => {
  it("[CI-55] takes each person once, and nobody who is in", () => {
    const world = createWorld("once", "alice", "bob");
    const invite = makeInvite(world, "alice", 3);
    const asks = ["carol", "carol", "bob"].map((name) =>
      ask(world, "alice", { name, invite }),
    );
    const requests = asks.map(({ box }) =>
      open(world, "alice", { invite, box }),
    );
    const { env } = actorOf(world, "alice");
    const planned = planAdd(circleOf(world, "alice"), env, {
      requests,
      now: NOW,
    });
    expect(expectOk(planned).pending.joiners).toHaveLength(1);
    act(world, "alice", planned);
    catchUp(world);
    enter(world, "alice", { name: "carol", joining: asks[0]!.joining });
    expect(namesIn(world, "carol")).toEqual(["alice", "bob", "carol"]);
    const circle = circleOf(world, "alice");
    expect(faultOf(planAdd(circle, env, { requests, now: NOW }))).toBe("done");
  });

  it("[CI-55] keeps to the invite's uses", () => {
    const world = createWorld("uses", "alice");
    const invite = makeInvite(world, "alice", 1);
    const requests = ["bob", "carol"].map((name) => {
      const { box } = ask(world, "alice", { name, invite });
      return open(world, "alice", { invite, box });
    });
    const { env } = actorOf(world, "alice");
    const plan = (count: number) =>
      planAdd(circleOf(world, "alice"), env, {
        requests: requests.slice(0, count),
        now: NOW,
      });
    expect(faultOf(plan(2))).toBe("overspent");
  });

  it("[IN-2] lets nobody in by an invite that was taken back", () => {
    const world = createWorld("taken back", "alice");
    const invite = makeInvite(world, "alice", 1);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const requests = [open(world, "alice", { invite, box })];
    change(world, "alice", { revoke: [inviteKeys(invite).invitePub] });
    catchUp(world);
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    expect(faultOf(planAdd(circle, env, { requests, now: NOW }))).toBe(
      "unknown-invite",
    );
  });

  it("[IN-2] lets nobody in by an invite that no commit has recorded", () => {
    const world = createWorld("unrecorded", "alice");
    const { env } = actorOf(world, "alice");
    const invite = createInvite(circleOf(world, "alice"), env, TODAY);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const requests = [open(world, "alice", { invite, box })];
    const circle = circleOf(world, "alice");
    expect(faultOf(planAdd(circle, env, { requests, now: NOW }))).toBe(
      "unknown-invite",
    );
  });

  it("[CI-55] counts who is in by the invite: whoever is removed frees a use", () => {
    const world = createWorld("freed", "alice");
    const invite = makeInvite(world, "alice", 1);
    join(world, "alice", { name: "bob", invite });
    const { invitePub } = inviteKeys(invite);
    const uses = (): number => {
      const { mls: state } = circleOf(world, "alice");
      const roster = rosterOf(actorOf(world, "alice").env.mls, state.tree);
      return usesOf(roster, invitePub);
    };
    expect(uses()).toBe(1);
    remove(world, "alice", "bob");
    expect(uses()).toBe(0);
    join(world, "alice", { name: "carol", invite });
    expect(namesIn(world, "carol")).toEqual(["alice", "carol"]);
  });

  it("[CI-55] refuses a KeyPackage that is over, by the committer's clock", () => {
    const world = createWorld("expired", "alice");
    const invite = makeInvite(world, "alice", 1);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const requests = [open(world, "alice", { invite, box })];
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const plan = (now: number) => planAdd(circle, env, { requests, now });
    expect(plan(NOW + 91 * 86_400)).toMatchObject({
      error: { kind: "refused", detail: "invalid-key-package: expired" },
    });
    expect(faultOf(plan(NOW + 80 * 86_400))).toBe("planned");
  });

  it("[CI-55] takes at most 16 at once", () => {
    const world = createWorld("many", "alice");
    const invite = makeInvite(world, "alice", 1);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const request = open(world, "alice", { invite, box });
    const requests = Array.from({ length: 17 }, (_, n) => ({
      ...request,
      memberKey: new Uint8Array(32).fill(n),
    }));
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    expect(faultOf(planAdd(circle, env, { requests, now: NOW }))).toBe(
      "too-many",
    );
  });
});

describe("what others proposed", () => {
  function propose(
    world: World,
    name: string,
    made: ReturnType<typeof proposeLeave>,
  ): void {
    const { circle, body } = expectOk(made);
    actorOf(world, name).circle = circle;
    append(world, name, body);
    catchUp(world);
  }

  it("[CI-56] is taken along: who wants to leave goes, with a new address", () => {
    const world = createWorld("leave", "alice", "bob", "carol");
    const { env } = actorOf(world, "bob");
    propose(world, "bob", proposeLeave(circleOf(world, "bob"), env));
    const gone = keyOf(world, "bob");
    change(world, "alice", { name: "Without Bob" });
    catchUp(world);
    expect(actorOf(world, "carol").outcomes.at(-1)).toMatchObject({
      commit: { removed: [{ name: "bob", memberKey: gone, isOwnWish: true }] },
    });
    expect(actorOf(world, "bob").circle).toBeUndefined();
    expect(circleOf(world, "carol").info).toMatchObject({
      name: "Without Bob",
      addressNumber: 1,
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-56] is taken along with nothing else to do", () => {
    const world = createWorld("leave alone", "alice", "bob");
    const { env } = actorOf(world, "bob");
    propose(world, "bob", proposeLeave(circleOf(world, "bob"), env));
    change(world, "alice", {});
    catchUp(world);
    expect(namesIn(world, "alice")).toEqual(["alice"]);
  });

  it("[CI-56] renews the keys of a leaf, which then says so", () => {
    const world = createWorld("renewal", "alice", "bob", "carol");
    const { env } = actorOf(world, "bob");
    propose(world, "bob", proposeRenewal(circleOf(world, "bob"), env));
    const epoch = circleOf(world, "bob").mls.context.epoch;
    change(world, "alice", { name: "Renewed" });
    catchUp(world);
    const roster = rosterOf(env.mls, circleOf(world, "carol").mls.tree);
    const renewed = roster.map(({ info }) => [info.name, info.lastPathEpoch]);
    expect(renewed).toEqual([
      ["alice", epoch],
      ["bob", epoch],
      ["carol", 0n],
    ]);
    say(world, "bob", "with new keys");
    expect(words(catchUp(world, "carol"))).toEqual({
      carol: ["bob: with new keys"],
    });
  });

  it("[CI-56] ends all invites when a steward leaves, so an invite waits for the next commit", () => {
    const world = createWorld("steward leaves", "alice", "bob", "carol");
    promote(world, "alice", "bob");
    const { env } = actorOf(world, "bob");
    propose(world, "bob", proposeLeave(circleOf(world, "bob"), env));
    const alice = actorOf(world, "alice");
    const invite = recordOf(
      createInvite(circleOf(world, "alice"), alice.env, TODAY),
    );
    act(
      world,
      "alice",
      planInvite(circleOf(world, "alice"), alice.env, { invite }),
    );
    catchUp(world);
    expect(namesIn(world, "carol")).toContain("bob");
    expect(circleOf(world, "carol").info.invites).toContainEqual(invite);
    propose(world, "bob", proposeLeave(circleOf(world, "bob"), env));
    change(world, "alice", {});
    catchUp(world);
    expect(namesIn(world, "carol")).toEqual(["alice", "carol"]);
    expect(circleOf(world, "carol").info.invites).toEqual([]);
  });

  it("[CI-73] is bounded: a member who proposes without end is told so", () => {
    const world = createWorld("flood", "alice", "bob");
    const { env } = actorOf(world, "bob");
    const faults: string[] = [];
    for (let n = 0; n < 9; n++) {
      const made = proposeRenewal(circleOf(world, "bob"), env);
      if (made.ok) actorOf(world, "bob").circle = made.value.circle;
      else faults.push(made.error.kind);
    }
    expect(faults).toEqual(["exhausted"]);
  });
});

describe("races", () => {
  it("[CI-57] two stewards who act at once lose nothing: the second plans anew", () => {
    const world = createWorld("race", "alice", "bob", "carol");
    promote(world, "alice", "bob");
    const { env } = actorOf(world, "bob");
    const memberKeys = [keyOf(world, "carol")];
    change(world, "alice", { rotate: true });
    const late = expectOk(
      planRemove(circleOf(world, "bob"), env, { memberKeys }),
    );
    actorOf(world, "bob").circle = late.circle;
    append(world, "bob", late.body);
    catchUp(world);
    expect(namesIn(world, "bob")).toContain("carol");
    act(world, "bob", planRemove(circleOf(world, "bob"), env, { memberKeys }));
    catchUp(world);
    expect(namesIn(world, "alice")).toEqual(["alice", "bob"]);
    expect(circleOf(world, "alice").info.addressNumber).toBe(2);
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-58] of two acts of one steward the log tells which one won", () => {
    const world = createWorld("two acts", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const first = expectOk(
      planChange(circleOf(world, "alice"), env, { name: "First" }),
    );
    const second = expectOk(planChange(first.circle, env, { name: "Second" }));
    const alice = actorOf(world, "alice");
    alice.circle = second.circle;
    alice.pendings = [first.pending, second.pending];
    append(world, "alice", second.body);
    append(world, "alice", first.body);
    const outcomes = catchUp(world).get("alice") ?? [];
    expect(outcomes.map(({ kind }) => kind)).toEqual(["commit", "skipped"]);
    const [won] = outcomes;
    expect(won?.kind === "commit" ? won.commit.won?.entryId : "").toEqual(
      second.pending.entryId,
    );
    expect(circleOf(world, "bob").info.name).toBe("Second");
    expect(isAgreed(world)).toBe(true);
  });
});

describe("the commit itself", () => {
  it("[CI-59] has no path when it only lets people in, and one otherwise, which renews the steward's leaf", () => {
    const world = createWorld("paths", "alice");
    const lastPath = () => {
      const { env } = actorOf(world, "alice");
      return rosterOf(env.mls, circleOf(world, "alice").mls.tree)[0]?.info
        .lastPathEpoch;
    };
    const invite = makeInvite(world, "alice", 3);
    expect(lastPath()).toBe(0n);
    change(world, "alice", { name: "Two" });
    catchUp(world);
    expect(lastPath()).toBe(1n);
    join(world, "alice", { name: "bob", invite });
    expect(lastPath()).toBe(1n);
    change(world, "alice", { name: "Four" });
    catchUp(world);
    expect(lastPath()).toBe(3n);
  });

  it("[CI-59] fits the smallest entry in a small circle", () => {
    const world = createWorld("small", "alice", "bob", "carol");
    const { env } = actorOf(world, "alice");
    const memberKeys = [keyOf(world, "carol")];
    const planned = planRemove(circleOf(world, "alice"), env, { memberKeys });
    expect(expectOk(planned).body).toHaveLength(3_840);
  });

  it("[CI-57] is stored with its joiners, and refused when damaged", () => {
    const world = createWorld("stored act", "alice");
    const invite = makeInvite(world, "alice", 1);
    const { box } = ask(world, "alice", { name: "bob", invite });
    const requests = [open(world, "alice", { invite, box })];
    const { env } = actorOf(world, "alice");
    const { pending } = expectOk(
      planAdd(circleOf(world, "alice"), env, { requests, now: NOW }),
    );
    const bytes = encodePendingAct(env, pending);
    expect(decodePendingAct(env, bytes)).toEqual({ ok: true, value: pending });
    const random = createSeededRandom("pending");
    for (let run = 0; run < 200; run++) {
      const damaged = mutateBytes(bytes, random);
      const decoded = decodePendingAct(env, damaged);
      if (!decoded.ok) continue;
      const again = encodePendingAct(env, decoded.value);
      expect(encodeHex(again)).toBe(encodeHex(damaged));
    }
    const [joiner] = pending.joiners;
    const twice = { ...pending, joiners: [joiner!, joiner!] };
    expect(decodePendingAct(env, encodePendingAct(env, twice)).ok).toBe(false);
  });
});
