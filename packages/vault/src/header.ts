// The vault's header: how the passphrase becomes a key, and the data key under it (docs/spec/vault.md, "The header"). Of
// fixed size, whatever it holds.
//
//   header     = parameters || sealed key || sealed key || tag (32)
//   parameters = uint8(version) || uint8(protection) || uint32(passes) || uint32(memory in KiB) || salt (16)
//   sealed key = nonce (24) || XChaCha20-Poly1305(KEK, data key), or noise
//
// The tag is keyed by the slot's secret alone. So damage is found before a passphrase is tried, and whoever has only the store
// can make the passphrase neither cheap to guess nor so dear that the device dies of it.

import {
  assertInvariant,
  concatBytes,
  decode,
  encode,
  encodeUtf8,
  equalBytes,
  failReader,
  readBytes,
  readU32,
  readU8,
  writeBytes,
  writeU32,
  writeU8,
  writeVector,
  type Reader,
} from "@halqa/bytes";
import {
  blake2b,
  labels,
  xchacha20Poly1305,
  type Argon2idParameters,
  type RandomBytes,
} from "@halqa/crypto";

export interface HeaderParameters {
  /** What the passphrase costs to try; undefined where there is no passphrase. */
  readonly cost: Argon2idParameters | undefined;
  readonly salt: Uint8Array;
}

export interface Header {
  readonly parameters: HeaderParameters;
  readonly sealedKeys: readonly Uint8Array[];
}

export const SALT_LENGTH = 16;
export const DATA_KEY_LENGTH = 32;

const VERSION = 1;
const PROTECTION = { none: 0, passphrase: 1 } as const;
const PARAMETERS_LENGTH = 1 + 1 + 4 + 4 + SALT_LENGTH;
const { nonceLength, tagLength, keyLength } = xchacha20Poly1305;
const SEALED_KEY_LENGTH = nonceLength + DATA_KEY_LENGTH + tagLength;
// Two places, of which one holds noise where one passphrase is all there is: nobody can tell which, or whether.
const SEALED_KEYS = 2;
const TAG_LENGTH = 32;

export const HEADER_LENGTH =
  PARAMETERS_LENGTH + SEALED_KEYS * SEALED_KEY_LENGTH + TAG_LENGTH;

// What stands in for the key of a passphrase where there is none. The parameters, which say so, are part of the KEK.
const noPassphraseKey = new Uint8Array(keyLength);

/** Where the header stands in the store: known without any key. */
export function headerPlace(): Uint8Array {
  return blake2b({ length: 32 }, encodeUtf8(labels.vaultHeaderName));
}

/** The header of any bytes, where its tag fits this secret of the slot; undefined otherwise. */
export function readHeader(
  bytes: Uint8Array,
  slotSecret: Uint8Array,
): Header | undefined {
  if (bytes.length !== HEADER_LENGTH) return undefined;
  const body = bytes.subarray(0, HEADER_LENGTH - TAG_LENGTH);
  const tag = bytes.subarray(body.length);
  if (!equalBytes(tagOf(body, slotSecret), tag)) return undefined;
  const header = decode(body, (r) => ({
    parameters: readParameters(r),
    sealedKeys: Array.from({ length: SEALED_KEYS }, () =>
      readBytes(r, SEALED_KEY_LENGTH),
    ),
  }));
  return header.ok ? header.value : undefined;
}

/** A header that holds `dataKey` under the KEK, in one of its two places. */
export function sealHeader(input: {
  readonly parameters: HeaderParameters;
  readonly kek: Uint8Array;
  readonly dataKey: Uint8Array;
  readonly slotSecret: Uint8Array;
  readonly random: RandomBytes;
}): Uint8Array {
  const { parameters, kek, dataKey, slotSecret, random } = input;
  const nonce = random(nonceLength);
  const aad = sealedKeyContext(parameters);
  const ciphertext = xchacha20Poly1305.seal({
    key: kek,
    nonce,
    aad,
    plaintext: dataKey,
  });
  const places = [concatBytes(nonce, ciphertext), random(SEALED_KEY_LENGTH)];
  if (random(1)[0]! % 2 === 1) places.reverse();
  const body = concatBytes(encodeParameters(parameters), ...places);
  const header = concatBytes(body, tagOf(body, slotSecret));
  assertInvariant(header.length === HEADER_LENGTH, "a header has one size");
  return header;
}

/** The data key, where the KEK opens one of the two places. */
export function openDataKey(
  header: Header,
  kek: Uint8Array,
): Uint8Array | undefined {
  const aad = sealedKeyContext(header.parameters);
  for (const sealed of header.sealedKeys) {
    const opened = xchacha20Poly1305.open({
      key: kek,
      nonce: sealed.subarray(0, nonceLength),
      aad,
      ciphertext: sealed.subarray(nonceLength),
    });
    if (opened.ok) return opened.value;
  }
  return undefined;
}

/**
 * The key that seals the data key: of the passphrase's key, the slot's secret and the parameters, all three. Between the last
 * two stands an empty field, kept for a secret of an authenticator.
 */
export function deriveKek(input: {
  readonly passphraseKey: Uint8Array | undefined;
  readonly slotSecret: Uint8Array;
  readonly parameters: HeaderParameters;
}): Uint8Array {
  const { passphraseKey, slotSecret, parameters } = input;
  const data = encode((w) => {
    writeBytes(w, encodeUtf8(labels.vaultKek));
    writeVector(w, slotSecret);
    writeVector(w, new Uint8Array());
    writeBytes(w, encodeParameters(parameters));
  });
  return blake2b({ key: passphraseKey ?? noPassphraseKey, length: 32 }, data);
}

function encodeParameters({ cost, salt }: HeaderParameters): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, cost === undefined ? PROTECTION.none : PROTECTION.passphrase);
    writeU32(w, cost?.passes ?? 0);
    writeU32(w, cost?.memoryKiB ?? 0);
    writeBytes(w, salt);
  });
}

function readParameters(r: Reader): HeaderParameters {
  if (readU8(r) !== VERSION) failReader(r, "invalid");
  const protection = readU8(r);
  const cost = { passes: readU32(r), memoryKiB: readU32(r) };
  const salt = readBytes(r, SALT_LENGTH);
  if (protection === PROTECTION.passphrase) return { cost, salt };
  const blank = cost.passes === 0 && cost.memoryKiB === 0;
  if (protection !== PROTECTION.none || !blank) failReader(r, "invalid");
  return { cost: undefined, salt };
}

function sealedKeyContext(parameters: HeaderParameters): Uint8Array {
  return concatBytes(
    encodeUtf8(labels.vaultSealedKey),
    encodeParameters(parameters),
  );
}

function tagOf(body: Uint8Array, slotSecret: Uint8Array): Uint8Array {
  const label = encodeUtf8(labels.vaultHeaderTag);
  return blake2b(
    { key: slotSecret, length: TAG_LENGTH },
    concatBytes(label, body),
  );
}
