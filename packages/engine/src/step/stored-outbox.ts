/** The outbox as bytes: a list of message ids, and one record for each item, so that one more message writes little. */
import {
  decode,
  encode,
  readBytes,
  readOptional,
  readU32,
  readU64,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { ID_BYTES } from "@halqa/model";
import { readKey, readVersion, writeKey } from "../circle/field.ts";
import { readCounted, writeCounted } from "../circle/sent-count.ts";
import type { OutboxItem, Sealed } from "./durable.ts";
import { readText, writeText } from "./stored-desk.ts";

const VERSION = 1;

export function encodeOutboxList(items: readonly OutboxItem[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, items, (inner, { messageId }) =>
      writeBytes(inner, messageId),
    );
  });
}

export function decodeOutboxList(
  bytes: Uint8Array,
): Result<readonly Uint8Array[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, (inner) => readBytes(inner, ID_BYTES));
  });
}

export function encodeOutboxItem(item: OutboxItem): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeBytes(w, item.messageId);
    writeU32(w, item.minute);
    writeVector(w, item.content);
    writeOptional(w, item.sealed, writeSealed);
    writeVectorOf(w, item.earlier, writeKey);
    writeVectorOf(w, item.distrusted, writeKey);
    writeOptional(w, item.counted, writeCounted);
    writeOptional(w, item.failure, writeText);
  });
}

export function decodeOutboxItem(
  bytes: Uint8Array,
): Result<OutboxItem, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      messageId: readBytes(r, ID_BYTES),
      minute: readU32(r),
      content: readVector(r),
      sealed: readOptional(r, readSealed),
      earlier: readVectorOf(r, readKey),
      distrusted: readVectorOf(r, readKey),
      counted: readOptional(r, readCounted),
      failure: readOptional(r, readText),
    };
  });
}

function writeSealed(w: Writer, sealed: Sealed): void {
  writeKey(w, sealed.logId);
  writeU64(w, sealed.epoch);
  writeKey(w, sealed.entryId);
  writeVector(w, sealed.body);
}

function readSealed(r: Reader): Sealed {
  return {
    logId: readKey(r),
    epoch: readU64(r),
    entryId: readKey(r),
    body: readVector(r),
  };
}
