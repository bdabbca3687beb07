/** Invites by which any member lets people in: V on every entry that speaks of them, and the joiner's own checks. */
import { describe, expect, it } from "vitest";
import { compareBytes } from "@halqa/bytes";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import { finishJoin } from "./finish-join.ts";
import {
  createInviteLink,
  decodeInviteLink,
  encodeInviteLink,
} from "./invite-link.ts";
import { createInvite } from "./invite.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import { createJoinRequest, openJoinRequest } from "./join-request.ts";
import type { JoinRequest } from "./join-request.ts";
import type { Joining } from "./joining.ts";
import { planAutoAdd } from "./plan-auto-add.ts";
import { planChange, planInvite, planRemove } from "./plan-commit.ts";
import { renewedLeaf } from "./own-leaf.ts";
import { membersOf } from "./roster.ts";
import {
  act,
  actorOf,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  keyOf,
  NOW,
  say,
  TODAY,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  forgeCommit,
  forgeProposal,
  infoProposal,
  removeProposal,
} from "./testing/forge.ts";
import { openWelcome } from "./welcome.ts";

function refused(code: string): string {
  return `skipped refused (policy: ${code})`;
}

/** Alice is the steward; Bob and Mallory are members; anybody may be let in `maxUses` times. */
function createOpenWorld(
  seed: string,
  maxUses = 3,
): { readonly world: World; readonly invite: Invite } {
  const world = createWorld(seed, "alice", "bob", "mallory");
  const { env } = actorOf(world, "alice");
  const circle = circleOf(world, "alice");
  const invite = createInvite(circle, env, TODAY + 7);
  const { invitePub } = inviteKeys(invite);
  const record = { invitePub, maxUses, auto: invite };
  act(world, "alice", planInvite(circle, env, { invite: record }));
  catchUp(world);
  return { world, invite };
}

function asks(
  world: World,
  name: string,
  o: { readonly invite: Invite; readonly isAuto?: boolean },
): { readonly joining: Joining; readonly request: JoinRequest } {
  const member = actorOf(world, "bob");
  const circle = circleOf(world, "bob");
  const link = createInviteLink(circle, member.env, {
    invite: o.invite,
    isAuto: o.isAuto ?? true,
  });
  const actor = actorOf(world, name);
  const { joining, box } = createJoinRequest(actor.env, {
    link: expectOk(decodeInviteLink(encodeInviteLink(link))),
    identitySeed: actor.identitySeed,
    memberName: name,
    relay: world.relay,
    sendId: actor.random.bytes(32),
    now: NOW,
  });
  const { invite } = o;
  const request = expectOk(
    openJoinRequest(circle, member.env, { invite, box }),
  );
  return { joining, request };
}

function letIn(
  world: World,
  by: string,
  requests: readonly JoinRequest[],
): ReturnType<typeof planAutoAdd> {
  return planAutoAdd(circleOf(world, by), actorOf(world, by).env, {
    requests,
    now: NOW,
  });
}

/** By the newest Welcome that this member built. */
function enterBy(world: World, by: string, joining: Joining) {
  const box = actorOf(world, by).welcomes.at(-1)?.boxes[0]?.box;
  const parts = actorOf(world, by).welcomes.at(-1)?.blob.parts ?? [];
  const opened = expectOk(openWelcome(joining, box ?? new Uint8Array()));
  const { env } = actorOf(world, "carol");
  return finishJoin(joining, env, { opened, parts });
}

function verdictOf(world: World): string | undefined {
  const verdicts = Object.values(words(catchUp(world)))
    .map((list) => list.at(-1))
    .filter((word) => word !== undefined);
  expect(isAgreed(world)).toBe(true);
  expect(new Set(verdicts).size).toBe(1);
  return verdicts[0];
}

