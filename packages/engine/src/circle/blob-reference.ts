/**
 * Where a picture or a charter of a circle lies and how it is opened (docs/spec/circle.md, CI-101). The bytes lie encrypted at the
 * circle's relay; whoever has left the circle knows the key of what was there before, and of nothing that comes after.
 */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  readU32,
  writeU32,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readKey, writeKey } from "./field.ts";
import { MAX_REFERENCED_BYTES } from "./limits.ts";

export interface BlobReference {
  /** As the relay knows the blob: it follows from the hashes of the parts. */
  readonly blobId: Uint8Array;
  readonly key: Uint8Array;
  /** Of what is inside, in bytes. */
  readonly length: number;
  /** SHA-256 of what is inside. */
  readonly hash: Uint8Array;
}

export function writeBlobReference(w: Writer, blob: BlobReference): void {
  writeKey(w, blob.blobId);
  writeKey(w, blob.key);
  writeU32(w, blob.length);
  writeKey(w, blob.hash);
}

export function readBlobReference(r: Reader): BlobReference {
  const blobId = readKey(r);
  const key = readKey(r);
  const length = readU32(r);
  const hash = readKey(r);
  if (length === 0 || length > MAX_REFERENCED_BYTES) failReader(r, "invalid");
  return { blobId, key, length, hash };
}

export function encodeBlobReference(blob: BlobReference): Uint8Array {
  return encode((w) => writeBlobReference(w, blob));
}

export function decodeBlobReference(
  bytes: Uint8Array,
): Result<BlobReference, DecodeError> {
  return decode(bytes, readBlobReference);
}

/** Whether both name the same bytes under the same key, or both none. */
export function isSameBlob(
  one: BlobReference | undefined,
  other: BlobReference | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(encodeBlobReference(one), encodeBlobReference(other));
}
