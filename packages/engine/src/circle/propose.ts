/**
 * What a member who is no steward does about itself (docs/spec/circle.md, CI-73): it asks to leave, or shows new keys. Both
 * take effect with the next commit of a steward.
 */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import { renewedLeaf } from "./own-leaf.ts";
import { sealMessage } from "./seal-content.ts";
import type { SealedEntry, SealFault } from "./seal-content.ts";

/** Asks the stewards to take this device out. */
export function proposeLeave(
  circle: Circle,
  env: CircleEnv,
): Result<SealedEntry, SealFault> {
  const removed = circle.mls.own.leafIndex;
  return propose(circle, env, { kind: "remove", removed });
}

/** Asks the stewards to take another device of our own person out. */
export function proposeDrop(
  circle: Circle,
  env: CircleEnv,
  removed: number,
): Result<SealedEntry, SealFault> {
  return propose(circle, env, { kind: "remove", removed });
}

/** Shows new keys for this device, so that whoever took the old ones is shut out. */
export function proposeRenewal(
  circle: Circle,
  env: CircleEnv,
): Result<SealedEntry, SealFault> {
  const leaf = { extensions: [renewedLeaf(circle, env)] };
  return propose(circle, env, { kind: "own-update", leaf });
}

type OwnProposal = Parameters<
  CircleEnv["mls"]["createProposal"]
>[2]["proposal"];

function propose(
  circle: Circle,
  env: CircleEnv,
  proposal: OwnProposal,
): Result<SealedEntry, SealFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  const made = env.mls.createProposal(circle.mls, groupEnvOf(circle, env), {
    proposal,
    authenticatedData: ownAuthenticatedData(circle),
  });
  if (!made.ok) {
    const { code } = made.error;
    // Eight of a sender wait in an epoch, and sixty-four handshakes of it count.
    assertInvariant(
      code === "epoch-exhausted" || code === "too-many-proposals",
      "a proposal about our own leaf is valid",
    );
    return err({ kind: "exhausted" });
  }
  const { state, message } = made.value;
  const entry = sealMessage(circle, env, message);
  return entry.ok
    ? ok({ circle: { ...circle, mls: state }, ...entry.value })
    : entry;
}
