/**
 * Files as encrypted blobs (docs/spec/files.md, FI-1 to FI-4): which blobs a size takes, sealing them, and opening what came from a
 * relay. A reference is a member's word: nothing is asked for that its size does not need, and nothing is given whose hash is another.
 */
import {
  assertInvariant,
  concatBytes,
  encode,
  equalBytes,
  err,
  ok,
  writeBytes,
  writeU8,
} from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import {
  openChunk,
  padMessage,
  PADDING_OVERHEAD,
  sealChunk,
  sha256,
  startOpening,
  startSealing,
  STREAM_CHUNK_OVERHEAD,
  unpadMessage,
} from "@halqa/crypto";
import type { RandomBytes } from "@halqa/crypto";
import { BLOB_PART_COUNTS, BLOB_PART_SIZE, blobIdOf } from "@halqa/protocol";
import { KEY_LENGTH } from "./field.ts";
import { MAX_FILE_BYTES } from "./limits.ts";

/** A blob at a relay, and of how many parts it is made. */
export interface FileBlob {
  readonly blobId: Uint8Array;
  readonly parts: PartCount;
}

export type PartCount = (typeof BLOB_PART_COUNTS)[number];

/** What tells the bytes of a file from all others. */
export interface FileKey {
  readonly key: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  readonly size: number;
}

export interface SealedFile extends FileKey {
  readonly blobs: readonly FileBlob[];
  /** Of all blobs, one behind the other. */
  readonly parts: readonly Uint8Array[];
}

const HEADER_LENGTH = 24;
const OVERHEAD = HEADER_LENGTH + STREAM_CHUNK_OVERHEAD + PADDING_OVERHEAD;
const LARGEST = BLOB_PART_COUNTS[2];
/** Tells these blobs from trees, whose context is the circle's id alone. */
const FILE_USE = 1;

/** Bytes of a file that a blob of so many parts holds. */
export function capacityOf(parts: PartCount): number {
  return parts * BLOB_PART_SIZE - OVERHEAD;
}

/** The blobs that a file takes: large ones, and for the rest the smallest that holds it. Undefined for sizes that no file has. */
export function planBlobs(size: number): readonly PartCount[] | undefined {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_FILE_BYTES)
    return undefined;
  const full = Math.floor((size - 1) / capacityOf(LARGEST));
  const rest = size - full * capacityOf(LARGEST);
  const last = BLOB_PART_COUNTS.find((parts) => rest <= capacityOf(parts));
  assertInvariant(last !== undefined, "the rest fits the largest blob");
  return [...Array.from({ length: full }, () => LARGEST), last];
}

/** Whether blobs are what the size takes, each of them once: others are not asked for (FI-2). */
export function arePlanned(size: number, blobs: readonly FileBlob[]): boolean {
  const plan = planBlobs(size);
  if (plan?.length !== blobs.length) return false;
  const ids = new Set(blobs.map(({ blobId }) => blobId.join()));
  return (
    ids.size === blobs.length &&
    blobs.every(({ parts }, index) => parts === plan[index])
  );
}

/** The bytes as blobs of a circle, under a key of their own. */
export function sealFile(
  env: { readonly random: RandomBytes },
  o: { readonly bytes: Uint8Array; readonly circleId: Uint8Array },
): Result<SealedFile, { readonly kind: "bad-size" }> {
  const { bytes, circleId } = o;
  const plan = planBlobs(bytes.length);
  if (plan === undefined) return err({ kind: "bad-size" });
  const key = env.random(KEY_LENGTH);
  const blobs: FileBlob[] = [];
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const [index, count] of plan.entries()) {
    const piece = bytes.subarray(from, from + capacityOf(count));
    from += piece.length;
    const context = contextOf(circleId, index, plan.length);
    const { random } = env;
    const { header, stream } = startSealing({ key, context, random });
    const room = count * BLOB_PART_SIZE - HEADER_LENGTH - STREAM_CHUNK_OVERHEAD;
    const plaintext = padMessage(piece, room);
    const { chunk } = sealChunk(stream, { plaintext, final: true });
    const sealed = splitParts(concatBytes(header, chunk));
    assertInvariant(sealed.length === count, "whole parts");
    blobs.push({ blobId: blobIdOf(sha256, sealed.map(sha256)), parts: count });
    parts.push(...sealed);
  }
  return ok({ key, hash: sha256(bytes), size: bytes.length, blobs, parts });
}

/** Whether these are the parts of the blob, in their order. */
export function isBlob(
  { blobId, parts: count }: FileBlob,
  parts: readonly Uint8Array[],
): boolean {
  return (
    parts.length === count &&
    parts.every(({ length }) => length === BLOB_PART_SIZE) &&
    equalBytes(blobIdOf(sha256, parts.map(sha256)), blobId)
  );
}

/** The bytes of a file out of the parts of all of its blobs; any bytes may come. */
export function openFile(
  file: FileKey & { readonly blobs: readonly FileBlob[] },
  o: { readonly parts: readonly Uint8Array[]; readonly circleId: Uint8Array },
): Result<Uint8Array, { readonly kind: "not-opened" }> {
  const { blobs, size, hash } = file;
  const notOpened = err({ kind: "not-opened" as const });
  if (!arePlanned(size, blobs)) return notOpened;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const [index, { parts: count }] of blobs.entries()) {
    const parts = o.parts.slice(from, from + count);
    from += count;
    const context = contextOf(o.circleId, index, blobs.length);
    const piece = openBlob(parts, { key: file.key, context, count });
    if (piece === undefined) return notOpened;
    pieces.push(piece);
  }
  const bytes = concatBytes(...pieces);
  const isIt = bytes.length === size && equalBytes(sha256(bytes), hash);
  return isIt ? ok(bytes) : notOpened;
}

function openBlob(
  parts: readonly Uint8Array[],
  o: {
    readonly key: Uint8Array;
    readonly context: Uint8Array;
    readonly count: number;
  },
): Uint8Array | undefined {
  const whole = concatBytes(...parts);
  if (whole.length !== o.count * BLOB_PART_SIZE) return undefined;
  const { key, context } = o;
  const header = whole.slice(0, HEADER_LENGTH);
  const stream = startOpening({ key, context, header });
  if (!stream.ok) return undefined;
  const chunk = openChunk(stream.value, whole.subarray(HEADER_LENGTH));
  if (!chunk.ok || !chunk.value.stream.ended) return undefined;
  const piece = unpadMessage(chunk.value.plaintext);
  return piece.ok ? piece.value : undefined;
}

/** A blob at another place of its file, or of a file of another circle, does not open. */
function contextOf(
  circleId: Uint8Array,
  index: number,
  count: number,
): Uint8Array {
  return encode((w) => {
    writeBytes(w, circleId);
    writeU8(w, FILE_USE);
    writeU8(w, index);
    writeU8(w, count);
  });
}

function splitParts(whole: Uint8Array): readonly Uint8Array[] {
  const count = Math.floor(whole.length / BLOB_PART_SIZE);
  return Array.from({ length: count }, (_, index) =>
    whole.slice(index * BLOB_PART_SIZE, (index + 1) * BLOB_PART_SIZE),
  );
}