describe("a member who is no steward", () => {
  it("[CI-133] [IN-57] [IN-50] lets in who asks by an invite with `auto`", () => {
    const { world, invite } = createOpenWorld("open door");
    const { joining, request } = asks(world, "carol", { invite });
    act(world, "bob", letIn(world, "bob", [request]));
    catchUp(world);
    const joined = enterBy(world, "bob", joining);
    const circle = expectOk(joined);
    actorOf(world, "carol").circle = circle;
    expect(circle.awaits).toEqual({
      steward: keyOf(world, "alice"),
      isSilent: false,
    });
    say(world, "carol", "hello");
    expect(words(catchUp(world, "alice", "bob"))).toEqual({
      alice: ["carol: hello"],
      bob: ["carol: hello"],
    });
    say(world, "alice", "welcome");
    catchUp(world);
    expect(circleOf(world, "carol").awaits).toBeUndefined();
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-133] leaves what others proposed to stewards", () => {
    const { world, invite } = createOpenWorld("proposals wait");
    const { request } = asks(world, "carol", { invite });
    const { env } = actorOf(world, "mallory");
    const extensions = [renewedLeaf(circleOf(world, "mallory"), env)];
    const leaf = { extensions };
    forgeProposal(world, "mallory", { kind: "own-update", leaf });
    expect(verdictOf(world)).toBe("proposal");
    expect(circleOf(world, "bob").mls.proposals.size).toBe(1);
    act(world, "bob", letIn(world, "bob", [request]));
    expect(verdictOf(world)).toBe("commit");
  });

  it("[CI-133] lets in nobody who came by another invite, and by none", () => {
    const { world } = createOpenWorld("other door");
    const { env } = actorOf(world, "alice");
    const closed = createInvite(circleOf(world, "alice"), env, TODAY + 7);
    const { invitePub } = inviteKeys(closed);
    const record = { invitePub, maxUses: 3, auto: undefined };
    act(
      world,
      "alice",
      planInvite(circleOf(world, "alice"), env, { invite: record }),
    );
    catchUp(world);
    expect(letIn(world, "bob", [])).toEqual({
      ok: false,
      error: { kind: "done" },
    });
    for (const by of [invitePub, undefined]) {
      forgeCommit(world, "mallory", {
        proposals: [addProposal(world, "mallory", { info: { invitePub: by } })],
        isPathLess: true,
      });
      expect(verdictOf(world)).toBe(refused("not-a-steward"));
    }
  });

  it("[CI-133] does nothing else with it: no path, no removal, no change of the circle", () => {
    const { world, invite } = createOpenWorld("more than that");
    const { invitePub } = inviteKeys(invite);
    const add = (): ReturnType<typeof addProposal> =>
      addProposal(world, "mallory", { info: { invitePub } });
    forgeCommit(world, "mallory", { proposals: [add()] });
    expect(verdictOf(world)).toBe(refused("not-a-steward"));
    forgeCommit(world, "mallory", {
      proposals: [add(), removeProposal(world, "bob")],
      forcePath: true,
    });
    expect(verdictOf(world)).toBe(refused("not-a-steward"));
    forgeCommit(world, "mallory", {
      proposals: [
        add(),
        infoProposal(world, "mallory", { name: "Mallory's circle" }),
      ],
      isPathLess: true,
    });
    expect(verdictOf(world)).toBe(refused("not-a-steward"));
    forgeCommit(world, "mallory", { proposals: [add()], isPathLess: true });
    expect(verdictOf(world)).toBe("commit");
  });

  it("[CI-79] lets in no more than the invite has uses", () => {
    const { world, invite } = createOpenWorld("one seat", 1);
    const { invitePub } = inviteKeys(invite);
    const first = asks(world, "carol", { invite });
    const second = asks(world, "dora", { invite });
    expect(letIn(world, "bob", [first.request, second.request])).toEqual({
      ok: false,
      error: { kind: "overspent" },
    });
    act(world, "bob", letIn(world, "bob", [first.request]));
    catchUp(world);
    forgeCommit(world, "mallory", {
      proposals: [addProposal(world, "mallory", { info: { invitePub } })],
      isPathLess: true,
    });
    expect(verdictOf(world)).toBe(refused("invite-overspent"));
  });

  it("[CI-133] adds a further device of its own, and none of others", () => {
    const { world } = createOpenWorld("devices");
    const devices = (): number | undefined =>
      membersOf(circleOf(world, "alice"), actorOf(world, "alice").env).find(
        ({ name }) => name === "mallory",
      )?.leaves.length;
    expect(devices()).toBe(1);
    forgeCommit(world, "mallory", {
      proposals: [
        addProposal(world, "mallory", {
          identitySeed: actorOf(world, "mallory").identitySeed,
          deviceNo: 1,
          info: { invitePub: undefined },
        }),
      ],
      isPathLess: true,
    });
    expect(verdictOf(world)).toBe("commit");
    expect(devices()).toBe(2);
    forgeCommit(world, "mallory", {
      proposals: [
        addProposal(world, "mallory", {
          identitySeed: actorOf(world, "bob").identitySeed,
          deviceNo: 1,
          info: { invitePub: undefined },
        }),
      ],
      isPathLess: true,
    });
    expect(verdictOf(world)).toBe(refused("not-a-steward"));
  });
});

