/**
 * What a person has begun to write in a circle, as it is stored (docs/spec/app.md, AP-40). It is kept as it was typed: judged
 * only when it is sent. Of the item that it answers there is the id alone, so that no copy of that item outlives it.
 */
import {
  decode,
  encode,
  encodeUtf8,
  readBytes,
  readOptional,
  readUtf8,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { ID_BYTES } from "@halqa/model";
import { readKey, readVersion, writeKey } from "../circle/field.ts";
import { MAX_DRAFT_BYTES, MAX_DRAFT_NAMES } from "./limits.ts";

export interface Draft {
  readonly text: string;
  /** The item that it answers. */
  readonly replyTo: Uint8Array | undefined;
  /** Keys of members who were chosen by name while it was written. */
  readonly named: readonly Uint8Array[];
}

const VERSION = 1;

export function encodeDraft(draft: Draft): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeUtf8(draft.text));
    writeOptional(w, draft.replyTo, writeBytes);
    writeVectorOf(w, draft.named, writeKey);
  });
}

export function decodeDraft(bytes: Uint8Array): Result<Draft, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      text: readUtf8(r, MAX_DRAFT_BYTES),
      replyTo: readOptional(r, (inner) => readBytes(inner, ID_BYTES)),
      named: readVectorOf(r, readKey, MAX_DRAFT_NAMES),
    };
  });
}
