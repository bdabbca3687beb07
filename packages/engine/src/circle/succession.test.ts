/** A steward by the word of most members: what counts, what does not, and what goes with it. */
import { describe, expect, it } from "vitest";
import { majorityOf, signApproval } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { encodeAuthenticatedData, describeSeen } from "./authenticated-data.ts";
import type { CircleInfo } from "./circle-info.ts";
import { currentKey } from "./group-env.ts";
import { planChange, planRemove } from "./plan-commit.ts";
import { planRole } from "./plan-role.ts";
import { planSuccession } from "./plan-succession.ts";
import { infoAfterSuccession } from "./succession.ts";
import {
  act,
  actorOf,
  catchUp,
  circleOf,
  createDirectWorld,
  createWorld,
  isAgreed,
  keyOf,
  makeInvite,
  say,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  forgeCommit,
  forgeMessage,
  infoProposal,
} from "./testing/forge.ts";
import type { ForgeOptions } from "./testing/forge.ts";

/** Words for making somebody a steward, in the order of their leaves. */
function approvalsOf(
  world: World,
  subject: string,
  ...names: readonly string[]
): readonly Approval[] {
  const wanted = { act: "promote", subject: keyOf(world, subject) } as const;
  return names
    .map((name) => signApproval(circleOf(world, name), wanted))
    .toSorted((one, other) => one.leaf - other.leaf);
}

function succeed(
  world: World,
  by: string,
  o: { readonly subject: string; readonly words: readonly string[] },
): ReturnType<typeof planSuccession> {
  const { env } = actorOf(world, by);
  return planSuccession(circleOf(world, by), env, {
    memberKey: keyOf(world, o.subject),
    approvals: approvalsOf(world, o.subject, ...o.words),
  });
}

