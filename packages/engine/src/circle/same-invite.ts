/** Whether two leaves came in the same way (docs/spec/circle.md, CI-151). */
import { equalBytes } from "@halqa/bytes";

/** By the same invite, or both by none. */
export function isSameInvite(
  one: Uint8Array | undefined,
  other: Uint8Array | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one, other);
}
