// From slot, header and passphrase to the data key, and back into a header (docs/spec/vault.md, "Opening").

import {
  assertInvariant,
  encodeUtf8,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import {
  ARGON2ID_DEFAULT,
  checkArgon2idParameters,
  deriveArgon2id,
  type Argon2idParameters,
  type RandomBytes,
} from "@halqa/crypto";
import {
  deriveKek,
  openDataKey,
  readHeader,
  SALT_LENGTH,
  sealHeader,
  type Header,
  type HeaderParameters,
} from "./header.ts";
import { MAX_PASSPHRASE_LENGTH } from "./limits.ts";
import { wrongKeyOrTampered, type UnlockError } from "./outcome.ts";
import { isStrongEnough } from "./passphrase-floor.ts";
import type { SlotState, WholeHalf } from "./slot-halves.ts";

export interface Unlocked {
  readonly dataKey: Uint8Array;
  /** The halves of the slot that the header goes by: two while the state secret changes. */
  readonly halves: readonly WholeHalf[];
}

/** Finds the halves that the header goes by, and opens the data key with them. */
export function unlock(
  header: Uint8Array,
  slot: SlotState,
  passphrase: string | undefined,
): Result<Unlocked, UnlockError> {
  const halves = slot.whole.filter(
    ({ lockSecret }) => readHeader(header, lockSecret) !== undefined,
  );
  const [half] = halves;
  const read = half && readHeader(header, half.lockSecret);
  if (half === undefined || read === undefined) return err(wrongKeyOrTampered);
  const dataKey = unlockHeader(read, half.lockSecret, passphrase);
  return dataKey.ok ? ok({ dataKey: dataKey.value, halves }) : dataKey;
}

function unlockHeader(
  header: Header,
  slotSecret: Uint8Array,
  passphrase: string | undefined,
): Result<Uint8Array, UnlockError> {
  const { parameters } = header;
  const protectedBy = parameters.cost !== undefined;
  if (protectedBy && passphrase === undefined) {
    return err({ kind: "passphrase-needed" });
  }
  // Somebody who expects to be asked is not to be given another vault that asks nothing.
  if (!protectedBy && passphrase !== undefined) return err(wrongKeyOrTampered);
  const passphraseKey = derivePassphraseKey(passphrase, parameters);
  if (!passphraseKey.ok) return passphraseKey;
  const kek = deriveKek({
    passphraseKey: passphraseKey.value,
    slotSecret,
    parameters,
  });
  const dataKey = openDataKey(header, kek);
  return dataKey === undefined ? err(wrongKeyOrTampered) : ok(dataKey);
}

/**
 * A new header for the data key, under a new salt. A passphrase that is empty or beyond the limit, or a cost below the floor,
 * is a bug: whoever asks for one refuses it.
 */
export function lockDataKey(input: {
  readonly dataKey: Uint8Array;
  readonly slotSecret: Uint8Array;
  readonly passphrase: string | undefined;
  readonly cost: Argon2idParameters | undefined;
  readonly random: RandomBytes;
}): Result<Uint8Array, UnlockError> {
  const { dataKey, slotSecret, passphrase, random } = input;
  const cost = input.cost ?? ARGON2ID_DEFAULT;
  assertInvariant(
    checkArgon2idParameters(cost) === undefined,
    "the cost of a passphrase is within its limits",
  );
  assertInvariant(
    passphrase === undefined || isPassphrase(encodePassphrase(passphrase)),
    "a passphrase is neither empty nor too long",
  );
  if (passphrase !== undefined && !isStrongEnough(passphrase))
    return err({ kind: "weak-passphrase" });
  const parameters: HeaderParameters = {
    cost: passphrase === undefined ? undefined : cost,
    salt: random(SALT_LENGTH),
  };
  const passphraseKey = derivePassphraseKey(passphrase, parameters);
  if (!passphraseKey.ok) return passphraseKey;
  const kek = deriveKek({
    passphraseKey: passphraseKey.value,
    slotSecret,
    parameters,
  });
  return ok(sealHeader({ parameters, kek, dataKey, slotSecret, random }));
}

function derivePassphraseKey(
  passphrase: string | undefined,
  { cost, salt }: HeaderParameters,
): Result<Uint8Array | undefined, UnlockError> {
  if (passphrase === undefined || cost === undefined) return ok(undefined);
  const bytes = encodePassphrase(passphrase);
  if (!isPassphrase(bytes)) return err(wrongKeyOrTampered);
  const derived = deriveArgon2id({ passphrase: bytes, salt, parameters: cost });
  if (derived.ok) return derived;
  return err(
    derived.error.kind === "out-of-memory"
      ? { kind: "out-of-memory" }
      : wrongKeyOrTampered,
  );
}

// Keyboards compose accents and Arabic forms differently; the same words have to give the same bytes.
function encodePassphrase(passphrase: string): Uint8Array {
  return encodeUtf8(passphrase.toWellFormed().normalize("NFKC"));
}

function isPassphrase(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length <= MAX_PASSPHRASE_LENGTH;
}
