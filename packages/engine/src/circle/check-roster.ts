/** What members and `halqa_circle` must be to each other, after every commit and for a joiner (docs/spec/circle.md, CI-79, CI-81, CI-82, CI-114). */
import { encodeHex } from "@halqa/bytes";
import type { PolicyVerdict } from "../ports/mls.ts";
import type { CircleInfo } from "./circle-info.ts";
import { MAX_LEAVES_OF_MEMBER } from "./limits.ts";
import { usesOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** Stewards are members, no member has too many devices, and no invite has let in more than it may. */
export function checkRoster(
  roster: readonly RosterLeaf[],
  info: Pick<CircleInfo, "stewards" | "invites">,
): PolicyVerdict {
  const devices = new Map<string, number>();
  for (const { credential } of roster) {
    const key = encodeHex(credential.memberKey);
    devices.set(key, (devices.get(key) ?? 0) + 1);
  }
  if (info.stewards.some((steward) => !devices.has(encodeHex(steward))))
    return "steward-not-a-member";
  if ([...devices.values()].some((count) => count > MAX_LEAVES_OF_MEMBER))
    return "too-many-devices";
  return info.invites.some(
    ({ invitePub, maxUses }) => usesOf(roster, invitePub) > maxUses,
  )
    ? "invite-overspent"
    : undefined;
}
