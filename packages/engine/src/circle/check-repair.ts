/**
 * Repairs in a commit (docs/spec/circle.md, CI-150 to CI-152): a device that is taken out and let in again in one commit. That
 * removes nobody, so the address stays, and it lets nobody in, so no invite is used.
 */
import { leavesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";
import { isSameInvite } from "./same-invite.ts";

/** What a commit does to the roster beside its repairs. */
export interface RosterChange {
  readonly removed: readonly RosterLeaf[];
  readonly added: readonly RosterLeaf[];
}

/** The change without the repairs in it, and these; or why a repair is none. */
export function splitRepairs(
  change: RosterChange,
): (RosterChange & { readonly repaired: readonly RosterLeaf[] }) | string {
  const { removed, added } = change;
  const returning = added.filter(
    ({ credential }) => leavesOf(removed, credential.memberKey).length > 0,
  );
  if (returning.length === 0) return { ...change, repaired: [] };
  const leaving = removed.filter(
    ({ credential }) => leavesOf(added, credential.memberKey).length > 0,
  );
  const isMatched =
    leaving.length === returning.length &&
    returning.every(
      (one) => leaving.filter((other) => isHeir(other, one)).length === 1,
    );
  if (!isMatched) return "repair-mismatch";
  return {
    repaired: returning,
    removed: removed.filter((one) => !leaving.includes(one)),
    added: added.filter((one) => !returning.includes(one)),
  };
}

/** CI-151: the same device of the same member, by the same invite. */
function isHeir(before: RosterLeaf, after: RosterLeaf): boolean {
  return (
    leavesOf([before], after.credential.memberKey).length === 1 &&
    before.credential.deviceNo === after.credential.deviceNo &&
    after.info.lastPathEpoch === 0n &&
    isSameInvite(before.info.invitePub, after.info.invitePub)
  );
}
