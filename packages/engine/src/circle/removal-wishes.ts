/** Which devices go with a commit though their member stays (docs/spec/circle.md, CI-160), and which removals were proposed. */
import type { CommitView, PolicyVerdict } from "../ports/mls.ts";
import type { Circle } from "./circle.ts";
import { hasKey } from "./key-set.ts";
import { leavesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** CI-160: who is taken out in part was asked for by its own devices, or is one device by a steward's word. */
export function checkParts(
  { proposals }: Pick<CommitView, "proposals">,
  o: {
    readonly roster: readonly RosterLeaf[];
    readonly removed: readonly RosterLeaf[];
  },
): PolicyVerdict {
  const { roster, removed } = o;
  const parts = removed.filter(
    ({ credential: { memberKey } }) =>
      leavesOf(removed, memberKey).length < leavesOf(roster, memberKey).length,
  );
  const asked = parts.map(({ leaf }) =>
    proposals.find(
      ({ proposal, byReference }) =>
        byReference && proposal.kind === "remove" && proposal.removed === leaf,
    ),
  );
  const byWord = asked.filter((one) => one === undefined).length;
  const isWhole = asked.some(
    (one) =>
      one?.proposal.kind === "remove" && one.proposal.removed === one.sender,
  );
  const isPart = byWord > 1 || isWhole;
  return isPart ? "device-left-behind" : undefined;
}

/** Leaves whose removal was proposed: by themselves, or by another device of the member. */
export function proposedRemovals(circle: Circle): {
  readonly own: ReadonlySet<number>;
  readonly siblings: ReadonlySet<number>;
} {
  const own = new Set<number>();
  const siblings = new Set<number>();
  for (const { proposal, sender } of circle.mls.proposals.values()) {
    if (proposal.kind !== "remove") continue;
    const wishes = proposal.removed === sender ? own : siblings;
    wishes.add(proposal.removed);
  }
  return { own, siblings };
}

/** Whether somebody of these devices' members knows the secrets of the circle's invites. */
export function areStewards(
  { info }: Circle,
  devices: readonly RosterLeaf[],
): boolean {
  return devices.some(({ credential }) =>
    hasKey(info.stewards, credential.memberKey),
  );
}
