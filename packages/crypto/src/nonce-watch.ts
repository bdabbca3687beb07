// A watch for tests: every sealing tells its (key, nonce), digested, to whoever watches. Two seals under one pair
// reveal both texts and the authentication key, and no other test notices.
// docs/spec/crypto.md, "Authenticated encryption". Nothing watches in the product.
//
// This file imports nothing, so that a test setup that only watches does not load libsodium.

/** Receives SHA-256(key || nonce) of each sealing. */
export type SealWatcher = (keyAndNonce: Uint8Array) => void;

let watcher: SealWatcher | undefined;

/** Installs the one watcher, or removes it. */
export function watchSeals(next: SealWatcher | undefined): void {
  watcher = next;
}

/** The watcher, if any. */
export function getSealWatcher(): SealWatcher | undefined {
  return watcher;
}