/** What all say of a member's commit that carries these words. */
function verdictOf(
  world: World,
  by: string,
  o: {
    readonly subject: string;
    readonly approvals: readonly Approval[];
    readonly changed?: Partial<CircleInfo>;
    readonly options?: ForgeOptions;
  },
): string {
  const circle = circleOf(world, by);
  const info = infoAfterSuccession(circle.info, keyOf(world, o.subject));
  const { tag } = currentKey(circle);
  const data = describeSeen(circle.log, tag, o.approvals);
  forgeCommit(world, by, {
    rawData: encodeAuthenticatedData(data),
    ...o.options,
    proposals: [
      infoProposal(world, by, { ...info, ...o.changed }),
      ...(o.options?.proposals ?? []),
    ],
  });
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

const FIVE = ["alice", "bob", "carol", "dave", "eve"] as const;

describe("a steward by the word of most members", () => {
  it("[CI-120] is made by any member's commit, and all invites go", () => {
    const world = createWorld("succession", ...FIVE);
    makeInvite(world, "alice", 3);
    const { invites } = circleOf(world, "bob").info;
    expect(invites).toHaveLength(2);
    act(
      world,
      "bob",
      succeed(world, "bob", {
        subject: "carol",
        words: ["bob", "carol", "dave"],
      }),
    );
    catchUp(world);
    const { info } = circleOf(world, "eve");
    expect(info.stewards).toHaveLength(2);
    expect(info).toMatchObject({ invites: [], policyVersion: 1 });
    // The new steward acts at once, also against the one who did not.
    const { env } = actorOf(world, "carol");
    act(
      world,
      "carol",
      planRemove(circleOf(world, "carol"), env, {
        memberKeys: [keyOf(world, "alice")],
      }),
    );
    catchUp(world);
    expect(actorOf(world, "alice").circle).toBeUndefined();
    say(world, "eve", "on we go");
    expect(words(catchUp(world))["dave"]).toEqual(["eve: on we go"]);
  });

  it("[CI-120] may have been a reader, and is none any more", () => {
    const world = createWorld("reader", "alice", "bob", "carol");
    const { env } = actorOf(world, "alice");
    const memberKey = keyOf(world, "bob");
    const wish = { memberKey, from: ["member"], to: "reader" } as const;
    act(world, "alice", planRole(circleOf(world, "alice"), env, wish));
    catchUp(world);
    act(
      world,
      "bob",
      succeed(world, "bob", { subject: "bob", words: ["bob", "carol"] }),
    );
    catchUp(world);
    const { info } = circleOf(world, "carol");
    expect(info.readers).toEqual([]);
    expect(info.stewards).toHaveLength(2);
  });

  it("[CI-121] needs more than half of the members and never one alone", () => {
    expect([1, 2, 3, 4, 5, 6, 4_096].map(majorityOf)).toEqual([
      2, 2, 2, 3, 3, 4, 2_049,
    ]);
    const world = createWorld("few", ...FIVE);
    const few = approvalsOf(world, "bob", "bob", "carol");
    expect(verdictOf(world, "bob", { subject: "bob", approvals: few })).toBe(
      refused("not-approved"),
    );
    expect(
      succeed(world, "bob", { subject: "bob", words: ["bob", "carol"] }),
    ).toMatchObject({ error: { kind: "not-approved" } });
  });

  it("[CI-121] counts members, not their devices", () => {
    const world = createWorld("devices", "alice", "bob", "carol");
    const { identitySeed } = actorOf(world, "bob");
    const more = addProposal(world, "alice", { identitySeed, deviceNo: 1 });
    forgeCommit(world, "alice", { proposals: [more], isPathLess: true });
    catchUp(world);
    // Both of Bob's devices would sign; here the same word stands under two leaves.
    const [word] = approvalsOf(world, "bob", "bob");
    const twice = [word!, { ...word!, leaf: 3 }];
    expect(verdictOf(world, "bob", { subject: "bob", approvals: twice })).toBe(
      refused("bad-approval"),
    );
  });

  it("[CI-121] takes words for this act, subject, policy and circle only", () => {
    const names = ["bob", "carol", "dave"] as const;
    const world = createWorld("words", ...FIVE);
    const forOther = approvalsOf(world, "carol", ...names);
    const old = approvalsOf(world, "bob", ...names);
    const elsewhere = createWorld("elsewhere", ...FIVE);
    const foreign = approvalsOf(elsewhere, "bob", ...names);
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const settings = { disappearing: 60 };
    act(world, "alice", planChange(circle, env, { settings }));
    catchUp(world);
    const fresh = approvalsOf(world, "bob", ...names);
    const swapped = [
      { ...fresh[0]!, signature: fresh[1]!.signature },
      ...fresh.slice(1),
    ];
    const beyond = [...fresh.slice(1), { ...fresh[0]!, leaf: 4_000_000 }];
    for (const approvals of [forOther, old, foreign, swapped, beyond])
      expect(verdictOf(world, "bob", { subject: "bob", approvals })).toBe(
        refused("bad-approval"),
      );
    expect(verdictOf(world, "bob", { subject: "bob", approvals: fresh })).toBe(
      "commit",
    );
  });

  it("[CI-120] does nothing else: no second steward, no name, no invite, no member", () => {
    const world = createWorld("more", "alice", "bob", "carol", "dave");
    makeInvite(world, "alice", 1);
    const circle = circleOf(world, "alice");
    const names = ["bob", "carol", "dave"] as const;
    const approvals = approvalsOf(world, "bob", ...names);
    const { info } = circle;
    const cases: readonly Partial<CircleInfo>[] = [
      { name: "Other" },
      { invites: info.invites },
      { policyVersion: 2 },
      { addressNumber: 1 },
      { stewards: [keyOf(world, "bob")] },
      { stewards: info.stewards, policyVersion: 0 },
    ];
    for (const changed of cases)
      expect(
        verdictOf(world, "bob", { subject: "bob", approvals, changed }),
      ).toBe(refused("not-a-steward"));
    const options = { proposals: [addProposal(world, "bob", {})] };
    expect(
      verdictOf(world, "bob", { subject: "bob", approvals, options }),
    ).toBe(refused("not-a-steward"));
  });

  it("[CI-121] words stand around nothing else: no steward's commit, no message", () => {
    const world = createWorld("around", "alice", "bob", "carol");
    const approvals = approvalsOf(world, "bob", "bob", "carol");
    expect(verdictOf(world, "alice", { subject: "bob", approvals })).toBe(
      refused("needless-approvals"),
    );
    forgeMessage(world, "carol", {
      data: new Uint8Array(40),
      context: { approvals },
    });
    expect(words(catchUp(world))["bob"]).toEqual(["skipped bad-context"]);
  });

  it("[CI-53] is not planned for stewards, strangers and circles of two", () => {
    const world = createWorld("faults", "alice", "bob", "carol");
    const { env } = actorOf(world, "bob");
    const circle = circleOf(world, "bob");
    const plan = (memberKey: Uint8Array): unknown =>
      planSuccession(circle, env, { memberKey, approvals: [] });
    expect(plan(keyOf(world, "alice"))).toMatchObject({
      error: { kind: "done" },
    });
    expect(plan(new Uint8Array(32))).toMatchObject({
      error: { kind: "unknown-member" },
    });
    const direct = createDirectWorld("direct", "alice", "bob");
    expect(
      succeed(direct, "bob", { subject: "bob", words: ["alice", "bob"] }),
    ).toMatchObject({ error: { kind: "direct" } });
  });
});
