/**
 * What opens every application message: an id of its own, and whose it is in which epoch (docs/spec/circle.md, CI-190). MLS
 * signs neither the generation nor anything that sets one message apart, so any member can seal another's words again:
 * the id is what a reader knows a copy by.
 */
import {
  decode,
  encode,
  failReader,
  readBytes,
  readOptional,
  readU32,
  readU64,
  remaining,
  writeBytes,
  writeOptional,
  writeU32,
  writeU64,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { ID_BYTES } from "@halqa/model";
import { readVersion, writeFixed } from "./field.ts";
import { readCounted, writeCounted } from "./sent-count.ts";
import type { Counted } from "./sent-count.ts";

export interface MessageHeader {
  readonly messageId: Uint8Array;
  readonly leaf: number;
  readonly epoch: bigint;
  /** Minutes since 1970, by the author's clock. */
  readonly minute: number;
  /** Of what belongs to the list; what devices say to each other has none. */
  readonly counted?: Counted | undefined;
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
    writeOptional(w, header.counted, writeCounted);
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
      counted: readOptional(r, readCounted),
    };
    // A message keeps its number in later epochs, and cannot have one of an epoch that is to come.
    if (header.counted !== undefined && header.counted.epoch > header.epoch)
      failReader(r, "invalid");
    return { header, content: readBytes(r, remaining(r)) };
  });
}
