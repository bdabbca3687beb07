/**
 * Freezes states as deep as JavaScript can (not the bytes), so that a mutation of plain data throws where it happens. What
 * is frozen once is not walked again: a new state shares most of the old one.
 */

const frozen = new WeakSet();

export function freezeDeep(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (frozen.has(value) || ArrayBuffer.isView(value)) return;
  frozen.add(value);
  Object.freeze(value);
  const parts: Iterable<unknown> =
    value instanceof Map ? value.values() : Object.values(value);
  for (const part of parts) freezeDeep(part);
}
