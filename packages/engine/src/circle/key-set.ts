/** Sets of public keys as circles list them: sorted, so that one set has one form. */
import { compareBytes, equalBytes } from "@halqa/bytes";

export type KeySet = readonly Uint8Array[];

export function hasKey(keys: KeySet, key: Uint8Array): boolean {
  return keys.some((one) => equalBytes(one, key));
}

/** The keys in order, each once. */
export function toKeySet(keys: KeySet): KeySet {
  const sorted = keys.toSorted(compareBytes);
  return sorted.filter((key, index) => {
    const before = sorted[index - 1];
    return before === undefined || !equalBytes(before, key);
  });
}

/** Those of `keys` that are not in `others`. */
export function withoutKeys(keys: KeySet, others: KeySet): KeySet {
  return keys.filter((key) => !hasKey(others, key));
}
