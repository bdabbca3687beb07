// What a test expects of a Result.

import type { Result } from "@halqa/bytes";

/** The value of an outcome that has to be good. */
export function valueOf<T>(result: Result<T, { readonly kind: string }>): T {
  if (!result.ok) throw new Error(`unexpected outcome: ${result.error.kind}`);
  return result.value;
}

/** The kind of error, or "ok". */
export function kindOf(
  result: Result<unknown, { readonly kind: string }>,
): string {
  return result.ok ? "ok" : result.error.kind;
}
