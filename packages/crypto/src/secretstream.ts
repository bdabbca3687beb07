// Sealed streams: a blob cut into chunks, of which none can be changed, dropped, repeated, reordered or moved to another
// stream, and whose end cannot be cut off. libsodium's secretstream (XChaCha20-Poly1305) with states as values.
// docs/spec/crypto.md, "Streams".
//
// libsodium's own start of a stream draws its header in secret. Here the header comes from the randomness given, and
// the state from the receiving start, which computes the very same state from key and header.

import {
  assertInvariant,
  concatBytes,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import { malformed, notOpened, type OpenError } from "./aead.ts";
import { labelBytes } from "./labels.ts";
import { reportSeal } from "./report-seal.ts";
import { drawRandom, type RandomBytes } from "./random.ts";
import { putState, sodium, takeState, type StateAddress } from "./sodium.ts";

/** Where a stream stands. Using one sealing state for two different chunks would reuse a nonce: go on from the newest. */
interface StreamState {
  readonly machine: Uint8Array;
  readonly aad: Uint8Array;
  /** Whether the final chunk is through. Until then an opened stream is a truncated one. */
  readonly ended: boolean;
}

interface SealingStream extends StreamState {
  readonly direction: "sealing";
}

export interface OpeningStream extends StreamState {
  readonly direction: "opening";
}

const KEY_LENGTH = 32;
const HEADER_LENGTH = 24;
// libsodium's state: key (32), counter and inner nonce (12), padding (8).
const STATE_LENGTH = 52;
const TAG_MESSAGE = 0;
const TAG_FINAL = 3;

/** How much longer a sealed chunk is: an encrypted tag byte and the authenticator. */
export const STREAM_CHUNK_OVERHEAD = 17;

/** The largest sealed chunk: 16 parts of 65,280 bytes, the largest blob chunk. It bounds what one call allocates. */
export const MAX_STREAM_CHUNK = 16 * 65_280;

/** Starts a stream under a key of its own. `context` is bound into every chunk; the 24-byte header is public. */
export function startSealing(input: {
  readonly key: Uint8Array;
  readonly context: Uint8Array;
  readonly random: RandomBytes;
}): { readonly header: Uint8Array; readonly stream: SealingStream } {
  const { key, context, random } = input;
  const header = drawRandom(random, HEADER_LENGTH);
  const state = startState(key, header, context);
  return { header, stream: { ...state, direction: "sealing" } };
}

/** Seals the next chunk; the one marked final is the last. */
export function sealChunk(
  stream: SealingStream,
  input: { readonly plaintext: Uint8Array; readonly final: boolean },
): { readonly chunk: Uint8Array; readonly stream: SealingStream } {
  const { plaintext, final } = input;
  assertInvariant(!stream.ended, "the stream has ended");
  assertInvariant(
    plaintext.length + STREAM_CHUNK_OVERHEAD <= MAX_STREAM_CHUNK,
    "a chunk beyond the bound",
  );
  reportSeal(stream.machine.subarray(0, 32), stream.machine.subarray(32, 44));
  const { result, machine } = runMachine(stream.machine, (address) =>
    sodium.crypto_secretstream_xchacha20poly1305_push(
      address,
      plaintext,
      stream.aad,
      final ? TAG_FINAL : TAG_MESSAGE,
    ),
  );
  return { chunk: result, stream: { ...stream, machine, ended: final } };
}

/** Starts to open a stream; the header may be any bytes. */
export function startOpening(input: {
  readonly key: Uint8Array;
  readonly context: Uint8Array;
  readonly header: Uint8Array;
}): Result<OpeningStream, OpenError> {
  const { key, context, header } = input;
  if (header.length !== HEADER_LENGTH) return err(malformed);
  const state = startState(key, header, context);
  return ok({ ...state, direction: "opening" });
}

/**
 * Opens the next chunk, which may be any bytes. The blob is whole only when `stream.ended`: anything that follows the
 * final chunk is `malformed`, and a stream that stops before it has been cut.
 */
export function openChunk(
  stream: OpeningStream,
  chunk: Uint8Array,
): Result<
  { readonly plaintext: Uint8Array; readonly stream: OpeningStream },
  OpenError
> {
  if (stream.ended || !isChunkLength(chunk.length)) return err(malformed);
  const { result, machine } = runMachine(stream.machine, (address) =>
    sodium.crypto_secretstream_xchacha20poly1305_pull(
      address,
      chunk,
      stream.aad,
    ),
  );
  if (result === false) return err(notOpened);
  // libsodium knows two more tags, which say "rekey" and "end of a group". No stream of ours has them.
  if (result.tag !== TAG_MESSAGE && result.tag !== TAG_FINAL) {
    return err(malformed);
  }
  const ended = result.tag === TAG_FINAL;
  return ok({
    plaintext: result.message,
    stream: { ...stream, machine, ended },
  });
}

function isChunkLength(length: number): boolean {
  return length >= STREAM_CHUNK_OVERHEAD && length <= MAX_STREAM_CHUNK;
}

function startState(
  key: Uint8Array,
  header: Uint8Array,
  context: Uint8Array,
): StreamState {
  assertInvariant(key.length === KEY_LENGTH, "a stream key has 32 bytes");
  const address = sodium.crypto_secretstream_xchacha20poly1305_init_pull(
    header,
    key,
  );
  return {
    machine: takeState(address, STATE_LENGTH),
    aad: concatBytes(labelBytes("blob"), context),
    ended: false,
  };
}

function runMachine<T>(
  before: Uint8Array,
  run: (address: StateAddress) => T,
): { result: T; machine: Uint8Array } {
  const address = putState(before);
  let result: T;
  try {
    result = run(address);
  } catch (error) {
    takeState(address, STATE_LENGTH);
    throw error;
  }
  return { result, machine: takeState(address, STATE_LENGTH) };
}
