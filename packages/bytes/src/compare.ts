// Comparing byte strings. For secrets, tags and anything derived from them only `equalBytes` will do.

/**
 * Whether two byte strings are equal, in a time that depends on their length and not on their content. Lengths are
 * taken as public.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    difference |= a[i]! ^ b[i]!;
  }
  return difference === 0;
}

/**
 * Lexicographic order by unsigned bytes, a prefix first: below, at or above 0. Stops at the first difference, so it
 * is for public values only.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
