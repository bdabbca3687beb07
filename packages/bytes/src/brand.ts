// Brands keep byte strings (and other plain values) of different meaning apart at
// compile time: a GroupId is not a DeviceId, a Ciphertext is not a Plaintext. Only the
// codec or the `createX` function of a type makes values of its brand.

declare const brand: unique symbol;

/** `T` with a name that only the compiler sees; nothing is added at run time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** The same bytes under the brand `name`. Checks nothing: that is the part of the codec that calls it. */
export function brandBytes<Name extends string>(
  bytes: Uint8Array,
  name: Name,
): Brand<Uint8Array, Name>;
export function brandBytes(bytes: Uint8Array): Uint8Array {
  return bytes;
}
