// Ids as the keys of maps.

/** A text that stands for an id: one character for each octet, so that it is made in one go and takes half of what hex does. */
export function keyOf(id: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, id);
}
