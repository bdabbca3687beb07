// Envelopes: what a relay stores of a log entry. From outside, uniformly random bytes of one of three sizes: no
// version, no type, no length. docs/spec/crypto.md, "Envelopes".
//
//   nonce (24) || XChaCha20-Poly1305(key, padded message), associated data = label || log id

import {
  assertInvariant,
  concatBytes,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import {
  malformed,
  notOpened,
  repeatXChaCha20Poly1305,
  xchacha20Poly1305,
  type OpenError,
} from "./aead.ts";
import { labelBytes } from "./labels.ts";
import { padMessage, PADDING_OVERHEAD, unpadMessage } from "./padding.ts";
import { drawRandom, type RandomBytes } from "./random.ts";

/** The sizes of a stored body: a frame of 4, 16 or 64 KiB, less 256 bytes for what frames it. */
export const ENVELOPE_SIZES = [3_840, 16_128, 65_280] as const;

export type EnvelopeSize = (typeof ENVELOPE_SIZES)[number];

/** No bucket holds the message: it travels in fragments or as a blob. */
interface TooLarge {
  readonly kind: "too-large";
  /** The longest message that fits. */
  readonly capacity: number;
}

interface OpenedEnvelope {
  readonly message: Uint8Array;
  /** Which of the keys given opened it. */
  readonly keyIndex: number;
}

const { nonceLength, tagLength } = xchacha20Poly1305;
const OVERHEAD = nonceLength + tagLength + PADDING_OVERHEAD;
const LOG_ID_LENGTH = 32;
const MAX_MESSAGE = ENVELOPE_SIZES[2] - OVERHEAD;
// The current epoch and the three before it: what may still be read late. Each key tried costs a pass over the body,
// and anyone who may write to a log can make a reader pay it.
const MAX_KEYS = 4;

/** The longest message that an envelope of this size holds. */
export function envelopeCapacity(size: EnvelopeSize): number {
  return size - OVERHEAD;
}

/** Seals `message` for one log, in the smallest size that holds it. */
export function sealEnvelope(input: {
  readonly key: Uint8Array;
  readonly logId: Uint8Array;
  readonly message: Uint8Array;
  readonly random: RandomBytes;
}): Result<Uint8Array, TooLarge> {
  const { key, logId, message, random } = input;
  const size = sizeFor(message);
  if (size === undefined) {
    return err({ kind: "too-large", capacity: MAX_MESSAGE });
  }
  const nonce = drawRandom(random, nonceLength);
  const sealed = xchacha20Poly1305.seal({
    key,
    nonce,
    aad: associatedData(logId),
    plaintext: padMessage(message, size - nonceLength - tagLength),
  });
  return ok(concatBytes(nonce, sealed));
}

/** Of a body that `sealEnvelope` made: with the message, all that is needed to make it again. */
export function envelopeNonce(body: Uint8Array): Uint8Array {
  return body.slice(0, nonceLength);
}

/**
 * The body that `sealEnvelope` made of this message under this nonce, for who kept these instead of it; undefined where the caller
 * does not know it again (`isSame`): another text under the same pair must never leave.
 */
export function restoreEnvelope(input: {
  readonly key: Uint8Array;
  readonly logId: Uint8Array;
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly isSame: (body: Uint8Array) => boolean;
}): Uint8Array | undefined {
  const { key, logId, message, nonce, isSame } = input;
  const size = sizeFor(message);
  if (size === undefined || nonce.length !== nonceLength) return undefined;
  const sealed = repeatXChaCha20Poly1305({
    key,
    nonce,
    aad: associatedData(logId),
    plaintext: padMessage(message, size - nonceLength - tagLength),
  });
  const body = concatBytes(nonce, sealed);
  return isSame(body) ? body : undefined;
}

function sizeFor(message: Uint8Array): EnvelopeSize | undefined {
  return ENVELOPE_SIZES.find((s) => message.length <= envelopeCapacity(s));
}

/**
 * Opens any bytes with the first of at most four keys that fits, in the order given: newest first. `malformed` also
 * covers a body that a key opens and that does not hold a well-padded message.
 */
export function openEnvelope(input: {
  readonly keys: readonly Uint8Array[];
  readonly logId: Uint8Array;
  readonly body: Uint8Array;
}): Result<OpenedEnvelope, OpenError> {
  const { keys, logId, body } = input;
  assertInvariant(keys.length <= MAX_KEYS, "at most four envelope keys");
  const aad = associatedData(logId);
  if (!ENVELOPE_SIZES.some((size) => size === body.length)) {
    return err(malformed);
  }
  const nonce = body.subarray(0, nonceLength);
  const ciphertext = body.subarray(nonceLength);
  for (const [keyIndex, key] of keys.entries()) {
    const padded = xchacha20Poly1305.open({ key, nonce, aad, ciphertext });
    if (!padded.ok) continue;
    const message = unpadMessage(padded.value);
    return message.ok ? ok({ message: message.value, keyIndex }) : message;
  }
  return err(notOpened);
}

// The log id is bound in, so that an entry cannot be moved to another log. Its length is fixed: nothing else needs
// telling apart.
function associatedData(logId: Uint8Array): Uint8Array {
  assertInvariant(logId.length === LOG_ID_LENGTH, "a log id has 32 bytes");
  return concatBytes(labelBytes("envelopeBody"), logId);
}
