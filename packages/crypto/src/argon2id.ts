// Argon2id (RFC 9106, version 0x13, one lane) from a passphrase to a key. docs/spec/crypto.md, "Passphrases".
//
// The parameters come out of a stored header, which somebody may have changed: too little would hand the passphrase to
// a guesser (a downgrade), too much would hang or kill the page. Both are refused before any memory is asked for.

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import { sodium } from "./sodium.ts";

export interface Argon2idParameters {
  readonly passes: number;
  readonly memoryKiB: number;
}

interface Argon2idError {
  readonly kind: "below-floor" | "above-ceiling" | "out-of-memory";
}

/** The least that is accepted: OWASP's minimum for Argon2id with one lane, 19 MiB and two passes. */
export const ARGON2ID_FLOOR: Argon2idParameters = {
  passes: 2,
  memoryKiB: 19 * 1024,
};

/** What new headers start from: RFC 9106, 4, second recommended option (64 MiB, three passes), in libsodium's one lane. */
export const ARGON2ID_DEFAULT: Argon2idParameters = {
  passes: 3,
  memoryKiB: 64 * 1024,
};

/** The most that is accepted of each. 1 GiB is half of what WebAssembly's memory can be here. */
export const ARGON2ID_CEILING: Argon2idParameters = {
  passes: 16,
  memoryKiB: 1024 * 1024,
};

// The time goes with the product. 4 GiB filled is 21 times the default; 13 seconds were seen on a busy machine of two processors.
const MAX_FILLED_KIB = 4 * 1024 * 1024;
const SALT_LENGTH = 16;

/** Whether these parameters are below the floor or above the ceiling; undefined when they are neither. */
export function checkArgon2idParameters(
  parameters: Argon2idParameters,
): Argon2idError | undefined {
  const { passes, memoryKiB } = parameters;
  const enough =
    Number.isInteger(passes) &&
    Number.isInteger(memoryKiB) &&
    passes >= ARGON2ID_FLOOR.passes &&
    memoryKiB >= ARGON2ID_FLOOR.memoryKiB;
  if (!enough) return { kind: "below-floor" };
  const bearable =
    passes <= ARGON2ID_CEILING.passes &&
    memoryKiB <= ARGON2ID_CEILING.memoryKiB &&
    passes * memoryKiB <= MAX_FILLED_KIB;
  return bearable ? undefined : { kind: "above-ceiling" };
}

/**
 * The 32-byte key of a passphrase under a 16-byte salt. libsodium's memory grows by what is asked for and never
 * shrinks again, so this belongs in a worker that ends with the session.
 */
export function deriveArgon2id(input: {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Argon2idParameters;
}): Result<Uint8Array, Argon2idError> {
  const { passphrase, salt, parameters } = input;
  assertInvariant(salt.length === SALT_LENGTH, "an Argon2id salt has 16 bytes");
  const refusal = checkArgon2idParameters(parameters);
  if (refusal !== undefined) return err(refusal);
  return runArgon2id({ passphrase, salt, parameters, length: 32 });
}

/** Argon2id without floor or ceiling, for the published vectors, which lie below the floor. */
export function runArgon2id(input: {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Argon2idParameters;
  readonly length: number;
}): Result<Uint8Array, Argon2idError> {
  const { passphrase, salt, parameters, length } = input;
  try {
    return ok(
      sodium.crypto_pwhash(
        length,
        passphrase,
        salt,
        parameters.passes,
        parameters.memoryKiB * 1024,
        sodium.crypto_pwhash_ALG_ARGON2ID13,
      ),
    );
  } catch {
    // With lengths and limits checked, memory is the only thing that can be missing.
    return err({ kind: "out-of-memory" });
  }
}
