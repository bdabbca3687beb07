/**
 * Files of a circle on this device (docs/spec/files.md, FI-10 to FI-15): what was added and is on its way, what was fetched and what is
 * to be. Parts are stored as they are at the relay, encrypted; the key stands here, among the state, and goes with the record.
 */
import {
  decode,
  encode,
  encodeBase64url,
  failReader,
  readOptional,
  readU16,
  readU32,
  readU8,
  readVector,
  readVectorOf,
  writeBytes,
  readBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { ID_BYTES, readAttachments, writeAttachments } from "@halqa/model";
import type { Attachment } from "@halqa/model";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../../circle/field.ts";
import type { FileBlob, FileKey, PartCount } from "../../circle/file-blob.ts";

/** What a file is here for. */
export type FilePurpose =
  /** Added by the person, to go with a message that is not sent yet. */
  | { readonly for: "draft"; readonly attachment: Attachment }
  | {
      readonly for: "attachment";
      /** The id of the message's item. */
      readonly item: Uint8Array;
      readonly index: number;
      /** The minute at which it goes with its message. */
      readonly expires: number | undefined;
    }
  | { readonly for: "picture" | "charter" };

export type FileFailure =
  /** No relay has it, any more or yet. */
  | "gone"
  /** What came is not what the reference names. */
  | "wrong";

export interface StoredFile extends FileKey {
  /** Follows from the blobs. */
  readonly id: string;
  readonly blobs: readonly FileBlob[];
  /** Parts that are stored here, from the first on. */
  readonly held: number;
  /** When it was last asked for, milliseconds. */
  readonly usedAt: number;
  readonly failure: FileFailure | undefined;
  /** While the relay is to have it. */
  readonly upload: Upload | undefined;
  readonly purpose: FilePurpose;
}

export interface Upload {
  /** Blobs that the relay has whole. */
  readonly done: number;
  /** When the last of them was, milliseconds. */
  readonly at: number;
}

const VERSION = 1;
const FAILURES: readonly FileFailure[] = ["gone", "wrong"];
const PURPOSES: readonly FilePurpose["for"][] = [
  "draft",
  "attachment",
  "picture",
  "charter",
];
const COUNTS: readonly PartCount[] = [1, 4, 16];

/** The name of a file on this device. */
export function fileIdOf(blobs: readonly FileBlob[]): string {
  const ids = encode((w) => blobs.forEach((one) => writeBytes(w, one.blobId)));
  return encodeBase64url(sha256(ids).slice(0, ID_BYTES));
}

export function partsOfFile({ blobs }: Pick<StoredFile, "blobs">): number {
  return blobs.reduce((sum, { parts }) => sum + parts, 0);
}

/** Whether all of it is here. */
export function isHere(file: StoredFile): boolean {
  return file.held === partsOfFile(file);
}

/** Whether the relay still has to get some of it. */
export function isUploading({ upload, blobs }: StoredFile): boolean {
  return upload !== undefined && upload.done < blobs.length;
}

export function encodeFiles(files: readonly StoredFile[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, files, writeFile);
  });
}

export function decodeFiles(
  bytes: Uint8Array,
): Result<readonly StoredFile[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readFile);
  });
}

function writeFile(w: Writer, file: StoredFile): void {
  writeVectorOf(w, file.blobs, (inner, { blobId, parts }) => {
    writeKey(inner, blobId);
    writeU8(inner, parts);
  });
  writeKey(w, file.key);
  writeKey(w, file.hash);
  writeU32(w, file.size);
  writeU16(w, file.held);
  writeCount(w, file.usedAt);
  writeOptional(w, file.failure, (inner, failure) =>
    writeU8(inner, FAILURES.indexOf(failure)),
  );
  writeOptional(w, file.upload, (inner, { done, at }) => {
    writeU8(inner, done);
    writeCount(inner, at);
  });
  writePurpose(w, file.purpose);
}

function readFile(r: Reader): StoredFile {
  const blobs = readVectorOf(r, (inner): FileBlob => {
    const blobId = readKey(inner);
    const count = readU8(inner);
    const parts = COUNTS.find((one) => one === count);
    if (parts === undefined) failReader(inner, "invalid");
    return { blobId, parts: parts ?? 1 };
  });
  return {
    id: fileIdOf(blobs),
    blobs,
    key: readKey(r),
    hash: readKey(r),
    size: readU32(r),
    held: readU16(r),
    usedAt: readCount(r),
    failure: readOptional(r, (inner) => FAILURES[readU8(inner)] ?? "wrong"),
    upload: readOptional(r, (inner) => ({
      done: readU8(inner),
      at: readCount(inner),
    })),
    purpose: readPurpose(r),
  };
}

function writePurpose(w: Writer, purpose: FilePurpose): void {
  writeU8(w, PURPOSES.indexOf(purpose.for));
  if (purpose.for === "draft")
    writeVector(
      w,
      encode((inner) => writeAttachments(inner, [purpose.attachment])),
    );
  if (purpose.for !== "attachment") return;
  writeBytes(w, purpose.item);
  writeU8(w, purpose.index);
  writeOptional(w, purpose.expires, writeU32);
}

function readPurpose(r: Reader): FilePurpose {
  const name = PURPOSES[readU8(r)];
  switch (name) {
    case "draft": {
      const read = decode(readVector(r), readAttachments);
      const attachment = read.ok ? read.value.attachments?.[0] : undefined;
      if (attachment !== undefined) return { for: name, attachment };
      break;
    }
    case "attachment": {
      const item = readBytes(r, ID_BYTES);
      const index = readU8(r);
      return { for: name, item, index, expires: readOptional(r, readU32) };
    }
    case "picture":
    case "charter":
      return { for: name };
    case undefined:
  }
  failReader(r, "invalid");
  return { for: "picture" };
}
