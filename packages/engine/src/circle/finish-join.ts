/** The joiner's last step: the circle behind a Welcome, if it is the one that the link named (docs/spec/invite.md, IN-45 to IN-49). */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Extension } from "../ports/mls.ts";
import { ed25519PublicKey } from "@halqa/crypto";
import { readCircle } from "./check-change.ts";
import { findInvite } from "./check-invites.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import type { CircleInfo } from "./circle-info.ts";
import { joinedLog } from "./circle-log.ts";
import { epochKeyOf } from "./epoch-key.ts";
import { noFragments } from "./fragment-set.ts";
import type { InviteLink } from "./invite-link.ts";
import type { Joining } from "./joining.ts";
import { hasKey } from "./key-set.ts";
import { createPolicy } from "./policy.ts";
import { nothingSent } from "./sent-count.ts";
import { decodeStartInfo } from "./start-info.ts";
import { openTree } from "./tree-blob.ts";
import type { OpenedWelcome } from "./welcome.ts";

export type JoinFault =
  /** The parts are not the blob that the Welcome names. */
  | { readonly kind: "tree" }
  /** MLS or V refuses the group. */
  | { readonly kind: "refused"; readonly detail: string }
  /** The steward of the link is none here. */
  | { readonly kind: "other-steward" }
  /** The circle needs a newer version of this program. */
  | { readonly kind: "paused" };

/**
 * The circle that we are in now; `parts` are those of the Welcome's blob, in order. Erase `joining` in the transaction that
 * stores it.
 */
export function finishJoin(
  joining: Joining,
  env: CircleEnv,
  o: {
    readonly opened: OpenedWelcome;
    readonly parts: readonly Uint8Array[];
  },
): Result<Circle, JoinFault> {
  const { mls, random } = env;
  const { circleId, stewardKey } = joining.link;
  const tree = openTree(o.opened.blob, { parts: o.parts, context: circleId });
  if (!tree.ok) return err({ kind: "tree" });
  const policy = createPolicy(mls, { circleId, log: undefined });
  const joined = mls.joinGroup(
    { suite: mls.suite3, random, policy },
    { welcome: o.opened.welcome, own: joining.own, tree: tree.value },
  );
  if (!joined.ok) {
    const { code, detail } = joined.error;
    const text = detail === undefined ? code : `${code}: ${detail}`;
    return err({ kind: "refused", detail: text });
  }
  const { state, extensions } = joined.value;
  const info = readCircle(state.context.extensions, circleId);
  assertInvariant(typeof info !== "string", "V accepted the circle");
  if (!hasKey(info.stewards, stewardKey)) return err({ kind: "other-steward" });
  if (!isAsLinked(info, joining.link))
    return err({ kind: "refused", detail: "other-invite" });
  const circle: Circle = {
    mls: state,
    info,
    memberKey: joining.memberKey,
    sealingKeys: [joining.sealingKey],
    ...logOf(info, extensions),
    epochKeys: [epochKeyOf(mls, state, info)],
    fragments: noFragments,
    sent: nothingSent,
    awaits: { steward: stewardKey, isSilent: !joining.link.isAuto },
  };
  return isPaused(circle) ? err({ kind: "paused" }) : ok(circle);
}

/** Who let us in follows from the invite; the link has told whether a steward must have. */
function isAsLinked(
  info: CircleInfo,
  { inviteSeed, isAuto }: InviteLink,
): boolean {
  const invite = findInvite(info, ed25519PublicKey(inviteSeed));
  return invite === undefined || (invite.auto !== undefined) === isAuto;
}

/** Where to begin to read, as the Welcome says, and the move that led there. */
export function logOf(
  info: CircleInfo,
  extensions: readonly Extension[],
): Pick<Circle, "log" | "moved"> {
  const [extension] = extensions;
  const start = extension && decodeStartInfo(extension.data);
  const relay = info.relays[0];
  assertInvariant(
    start !== undefined && start.ok && relay !== undefined,
    "V accepted where to begin",
  );
  const { addressNumber, part, logSeed, moved } = start.value;
  const { relayPub } = moved?.relay ?? relay;
  const address = { addressNumber, part, relayPub, logSeed };
  return {
    log: joinedLog(address, start.value),
    ...(moved === undefined ? {} : { moved: { ...moved, from: undefined } }),
  };
}
