/** How `halqa_circle` may change by a steward's commit, field by field (docs/spec/circle.md, CI-83 to CI-88). */
import { encode, equalBytes, writeVectorOf } from "@halqa/bytes";
import type { Extension, PolicyVerdict } from "../ports/mls.ts";
import { CIRCLE_EXTENSION, decodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import { writeKeySet } from "./field.ts";
import { withoutKeys } from "./key-set.ts";
import { writeRelayRecord } from "./relay-record.ts";

/** `halqa_circle` of a GroupContext that has nothing else, for this circle; or why it is none. */
export function readCircle(
  extensions: readonly Extension[],
  circleId: Uint8Array,
): CircleInfo | string {
  const [extension, ...others] = extensions;
  if (extension?.type !== CIRCLE_EXTENSION || others.length > 0)
    return "circle-extensions";
  const info = decodeCircleInfo(extension.data);
  if (!info.ok) return "circle-malformed";
  if (!equalBytes(info.value.circleId, circleId)) return "circle-other";
  return checkReserved(info.value) ?? info.value;
}

/** Whether the policy's version has to be counted on: who may do what has changed. */
export function changesPolicy(before: CircleInfo, after: CircleInfo): boolean {
  return (
    before.minVersion !== after.minVersion ||
    !equalBytes(before.settings, after.settings) ||
    !isSameSet(before.stewards, after.stewards) ||
    !isSameSet(before.readers, after.readers) ||
    !isSameSet(before.held, after.held)
  );
}

/** The fault of a change that a steward's commit makes. `removes` tells whether it removes members. */
export function checkChange(
  before: CircleInfo,
  after: CircleInfo,
  { removes }: { readonly removes: boolean },
): PolicyVerdict {
  return (
    checkAddress(before, after, removes) ??
    checkVersions(before, after) ??
    checkRelays(before, after) ??
    checkInvites(before, after)
  );
}

/** No version of this program knows what these would mean, so nobody may rely on them. */
function checkReserved(info: CircleInfo): PolicyVerdict {
  const isEmpty =
    info.settings.length === 0 &&
    info.readers.length === 0 &&
    info.held.length === 0 &&
    info.relayTerm === 0;
  if (!isEmpty) return "reserved-field";
  return info.invites.some(({ auto }) => auto) ? "reserved-auto" : undefined;
}

/** CI-85: whoever was removed knows the address, so the others leave it. */
function checkAddress(
  before: CircleInfo,
  after: CircleInfo,
  removes: boolean,
): PolicyVerdict {
  const steps = after.addressNumber - before.addressNumber;
  if (steps === 1) return undefined;
  if (steps !== 0) return "address-number";
  return removes ? "address-not-rotated" : undefined;
}

function checkVersions(before: CircleInfo, after: CircleInfo): PolicyVerdict {
  if (after.minVersion < before.minVersion) return "min-version";
  const steps = changesPolicy(before, after) ? 1 : 0;
  return after.policyVersion === before.policyVersion + steps
    ? undefined
    : "policy-version";
}

/** Moving to another relay needs more than one steward's word; that act is reserved. */
function checkRelays(before: CircleInfo, after: CircleInfo): PolicyVerdict {
  const [one, other] = [before, after].map(({ relays }) =>
    encode((w) => writeVectorOf(w, relays, writeRelayRecord)),
  );
  return one !== undefined && other !== undefined && equalBytes(one, other)
    ? undefined
    : "relays-changed";
}

/** An invite is what it was made as until it goes; whoever is no steward any more knows the secrets of all of them. */
function checkInvites(before: CircleInfo, after: CircleInfo): PolicyVerdict {
  const lost = withoutKeys(before.stewards, after.stewards);
  if (lost.length > 0 && after.invites.length > 0) return "invites-not-revoked";
  const isChanged = after.invites.some((invite) => {
    const old = findInvite(before, invite.invitePub);
    return (
      old !== undefined &&
      (old.maxUses !== invite.maxUses || old.auto !== invite.auto)
    );
  });
  return isChanged ? "invite-changed" : undefined;
}

/** The invite of that key, in a circle's list. */
export function findInvite(
  { invites }: Pick<CircleInfo, "invites">,
  invitePub: Uint8Array,
): InviteRecord | undefined {
  return invites.find((one) => equalBytes(one.invitePub, invitePub));
}

function isSameSet(
  one: readonly Uint8Array[],
  other: readonly Uint8Array[],
): boolean {
  return equalBytes(
    encode((w) => writeKeySet(w, one)),
    encode((w) => writeKeySet(w, other)),
  );
}
