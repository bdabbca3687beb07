/**
 * The outbox as bytes: a list of message ids, and one record for each item, so that one more message writes little. Of a seal its
 * message and nonce are stored; the entry is made of them again, the same to the byte (docs/spec/engine.md, EN-42).
 */
import {
  decode,
  encode,
  equalBytes,
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
import { envelopeNonce, restoreEnvelope, sha256 } from "@halqa/crypto";
import { ID_BYTES } from "@halqa/model";
import { entryIdOf } from "@halqa/protocol";
import type { EpochKey } from "../circle/epoch-key.ts";
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

/** `keys` are those of the circle's epochs: a seal whose key is gone is one of those before, and the item takes another. */
export function decodeOutboxItem(
  bytes: Uint8Array,
  keys: readonly EpochKey[],
): Result<OutboxItem, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const messageId = readBytes(r, ID_BYTES);
    const minute = readU32(r);
    const content = readVector(r);
    const stored = readOptional(r, readSealed);
    const earlier = readVectorOf(r, readKey);
    const sealed = stored && restoreSeal(stored, keys);
    const isLost = stored !== undefined && sealed === undefined;
    return {
      messageId,
      minute,
      content,
      sealed,
      earlier: isLost ? [...earlier, stored.entryId] : earlier,
      distrusted: readVectorOf(r, readKey),
      counted: readOptional(r, readCounted),
      failure: readOptional(r, readText),
    };
  });
}

type StoredSeal = Omit<Sealed, "body"> & { readonly nonce: Uint8Array };

const NONCE_LENGTH = 24;

function writeSealed(w: Writer, sealed: Sealed): void {
  writeKey(w, sealed.logId);
  writeU64(w, sealed.epoch);
  writeKey(w, sealed.entryId);
  writeBytes(w, envelopeNonce(sealed.body));
  writeVector(w, sealed.message);
}

function readSealed(r: Reader): StoredSeal {
  return {
    logId: readKey(r),
    epoch: readU64(r),
    entryId: readKey(r),
    nonce: readBytes(r, NONCE_LENGTH),
    message: readVector(r),
  };
}

function restoreSeal(
  { nonce, ...sealed }: StoredSeal,
  keys: readonly EpochKey[],
): Sealed | undefined {
  const key = keys.find(({ epoch }) => epoch === sealed.epoch)?.envelopeKey;
  const { logId, message, entryId } = sealed;
  const isSame = (body: Uint8Array): boolean =>
    equalBytes(entryIdOf(sha256, body), entryId);
  const body = key && restoreEnvelope({ key, logId, message, nonce, isSame });
  return body && { ...sealed, body };
}
