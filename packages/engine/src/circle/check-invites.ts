/** How the recorded invites may change (docs/spec/circle.md, CI-88, CI-130 to CI-132): V's judgement of a list of them. */
import { equalBytes } from "@halqa/bytes";
import type { PolicyVerdict } from "../ports/mls.ts";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import { encodeInvite, invitePubOf } from "./invite-secret.ts";
import { withoutKeys } from "./key-set.ts";

/** The invite of that key, in a circle's list. */
export function findInvite(
  { invites }: Pick<CircleInfo, "invites">,
  invitePub: Uint8Array,
): InviteRecord | undefined {
  return invites.find((one) => equalBytes(one.invitePub, invitePub));
}

/**
 * An invite is what it was made as until it goes. Whoever is no steward any more knows the secrets of all of them, and
 * whoever is no member any more those with `auto`.
 */
export function checkInvites(
  before: CircleInfo,
  after: CircleInfo,
  { removes }: { readonly removes: boolean },
): PolicyVerdict {
  const lost = withoutKeys(before.stewards, after.stewards);
  if (lost.length > 0 && after.invites.length > 0) return "invites-not-revoked";
  for (const invite of after.invites) {
    const old = findInvite(before, invite.invitePub);
    if (old === undefined) continue;
    if (!isSameInvite(old, invite)) return "invite-changed";
    if (removes && invite.auto !== undefined) return "auto-not-revoked";
  }
  return checkAutoInvites(after);
}

/** CI-131: their secrets are theirs, and the circle's settings let members let people in. */
export function checkAutoInvites({
  settings,
  invites,
}: Pick<CircleInfo, "settings" | "invites">): PolicyVerdict {
  for (const { auto, invitePub } of invites) {
    if (auto === undefined) continue;
    if (settings.adding !== "everyone") return "auto-not-allowed";
    if (!equalBytes(invitePubOf(auto.secret), invitePub))
      return "auto-malformed";
  }
  return undefined;
}

function isSameInvite(one: InviteRecord, other: InviteRecord): boolean {
  if (one.maxUses !== other.maxUses) return false;
  if (one.auto === undefined || other.auto === undefined)
    return one.auto === other.auto;
  return equalBytes(encodeInvite(one.auto), encodeInvite(other.auto));
}
