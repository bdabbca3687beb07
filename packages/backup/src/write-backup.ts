// Writes a backup piece by piece, with no more in memory than a chunk and an entry (docs/spec/backup.md, "The file").

import { assertInvariant, concatBytes, encode, writeU32 } from "@halqa/bytes";
import {
  sealChunk,
  startSealing,
  STREAM_CHUNK_OVERHEAD,
  type RandomBytes,
} from "@halqa/crypto";
import { encodeEntry, type BackupEntry } from "./entry.ts";
import { createEntryOrder } from "./entry-order.ts";
import {
  chunkContext,
  deriveFileKey,
  encodePrefix,
  SALT_LENGTH,
  type BackupKey,
} from "./file-header.ts";
import { MAX_ENTRY_LENGTH } from "./limits.ts";
import { padmeSize } from "./padme.ts";

/** A sealed chunk of the file; the last one may be shorter. */
export const SEALED_CHUNK_LENGTH = 65_536;
export const CHUNK_LENGTH = SEALED_CHUNK_LENGTH - STREAM_CHUNK_OVERHEAD;

export interface BackupWriter {
  /** What of the file is ready with this entry. Entries out of their order are a bug. */
  readonly push: (entry: BackupEntry) => readonly Uint8Array[];
  /** The rest of the file, piece by piece. */
  readonly finish: () => Iterable<Uint8Array>;
}

/** The least that a file holds, padding included: one who has nothing yet looks like one with some circles. */
const MIN_CONTENT_LENGTH = 61_440;

/** The length of what a file holds, padding included, for this length of its entries. */
export function contentSize(length: number): number {
  return padmeSize(Math.max(length, MIN_CONTENT_LENGTH));
}

/** Whether a file can hold so much: what was cut seldom does. */
export function isContentSize(length: number): boolean {
  return length > 0 && contentSize(length) === length;
}

/** A writer of one file. Keys and costs beyond their limits are a bug: whoever asks for them refuses them. */
export function createBackupWriter(o: {
  readonly key: BackupKey;
  readonly random: RandomBytes;
}): BackupWriter {
  const prefix = encodePrefix(o.key, o.random(SALT_LENGTH));
  const fileKey = deriveFileKey(o.key, prefix);
  assertInvariant(fileKey.ok, "a key of a backup is within its limits");
  const streamHeader = o.random(24);
  const header = concatBytes(prefix, streamHeader);
  let { stream } = startSealing({
    key: fileKey.value,
    context: chunkContext(header),
    random: () => streamHeader,
  });
  const isNext = createEntryOrder();
  const waiting: Uint8Array[] = [];
  let waitingLength = 0;
  let length = 0;
  let isStarted = false;
  const seal = (plaintext: Uint8Array, final: boolean): Uint8Array => {
    const sealed = sealChunk(stream, { plaintext, final });
    ({ stream } = sealed);
    if (isStarted) return sealed.chunk;
    isStarted = true;
    return concatBytes(header, sealed.chunk);
  };
  // A whole chunk waits until more follows: the one that nothing follows is the final one.
  const add = (bytes: Uint8Array): readonly Uint8Array[] => {
    length += bytes.length;
    waitingLength += bytes.length;
    waiting.push(bytes);
    if (waitingLength <= CHUNK_LENGTH) return [];
    let all = concatBytes(...waiting.splice(0));
    const ready: Uint8Array[] = [];
    for (; all.length > CHUNK_LENGTH; all = all.slice(CHUNK_LENGTH))
      ready.push(seal(all.subarray(0, CHUNK_LENGTH), false));
    waiting.push(all);
    waitingLength = all.length;
    return ready;
  };
  return {
    push: (entry) => {
      assertInvariant(isNext(entry), "entries come in their order");
      const body = encodeEntry(entry);
      assertInvariant(body.length <= MAX_ENTRY_LENGTH, "an entry is too long");
      return add(concatBytes(lengthOf(body.length), body));
    },
    *finish() {
      yield* add(lengthOf(0));
      for (let left = contentSize(length) - length; left > 0;) {
        const piece = Math.min(left, CHUNK_LENGTH);
        yield* add(new Uint8Array(piece));
        left -= piece;
      }
      yield seal(concatBytes(...waiting), true);
    },
  };
}

function lengthOf(length: number): Uint8Array {
  return encode((w) => writeU32(w, length));
}
