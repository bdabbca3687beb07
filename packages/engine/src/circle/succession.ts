/** What a circle becomes when its members make a steward by their own word (docs/spec/circle.md, CI-120; rule A6). */
import type { CircleInfo } from "./circle-info.ts";
import { toKeySet, withoutKeys } from "./key-set.ts";

/** The one steward who is new, where nobody ceased to be one. */
export function promotedBy(
  before: CircleInfo,
  after: CircleInfo,
): Uint8Array | undefined {
  const [promoted, ...others] = withoutKeys(after.stewards, before.stewards);
  const isAlone =
    others.length === 0 &&
    withoutKeys(before.stewards, after.stewards).length === 0;
  return isAlone ? promoted : undefined;
}

/** With that steward and without invites: whoever keeps them may be gone, or the reason why members help themselves. */
export function infoAfterSuccession(
  before: CircleInfo,
  promoted: Uint8Array,
): CircleInfo {
  return {
    ...before,
    stewards: toKeySet([...before.stewards, promoted]),
    readers: withoutKeys(before.readers, [promoted]),
    invites: [],
    policyVersion: before.policyVersion + 1,
  };
}
