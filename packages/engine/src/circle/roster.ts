/** Who is in the circle: the member keys of the tree's leaves (docs/spec/circle.md, CI-5). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { MlsPort, RatchetTree } from "../ports/mls.ts";
import type { Circle, CircleEnv, MemberRef } from "./circle.ts";
import { hasKey } from "./key-set.ts";
import { factsOf } from "./leaf-facts.ts";
import type { LeafFacts } from "./leaf-facts.ts";

/** One device. */
export interface RosterLeaf extends LeafFacts {
  readonly leaf: number;
}

export interface Member extends MemberRef {
  readonly leaves: readonly number[];
  readonly isSteward: boolean;
  readonly isOwn: boolean;
  readonly invitePub: Uint8Array | undefined;
}

// Every view and every check asks who is there, and a tree changes only with a commit. Trees are immutable; what was read of one
// goes when it goes.
const rosterByTree = new WeakMap<RatchetTree, readonly RosterLeaf[]>();
const membersByTree = new WeakMap<RatchetTree, KnownMembers>();

interface KnownMembers extends Pick<Circle, "info" | "memberKey"> {
  readonly members: readonly Member[];
}

/** The devices in a tree that V accepted, from the left. */
export function rosterOf(
  mls: Pick<MlsPort, "leaves">,
  tree: RatchetTree,
): readonly RosterLeaf[] {
  const known = rosterByTree.get(tree);
  if (known !== undefined) return known;
  const roster = mls.leaves(tree).flatMap(([leaf, node]) => {
    const facts = factsOf(node);
    return facts === undefined ? [] : [{ leaf, ...facts }];
  });
  rosterByTree.set(tree, roster);
  return roster;
}

/** The members, each with all devices, in the order of their first leaf. */
export function membersOf(circle: Circle, env: CircleEnv): readonly Member[] {
  const { info, memberKey } = circle;
  const { tree } = circle.mls;
  const known = membersByTree.get(tree);
  if (known?.info === info && known.memberKey === memberKey)
    return known.members;
  const members = groupByMember(circle, rosterOf(env.mls, tree));
  membersByTree.set(tree, { info, memberKey, members });
  return members;
}

function groupByMember(
  circle: Circle,
  roster: readonly RosterLeaf[],
): readonly Member[] {
  const members = new Map<string, Member>();
  for (const { leaf, credential, info } of roster) {
    const { memberKey } = credential;
    const key = encodeBase64url(memberKey);
    const known = members.get(key);
    members.set(
      key,
      known === undefined
        ? {
            memberKey,
            name: info.name,
            leaves: [leaf],
            isSteward: hasKey(circle.info.stewards, memberKey),
            isOwn: equalBytes(memberKey, circle.memberKey),
            invitePub: info.invitePub,
          }
        : { ...known, leaves: [...known.leaves, leaf] },
    );
  }
  return [...members.values()];
}

/** Whether we may admit, remove and change. */
export function isSteward({ info, memberKey }: Circle): boolean {
  return hasKey(info.stewards, memberKey);
}

/** The devices of a member. */
export function leavesOf(
  roster: readonly RosterLeaf[],
  memberKey: Uint8Array,
): readonly RosterLeaf[] {
  return roster.filter(({ credential }) =>
    equalBytes(credential.memberKey, memberKey),
  );
}

/** How many devices in the roster came by an invite: what counts against its uses. */
export function usesOf(
  roster: readonly RosterLeaf[],
  invitePub: Uint8Array,
): number {
  return roster.filter(
    ({ info }) =>
      info.invitePub !== undefined && equalBytes(info.invitePub, invitePub),
  ).length;
}

/** The member at a leaf; undefined for a blank one. */
export function memberAt(
  circle: Circle,
  env: CircleEnv,
  leaf: number,
): MemberRef | undefined {
  const node = env.mls.leafAt(circle.mls.tree, leaf);
  const facts = node === undefined ? undefined : factsOf(node);
  return (
    facts && { memberKey: facts.credential.memberKey, name: facts.info.name }
  );
}
