/**
 * Files beside a text (docs/spec/content.md, "Attachments"): where their encrypted pieces lie, the key that opens them,
 * and what a list shows before anything is fetched. All of it is the author's word: a reader believes the hash alone.
 */

import {
  encodeUtf8,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import {
  KEY_BYTES,
  MAX_ATTACHMENT_CHUNKS,
  MAX_ATTACHMENTS,
  MAX_FILE_NAME_BYTES,
  MAX_MEDIA_TYPE_BYTES,
  MAX_THUMBNAIL_BYTES,
} from "./limits.ts";
import { isFileName } from "./text.ts";

/** An encrypted piece at a relay: its name there, and of how many parts it is made. */
export interface ChunkRef {
  readonly blobId: Uint8Array;
  readonly parts: 1 | 4 | 16;
}

/** A small picture of the attachment: in the content itself, or a blob of its own. */
export type Thumbnail =
  | { readonly at: "here"; readonly bytes: Uint8Array }
  | {
      readonly at: "blob";
      readonly chunk: ChunkRef;
      readonly key: Uint8Array;
    };

export type AttachmentKind = "photo" | "file" | "voice";

export interface Attachment {
  readonly kind: AttachmentKind;
  /** In the order of the plaintext. */
  readonly chunks: readonly ChunkRef[];
  readonly key: Uint8Array;
  /** SHA-256 of the whole plaintext. */
  readonly hash: Uint8Array;
  /** Bytes of the plaintext. */
  readonly size: number;
  /** `image/jpeg` */
  readonly mediaType: string;
  /** One line without a path; may be empty. */
  readonly name: string;
  readonly thumbnail?: Thumbnail;
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds. */
  readonly duration?: number;
}

/** Their octets begin at 1 in contents. */
export const ATTACHMENT_KINDS: readonly AttachmentKind[] = [
  "photo",
  "file",
  "voice",
];
const PARTS = [1, 4, 16] as const;

const mediaTypeShape =
  /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** Whether a text is a media type as contents carry it: lower case, without parameters. */
export function isMediaType(text: string): boolean {
  return text.length <= MAX_MEDIA_TYPE_BYTES && mediaTypeShape.test(text);
}

/** Writes the attachments of a content or an item. */
export function writeAttachments(
  w: Writer,
  attachments: readonly Attachment[] | undefined,
): void {
  writeVectorOf(w, attachments ?? [], writeAttachment);
}

/** Reads them; what breaks a bound or a rule is refused. */
export function readAttachments(r: Reader): {
  readonly attachments?: readonly Attachment[];
} {
  const attachments = readVectorOf(r, readAttachment, MAX_ATTACHMENTS);
  return attachments.length === 0 ? {} : { attachments };
}

function writeAttachment(w: Writer, x: Attachment): void {
  writeU8(w, ATTACHMENT_KINDS.indexOf(x.kind) + 1);
  writeVectorOf(w, x.chunks, writeChunk);
  writeBytes(w, x.key);
  writeBytes(w, x.hash);
  writeU32(w, x.size);
  writeVector(w, encodeUtf8(x.mediaType));
  writeVector(w, encodeUtf8(x.name));
  writeOptional(w, x.thumbnail, writeThumbnail);
  writeOptional(w, x.width, writeU16);
  writeOptional(w, x.height, writeU16);
  writeOptional(w, x.duration, writeU32);
}

function readAttachment(r: Reader): Attachment {
  const kind = readKind(r);
  const chunks = readVectorOf(r, readChunk, MAX_ATTACHMENT_CHUNKS);
  if (chunks.length === 0) failReader(r, "invalid");
  const key = readBytes(r, KEY_BYTES);
  const hash = readBytes(r, KEY_BYTES);
  const size = readU32(r);
  const mediaType = readUtf8(r, MAX_MEDIA_TYPE_BYTES);
  const name = readUtf8(r, MAX_FILE_NAME_BYTES);
  if (r.error === undefined && !(isMediaType(mediaType) && isFileName(name)))
    failReader(r, "invalid");
  const thumbnail = readOptional(r, readThumbnail);
  const width = readOptional(r, readU16);
  const height = readOptional(r, readU16);
  const duration = readOptional(r, readU32);
  return {
    kind,
    chunks,
    key,
    hash,
    size,
    mediaType,
    name,
    ...(thumbnail === undefined ? {} : { thumbnail }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(duration === undefined ? {} : { duration }),
  };
}

function readKind(r: Reader): AttachmentKind {
  const kind = ATTACHMENT_KINDS[readU8(r) - 1];
  if (kind === undefined) failReader(r, "invalid");
  return kind ?? "file";
}

function writeChunk(w: Writer, { blobId, parts }: ChunkRef): void {
  writeBytes(w, blobId);
  writeU8(w, parts);
}

function readChunk(r: Reader): ChunkRef {
  const blobId = readBytes(r, KEY_BYTES);
  const count = readU8(r);
  const parts = PARTS.find((one) => one === count);
  if (parts === undefined) failReader(r, "invalid");
  return { blobId, parts: parts ?? 1 };
}

function writeThumbnail(w: Writer, thumbnail: Thumbnail): void {
  if (thumbnail.at === "here") {
    writeU8(w, 0);
    writeVector(w, thumbnail.bytes);
    return;
  }
  writeU8(w, 1);
  writeChunk(w, thumbnail.chunk);
  writeBytes(w, thumbnail.key);
}

function readThumbnail(r: Reader): Thumbnail {
  const where = readU8(r);
  if (where > 1) failReader(r, "invalid");
  if (where === 1)
    return { at: "blob", chunk: readChunk(r), key: readBytes(r, KEY_BYTES) };
  return { at: "here", bytes: readVector(r, MAX_THUMBNAIL_BYTES) };
}
