/**
 * The ratchet tree as an encrypted blob beside the Welcomes (docs/spec/invite.md, IN-43, IN-44): sealing it into each
 * Welcome would take the work of a square. Padded to 1, 4 or 16 parts of one size, so that it tells little of the circle's.
 */
import { assertInvariant, concatBytes, err, ok } from "@halqa/bytes";
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
import { BLOB_PART_COUNTS, BLOB_PART_SIZE, blobIdOf } from "@halqa/protocol";
import type { CircleEnv } from "./circle.ts";
import { KEY_LENGTH } from "./field.ts";

export interface BlobRef {
  /** Follows from the hashes of the parts. */
  readonly blobId: Uint8Array;
  /** SHA-256 of each of 1, 4 or 16 parts: a part that comes with another is not kept. */
  readonly partHashes: readonly Uint8Array[];
  readonly count: number;
  readonly key: Uint8Array;
}

export interface SealedBlob {
  readonly ref: BlobRef;
  readonly parts: readonly Uint8Array[];
}

const HEADER_LENGTH = 24;
const OVERHEAD = HEADER_LENGTH + STREAM_CHUNK_OVERHEAD + PADDING_OVERHEAD;

/** The longest tree that one blob holds: some 1,000 members. */
export const MAX_TREE_BYTES: number =
  BLOB_PART_COUNTS[2] * BLOB_PART_SIZE - OVERHEAD;

/** `context` is bound in: the same bytes are no tree of another circle. */
export function sealTree(
  env: CircleEnv,
  o: { readonly tree: Uint8Array; readonly context: Uint8Array },
): Result<SealedBlob, { readonly kind: "too-large" }> {
  const { tree, context } = o;
  const count = BLOB_PART_COUNTS.find(
    (one) => tree.length + OVERHEAD <= one * BLOB_PART_SIZE,
  );
  if (count === undefined) return err({ kind: "too-large" });
  const key = env.random(KEY_LENGTH);
  const { header, stream } = startSealing({ key, context, random: env.random });
  const length = count * BLOB_PART_SIZE - HEADER_LENGTH - STREAM_CHUNK_OVERHEAD;
  const plaintext = padMessage(tree, length);
  const { chunk } = sealChunk(stream, { plaintext, final: true });
  const whole = concatBytes(header, chunk);
  assertInvariant(whole.length === count * BLOB_PART_SIZE, "whole parts");
  const parts = Array.from({ length: count }, (_, index) =>
    whole.slice(index * BLOB_PART_SIZE, (index + 1) * BLOB_PART_SIZE),
  );
  return ok({ ref: toBlobRef(parts.map(sha256), key), parts });
}

export function toBlobRef(
  partHashes: readonly Uint8Array[],
  key: Uint8Array,
): BlobRef {
  const blobId = blobIdOf(sha256, partHashes);
  return { blobId, partHashes, count: partHashes.length, key };
}

/** The tree in the parts of a blob, in their order. Any bytes may come; that it is the right tree, MLS checks by its hash. */
export function openTree(
  ref: BlobRef,
  o: { readonly parts: readonly Uint8Array[]; readonly context: Uint8Array },
): Result<Uint8Array, { readonly kind: "not-opened" }> {
  const { parts, context } = o;
  const notOpened = err({ kind: "not-opened" as const });
  const isWhole =
    parts.length === ref.count &&
    parts.every((part) => part.length === BLOB_PART_SIZE);
  if (!isWhole) return notOpened;
  const whole = concatBytes(...parts);
  const stream = startOpening({
    key: ref.key,
    context,
    header: whole.slice(0, HEADER_LENGTH),
  });
  if (!stream.ok) return notOpened;
  const chunk = openChunk(stream.value, whole.subarray(HEADER_LENGTH));
  if (!chunk.ok || !chunk.value.stream.ended) return notOpened;
  const tree = unpadMessage(chunk.value.plaintext);
  return tree.ok ? tree : notOpened;
}
