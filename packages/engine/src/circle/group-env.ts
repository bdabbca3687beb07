/** What MLS is told about a circle when it judges a message of the current epoch. */
import { assertInvariant } from "@halqa/bytes";
import type { GroupEnv } from "../ports/mls.ts";
import type { Approval } from "./approval.ts";
import { describeSeen, encodeAuthenticatedData } from "./authenticated-data.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import type { EpochKey } from "./epoch-key.ts";
import { createPolicy } from "./policy.ts";
import { placeOf } from "./relay-term.ts";

/** With V for this circle and epoch. */
export function groupEnvOf(
  circle: Circle,
  { mls, random }: CircleEnv,
): GroupEnv {
  const { circleId } = circle.info;
  const { logId } = circle.log;
  const epochTag = currentKey(circle).tag;
  const log = { logId, epochTag, place: placeOf(circle) };
  const policy = createPolicy(mls, { circleId, log });
  return { suite: mls.suite3, random, policy };
}

/** Of the epoch that the circle is in. */
export function currentKey({ epochKeys }: Circle): EpochKey {
  const [key] = epochKeys;
  assertInvariant(key !== undefined, "a circle is in an epoch");
  return key;
}

/** What goes around a message of ours that is made now. */
export function ownAuthenticatedData(
  circle: Circle,
  approvals: readonly Approval[] = [],
): Uint8Array {
  const { tag } = currentKey(circle);
  return encodeAuthenticatedData(describeSeen(circle.log, tag, approvals));
}
