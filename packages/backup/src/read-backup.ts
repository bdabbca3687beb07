// Reads a backup piece by piece, with no more in memory than a chunk and an entry (docs/spec/backup.md, "Reading"). What was read
// counts when the end was reached and not before: a file can be cut.

import { concatBytes, err, ok, type Result } from "@halqa/bytes";
import { openChunk, startOpening, type OpeningStream } from "@halqa/crypto";
import { decodeEntry, type BackupEntry } from "./entry.ts";
import { createEntryOrder } from "./entry-order.ts";
import {
  chunkContext,
  deriveFileKey,
  FILE_HEADER_LENGTH,
  PREFIX_LENGTH,
  type BackupKey,
  type HeaderError,
} from "./file-header.ts";
import { MAX_ENTRY_LENGTH } from "./limits.ts";
import {
  CHUNK_LENGTH,
  contentSize,
  isContentSize,
  SEALED_CHUNK_LENGTH,
} from "./write-backup.ts";

/**
 * Beside those of the header: `wrong-key-or-tampered`: it is another key, or the beginning was changed; which, nobody is told.
 * `tampered`: the key is right and the file was changed further on. `wrong-length`: a part is missing or something was
 * added, as when a copy was cut. `malformed`: the key is right and what is inside is not what a backup holds.
 */
export interface BackupError {
  readonly kind:
    HeaderError["kind"] | "tampered" | "wrong-length" | "malformed";
}

export interface BackupReader {
  /** What can be read with these bytes more. After an error there is nothing else. */
  readonly push: (
    bytes: Uint8Array,
  ) => Result<readonly BackupEntry[], BackupError>;
  /** No more bytes come: the last entries, and only now the file is known to be whole. */
  readonly finish: () => Result<readonly BackupEntry[], BackupError>;
}

interface Reading {
  readonly key: BackupKey;
  readonly isNext: (entry: BackupEntry) => boolean;
  /** Bytes of the file that are not looked at yet, as they came and how many. */
  readonly pieces: Uint8Array[];
  waiting: number;
  stream: OpeningStream | undefined;
  chunks: number;
  /** What was opened and is not an entry yet. */
  plain: Uint8Array;
  /** What was opened altogether, and up to where the entries with their end go. */
  opened: number;
  ended: number | undefined;
  error: BackupError | undefined;
}

/** A reader of one file. */
export function createBackupReader(key: BackupKey): BackupReader {
  const reading: Reading = {
    key,
    isNext: createEntryOrder(),
    pieces: [],
    waiting: 0,
    stream: undefined,
    chunks: 0,
    plain: new Uint8Array(),
    opened: 0,
    ended: undefined,
    error: undefined,
  };
  const answer = (
    entries: readonly BackupEntry[],
  ): Result<readonly BackupEntry[], BackupError> =>
    reading.error === undefined ? ok(entries) : err(reading.error);
  return {
    push: (bytes) => {
      const entries: BackupEntry[] = [];
      // Piece by piece, so that a caller who gives the whole file at once costs no more than the file.
      for (let at = 0; at < bytes.length; at += SEALED_CHUNK_LENGTH) {
        const piece = bytes.subarray(at, at + SEALED_CHUNK_LENGTH);
        reading.pieces.push(piece.slice());
        reading.waiting += piece.length;
        entries.push(...advance(reading, SEALED_CHUNK_LENGTH));
      }
      return answer(entries);
    },
    finish: () => {
      const entries = [...advance(reading, SEALED_CHUNK_LENGTH)];
      if (reading.waiting > 0) entries.push(...advance(reading, 1));
      finish(reading);
      return answer(entries);
    },
  };
}

/** Opens what is there, in chunks of at least so many bytes. */
function advance(reading: Reading, least: number): readonly BackupEntry[] {
  const entries: BackupEntry[] = [];
  if (reading.stream === undefined) start(reading);
  while (reading.error === undefined && reading.waiting >= least) {
    if (reading.stream === undefined) break;
    if (reading.stream.ended) fail(reading, "wrong-length");
    else openNext(reading, reading.stream);
    entries.push(...takeEntries(reading));
  }
  return entries;
}

function start(reading: Reading): void {
  const { key, error } = reading;
  if (error !== undefined || reading.waiting < FILE_HEADER_LENGTH) return;
  const header = takeSealed(reading, FILE_HEADER_LENGTH);
  const fileKey = deriveFileKey(key, header.slice(0, PREFIX_LENGTH));
  if (!fileKey.ok) {
    fail(reading, fileKey.error.kind);
    return;
  }
  const stream = startOpening({
    key: fileKey.value,
    context: chunkContext(header),
    header: header.slice(PREFIX_LENGTH),
  });
  if (stream.ok) reading.stream = stream.value;
}

/** The next bytes of the file, so many or as many as there are. */
function takeSealed(reading: Reading, length: number): Uint8Array {
  const all = concatBytes(...reading.pieces.splice(0));
  const taken = all.subarray(0, length);
  reading.pieces.push(all.slice(length));
  reading.waiting -= taken.length;
  return taken;
}

function openNext(reading: Reading, stream: OpeningStream): void {
  const chunk = takeSealed(reading, SEALED_CHUNK_LENGTH);
  const opened = openChunk(stream, chunk);
  if (!opened.ok) {
    fail(reading, whyNot(reading, chunk.length));
    return;
  }
  reading.stream = opened.value.stream;
  reading.chunks += 1;
  const { plaintext } = opened.value;
  reading.opened += plaintext.length;
  reading.plain = concatBytes(reading.plain, plaintext);
}

/** A last chunk that makes no length of ours was cut or grew: so somebody is told to copy the file again. */
function whyNot(reading: Reading, sealed: number): BackupError["kind"] {
  const overhead = SEALED_CHUNK_LENGTH - CHUNK_LENGTH;
  const length = reading.opened + sealed - overhead;
  if (sealed < SEALED_CHUNK_LENGTH && !isContentSize(length))
    return "wrong-length";
  return reading.chunks === 0 ? "wrong-key-or-tampered" : "tampered";
}

function takeEntries(reading: Reading): readonly BackupEntry[] {
  const entries: BackupEntry[] = [];
  while (reading.error === undefined) {
    const { plain, ended } = reading;
    if (ended !== undefined) {
      if (plain.some((octet) => octet !== 0)) fail(reading, "malformed");
      reading.plain = new Uint8Array();
      break;
    }
    if (plain.length < 4) break;
    const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
    const length = view.getUint32(0);
    if (length > MAX_ENTRY_LENGTH) fail(reading, "malformed");
    if (plain.length < 4 + length) break;
    reading.plain = plain.subarray(4 + length);
    if (length === 0) {
      reading.ended = reading.opened - reading.plain.length;
      continue;
    }
    const entry = decodeEntry(plain.slice(4, 4 + length));
    if (entry.ok && reading.isNext(entry.value)) entries.push(entry.value);
    else fail(reading, "malformed");
  }
  return entries;
}

function finish(reading: Reading): void {
  const { stream, ended, opened } = reading;
  if (stream?.ended !== true) fail(reading, "wrong-length");
  else if (ended === undefined || opened !== contentSize(ended))
    fail(reading, "malformed");
}

function fail(reading: Reading, kind: BackupError["kind"]): void {
  reading.error ??= { kind };
}