describe("the record of such an invite", () => {
  function change(
    world: World,
    changed: Partial<CircleInfo>,
  ): string | undefined {
    forgeCommit(world, "alice", {
      proposals: [infoProposal(world, "alice", changed)],
    });
    return verdictOf(world);
  }

  function withInvite(world: World, record: InviteRecord): InviteRecord[] {
    const { invites } = circleOf(world, "alice").info;
    return [...invites, record].toSorted((one, other) =>
      compareBytes(one.invitePub, other.invitePub),
    );
  }

  it("[CI-130] [CI-131] has the secret that gives its key", () => {
    const { world } = createOpenWorld("secret");
    const { env } = actorOf(world, "alice");
    const auto = createInvite(circleOf(world, "alice"), env, TODAY);
    const { invitePub } = inviteKeys(auto);
    const secret = env.random(32);
    const record = { invitePub, maxUses: 1, auto: { ...auto, secret } };
    expect(change(world, { invites: withInvite(world, record) })).toBe(
      refused("auto-malformed"),
    );
    expect(
      change(world, { invites: withInvite(world, { ...record, auto }) }),
    ).toBe("commit");
    const all = circleOf(world, "mallory").info.invites;
    expect(all.map((one) => one.auto)).toContainEqual(auto);
  });

  it("[CI-131] stands only where members may let people in, and goes when they may not any more", () => {
    const { world } = createOpenWorld("closing the door");
    const { settings, policyVersion } = circleOf(world, "alice").info;
    const adding = "stewards" as const;
    const shut = { settings: { ...settings, adding } };
    expect(change(world, { ...shut, policyVersion: policyVersion + 1 })).toBe(
      refused("auto-not-allowed"),
    );
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, env, { settings: { adding } }));
    expect(verdictOf(world)).toBe("commit");
    const left = circleOf(world, "bob").info.invites;
    expect(left.filter(({ auto }) => auto !== undefined)).toEqual([]);
  });

  it("[CI-88] does not change: neither its last day, nor into another kind", () => {
    const { world } = createOpenWorld("for ever");
    const { invites } = circleOf(world, "alice").info;
    const changed = (to: (auto: Invite) => Invite | undefined) =>
      invites.map((one) =>
        one.auto === undefined ? one : { ...one, auto: to(one.auto) },
      );
    expect(
      change(world, {
        invites: changed((auto) => ({ ...auto, expiryDay: TODAY + 99 })),
      }),
    ).toBe(refused("invite-changed"));
    expect(change(world, { invites: changed(() => undefined) })).toBe(
      refused("invite-changed"),
    );
  });

  it("[CI-132] ends when anybody is removed", () => {
    const { world, invite } = createOpenWorld("knows the secret");
    const { addressNumber } = circleOf(world, "alice").info;
    forgeCommit(world, "alice", {
      proposals: [
        infoProposal(world, "alice", { addressNumber: addressNumber + 1 }),
        removeProposal(world, "mallory"),
      ],
    });
    expect(verdictOf(world)).toBe(refused("auto-not-revoked"));
    const { env } = actorOf(world, "alice");
    const memberKeys = [keyOf(world, "mallory")];
    act(
      world,
      "alice",
      planRemove(circleOf(world, "alice"), env, { memberKeys }),
    );
    catchUp(world);
    const { request } = asks(world, "carol", { invite });
    expect(letIn(world, "bob", [request])).toMatchObject({
      error: { kind: "done" },
    });
    const { invitePub } = inviteKeys(invite);
    expect(
      circleOf(world, "bob").info.invites.map((one) => one.invitePub),
    ).not.toContainEqual(invitePub);
  });
});

describe("who joins by such an invite", () => {
  it("[IN-57] refuses a circle whose record is of another kind than the link", () => {
    const { world, invite } = createOpenWorld("two kinds");
    const { joining, request } = asks(world, "carol", {
      invite,
      isAuto: false,
    });
    act(world, "bob", letIn(world, "bob", [request]));
    catchUp(world);
    expect(enterBy(world, "bob", joining)).toEqual({
      ok: false,
      error: { kind: "refused", detail: "other-invite" },
    });
  });
});
