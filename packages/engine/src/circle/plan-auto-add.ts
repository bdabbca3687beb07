/**
 * The commit by which a member who is no steward lets people in (docs/spec/circle.md, CI-133): Adds by invites with `auto`,
 * without a path and without what others proposed.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { findInvite } from "./check-invites.ts";
import { chooseRequests } from "./choose-requests.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import type { JoinRequest } from "./join-request.ts";
import { joinersOf } from "./plan-commit.ts";
import type { PlannedCommit } from "./plan-commit.ts";
import type { PlanFault } from "./plan-fault.ts";
import { rosterOf } from "./roster.ts";
import { sealMessage } from "./seal-content.ts";

/** Lets those in who asked by such an invite and are not in yet. `now` is in seconds since 1970. */
export function planAutoAdd(
  circle: Circle,
  env: CircleEnv,
  o: { readonly requests: readonly JoinRequest[]; readonly now: number },
): Result<PlannedCommit, PlanFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  if (circle.info.isClosed) return err({ kind: "closed" });
  const roster = rosterOf(env.mls, circle.mls.tree);
  const open = o.requests.filter(
    ({ invitePub }) => findInvite(circle.info, invitePub)?.auto !== undefined,
  );
  const requests = chooseRequests(circle.info, roster, open);
  if (!requests.ok) return requests;
  if (requests.value.length === 0) return err({ kind: "done" });
  const made = env.mls.createCommit(circle.mls, groupEnvOf(circle, env), {
    proposals: requests.value.map(({ keyPackage }) => ({
      kind: "add",
      keyPackage,
    })),
    references: [],
    authenticatedData: ownAuthenticatedData(circle),
    now: BigInt(o.now),
  });
  if (!made.ok) {
    const { code, detail } = made.error;
    const text = detail === undefined ? code : `${code}: ${detail}`;
    return err({ kind: "refused", detail: text });
  }
  const { state, pending, message } = made.value;
  const entry = sealMessage(circle, env, message);
  if (!entry.ok) return entry;
  const { body, entryId } = entry.value;
  const joiners = joinersOf(pending, requests.value);
  return ok({
    circle: { ...circle, mls: state },
    pending: { commit: pending, entryId, joiners },
    before: [],
    body,
  });
}
