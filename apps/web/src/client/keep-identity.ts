// Views come whole, as fresh copies from another thread. What has not changed keeps its identity here, so that only the
// rows that changed are drawn again.

/** `next`, with each part that equals the same part of `last` replaced by that one. Parts of lists are matched by `id` where they have one. */
export function keepIdentity<T>(last: T | undefined, next: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- equal in content to `next`, or `next` itself
  return share(last, next) as T;
}

function share(last: unknown, next: unknown): unknown {
  if (Object.is(last, next)) return last;
  if (Array.isArray(last) && Array.isArray(next)) return shareList(last, next);
  if (isRecord(last) && isRecord(next)) return shareRecord(last, next);
  return next;
}

function shareList(
  last: readonly unknown[],
  next: readonly unknown[],
): readonly unknown[] {
  const lastById = new Map<unknown, unknown>();
  for (const part of last) {
    if (isRecord(part) && "id" in part) lastById.set(part["id"], part);
  }
  const shared = next.map((part, index) =>
    share(
      isRecord(part) && "id" in part ? lastById.get(part["id"]) : last[index],
      part,
    ),
  );
  const isSame =
    shared.length === last.length &&
    shared.every((part, index) => part === last[index]);
  return isSame ? last : shared;
}

function shareRecord(
  last: Readonly<Record<string, unknown>>,
  next: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(next).map(
    ([name, value]) => [name, share(last[name], value)] as const,
  );
  const isSame =
    entries.length === Object.keys(last).length &&
    entries.every(([name, value]) => name in last && value === last[name]);
  return isSame ? last : Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
