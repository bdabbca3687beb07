/**
 * What opens every application message: an id of its own, and whose it is in which epoch (docs/spec/circle.md, CI-32). MLS
 * signs neither the generation nor anything that sets one message apart, so any member can seal another's words again:
 * the id is what a reader knows a copy by.
 */
import {
  decode,
  encode,
  readBytes,
  readU32,
  readU64,
  remaining,
  writeBytes,
  writeU32,
  writeU64,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { ID_BYTES } from "@halqa/model";
import { readVersion, writeFixed } from "./field.ts";

export interface MessageHeader {
  readonly messageId: Uint8Array;
  readonly leaf: number;
  readonly epoch: bigint;
  /** Minutes since 1970, by the author's clock. */
  readonly minute: number;
}

const VERSION = 1;

export function encodeMessage(
  header: MessageHeader,
  content: Uint8Array,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeFixed(w, header.messageId, ID_BYTES);
    writeU32(w, header.leaf);
    writeU64(w, header.epoch);
    writeU32(w, header.minute);
    writeBytes(w, content);
  });
}

/** The header, and the rest as it is. */
export function decodeMessage(
  bytes: Uint8Array,
): Result<
  { readonly header: MessageHeader; readonly content: Uint8Array },
  DecodeError
> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const header = {
      messageId: readBytes(r, ID_BYTES),
      leaf: readU32(r),
      epoch: readU64(r),
      minute: readU32(r),
    };
    return { header, content: readBytes(r, remaining(r)) };
  });
}
