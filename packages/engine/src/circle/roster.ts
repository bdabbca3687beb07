/** Who is in the circle: the member keys of the tree's leaves (docs/spec/circle.md, CI-5). */
import { equalBytes } from "@halqa/bytes";
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

/** The devices in a tree that V accepted, from the left. */
export function rosterOf(
  mls: Pick<MlsPort, "leaves">,
  tree: RatchetTree,
): readonly RosterLeaf[] {
  return mls.leaves(tree).flatMap(([leaf, node]) => {
    const facts = factsOf(node);
    return facts === undefined ? [] : [{ leaf, ...facts }];
  });
}

/** The members, each with all devices, in the order of their first leaf. */
export function membersOf(circle: Circle, env: CircleEnv): readonly Member[] {
  const members: Member[] = [];
  for (const one of rosterOf(env.mls, circle.mls.tree)) {
    const { memberKey } = one.credential;
    const at = members.findIndex((member) =>
      equalBytes(member.memberKey, memberKey),
    );
    const known = members[at];
    if (known !== undefined) {
      members[at] = { ...known, leaves: [...known.leaves, one.leaf] };
      continue;
    }
    members.push({
      memberKey,
      name: one.info.name,
      leaves: [one.leaf],
      isSteward: hasKey(circle.info.stewards, memberKey),
      isOwn: equalBytes(memberKey, circle.memberKey),
      invitePub: one.info.invitePub,
    });
  }
  return members;
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
