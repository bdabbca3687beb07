// Proof that a function leaves its arguments alone. Freezing stops a write where it happens, but no engine can freeze
// the bytes of a typed array: for these a record of the whole value is compared afterwards.

import { encodeHex } from "@halqa/bytes";

/**
 * Freezes a value and all that it holds, so that writing to it throws; Maps and Sets refuse their changing methods.
 * Bytes in typed arrays stay writable: `expectUnchanged` watches them.
 */
export function deepFreeze<T>(value: T): T {
  freeze(value, new Set());
  return value;
}

/**
 * Runs `run` and returns its result; throws, naming the place, when `value` or anything that it holds, bytes
 * included, is not what it was before.
 */
export function expectUnchanged<T>(value: unknown, run: () => T): T {
  const before = record(value);
  const result = run();
  const after = record(value);
  for (const place of new Set([...before.keys(), ...after.keys()])) {
    const same =
      before.has(place) === after.has(place) &&
      Object.is(before.get(place), after.get(place));
    if (!same) throw new Error(`changed: ${place}`);
  }
  return result;
}

/** A name within a value and what stands there. */
type Part = readonly [string, unknown];

function freeze(value: unknown, seen: Set<object>): void {
  if (!isObject(value) || isBinary(value) || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    for (const method of ["set", "add", "delete", "clear"]) {
      Object.defineProperty(value, method, { value: refuseChange });
    }
  }
  for (const [, held] of partsOf(value)) freeze(held, seen);
  Object.freeze(value);
}

function refuseChange(): never {
  throw new TypeError("the collection is frozen");
}

/** What stands at each place, as `value.leaves.3`: objects by identity, binary data by its content too. */
function record(root: unknown): Map<string, unknown> {
  const places = new Map<string, unknown>();
  const seen = new Set<object>();
  const visit = (name: string, value: unknown): void => {
    // Two symbols can have one name; neither may hide the other.
    const place = places.has(name) ? `${name} (${places.size})` : name;
    places.set(place, value);
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    if (isBinary(value)) {
      places.set(`${place} (bytes)`, encodeHex(bytesOf(value)));
      return;
    }
    for (const [part, held] of partsOf(value)) visit(`${place}.${part}`, held);
  };
  visit("value", root);
  return places;
}

function partsOf(value: object): Part[] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, held], i): Part[] => [
      [`key ${i}`, key],
      [`entry ${i}`, held],
    ]);
  }
  if (value instanceof Set) {
    return [...value].map((item: unknown, i): Part => [`item ${i}`, item]);
  }
  return Reflect.ownKeys(value).map((key): Part => [
    String(key),
    Reflect.get(value, key),
  ]);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isBinary(value: object): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
