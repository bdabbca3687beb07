/** How `halqa_circle` may change by a steward's commit, field by field (docs/spec/circle.md, CI-83 to CI-88). */
import { encode, equalBytes } from "@halqa/bytes";
import type { Extension, PolicyVerdict } from "../ports/mls.ts";
import { checkInvites } from "./check-invites.ts";
import { checkRelays } from "./check-relays.ts";
import { CIRCLE_EXTENSION, decodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { writeKeySet } from "./field.ts";
import type { RelayPlace } from "./moved.ts";
import { areSameSettings } from "./settings.ts";

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
  return info.value;
}

/** Whether the policy's version has to be counted on: who may do what has changed. */
export function changesPolicy(before: CircleInfo, after: CircleInfo): boolean {
  return (
    before.minVersion !== after.minVersion ||
    before.isClosed !== after.isClosed ||
    !areSameSettings(before.settings, after.settings) ||
    !isSameSet(before.stewards, after.stewards) ||
    !isSameSet(before.readers, after.readers) ||
    !isSameSet(before.held, after.held)
  );
}

/** The fault of a change that a steward's commit makes. `removes` tells whether it removes members, `place` where the log is. */
export function checkChange(
  before: CircleInfo,
  after: CircleInfo,
  { removes, place }: { readonly removes: boolean; readonly place: RelayPlace },
): PolicyVerdict {
  return (
    checkAddress(before, after, removes) ??
    checkVersions(before, after) ??
    checkKind(before, after) ??
    checkRelays(before, after, place) ??
    checkInvites(before, after, { removes })
  );
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

/** CI-103: a circle of two does not become another one, whatever its stewards want. */
function checkKind(before: CircleInfo, after: CircleInfo): PolicyVerdict {
  return before.settings.kind === after.settings.kind
    ? undefined
    : "kind-changed";
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
