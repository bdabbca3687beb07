// The body by which a steward passes something on (docs/spec/content.md, "Bytes"), and what may be passed on.

import {
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readVector,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeVector,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import type { ShareContent } from "./content.ts";
import {
  readChecked,
  readChoice,
  readFlag,
  readId,
  writeChoice,
  writeFlag,
  writeText,
} from "./field.ts";
import { KEY_BYTES, MAX_NAME_BYTES, MAX_SHARED_BYTES } from "./limits.ts";
import { NOTICE_STATES } from "./organise-codec.ts";
import { isName } from "./text.ts";

type Update = NonNullable<ShareContent["update"]>;

export function writeShareBody(w: Writer, content: ShareContent): void {
  writeBytes(w, content.target);
  writeBytes(w, content.author.memberKey);
  writeText(w, content.author.name);
  writeU32(w, content.minute);
  writeFlag(w, content.pinned);
  writeOptional(w, content.update, writeUpdate);
  writeVector(w, content.said);
}

/** What is inside is decoded by the fold, which passes over what it may not be. */
export function readShareBody(r: Reader): ShareContent {
  const target = readId(r);
  const memberKey = readBytes(r, KEY_BYTES);
  const name = readChecked(r, MAX_NAME_BYTES, isName);
  const minute = readU32(r);
  const pinned = readFlag(r);
  const update = readOptional(r, readUpdate);
  return {
    kind: "share",
    target,
    author: { memberKey, name },
    minute,
    pinned,
    ...(update === undefined ? {} : { update }),
    said: readVector(r, MAX_SHARED_BYTES),
  };
}

function writeUpdate(w: Writer, { version, state }: Update): void {
  writeU16(w, version);
  writeChoice(w, NOTICE_STATES, state);
}

function readUpdate(r: Reader): Update {
  const version = readU16(r);
  if (version === 0) failReader(r, "invalid");
  return { version, state: readChoice(r, NOTICE_STATES) };
}
