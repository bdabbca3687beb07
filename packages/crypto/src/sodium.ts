// The one door to libsodium (sumo build: the standard one lacks SHA-256, HMAC and Argon2id).
// docs/spec/crypto.md, "The library". No other file of the repository imports it.
//
// `import * as sodium` never receives the functions, which appear on the default export once the WebAssembly is up.

import { assertInvariant } from "@halqa/bytes";
import sodium, {
  libsodium as compiled,
  ready as libraryReady,
  type StateAddress,
} from "libsodium-wrappers-sumo";

export { sodium, type StateAddress };

declare module "libsodium-wrappers-sumo" {
  /** The compiled module under the wrapper, once ready: exported, but left out of the wrapper's type definitions. */
  export const libsodium: {
    /** Replaced whenever the memory grows: never to be kept across a call. */
    readonly HEAPU8: Uint8Array;
    _malloc(length: number): number;
    _free(address: number): void;
  };
}

/** Resolves once libsodium can be called. Every operation of this package is synchronous from then on. */
export const ready: Promise<void> = libraryReady;

/* oxlint-disable no-underscore-dangle -- the compiled module's own names */

/**
 * Copies a state of libsodium's out of its memory, wipes it there and frees it. The wrapper never frees the state of a
 * secretstream, so that each would stay, with its key, for as long as the page lives.
 */
export function takeState(address: StateAddress, length: number): Uint8Array {
  const at = Number(address);
  const state = compiled.HEAPU8.slice(at, at + length);
  compiled.HEAPU8.fill(0, at, at + length);
  compiled._free(at);
  return state;
}

/** Copies a state into libsodium's memory. Whoever calls this gives the address back through `takeState`. */
export function putState(state: Uint8Array): StateAddress {
  const at = compiled._malloc(state.length);
  assertInvariant(at !== 0, "libsodium is out of memory");
  compiled.HEAPU8.set(state, at);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an address is a number, whatever the definitions say
  return at as unknown as StateAddress;
}
