/** Who was last heard, what is missing, and what can be said again, as bytes (docs/spec/presence.md, "Storing"). */
import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { ID_BYTES } from "@halqa/model";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../../circle/field.ts";
import { readCounted, writeCounted } from "../../circle/sent-count.ts";
import {
  LEAVES_IN_PAGE,
  MAX_GAPS,
  MAX_LEAF_PAGES,
  MAX_SENT,
} from "../limits.ts";
import type { Gap } from "./gaps.ts";
import { orNone } from "./presence.ts";
import type { LeafPage, PresenceMeta } from "./presence.ts";
import type { LeafPresence } from "./leaf-presence.ts";
import type { Removal } from "./removal.ts";
import type { SentMessage } from "./sent-message.ts";

const VERSION = 1;

/** With the number of its pages, which is how they are found again. */
export function encodeMeta(meta: PresenceMeta, pages: number): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU16(w, pages);
    writeU16(w, meta.since.day);
    writeU64(w, meta.since.epoch);
    writeVectorOf(w, meta.ended, (inner, { epoch, at }) => {
      writeU64(inner, epoch);
      writeCount(inner, at);
    });
    writeOptional(w, meta.removal, writeRemoval);
    writeOptional(w, meta.shareAt, writeCount);
    writeCount(w, meta.sharedAt);
  });
}

export function decodeMeta(
  bytes: Uint8Array,
): Result<
  { readonly meta: PresenceMeta; readonly pages: number },
  DecodeError
> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const pages = readU16(r);
    if (pages > MAX_LEAF_PAGES) failReader(r, "too-long");
    const meta = {
      since: { day: readU16(r), epoch: readU64(r) },
      ended: orNone(
        readVectorOf(r, (inner) => ({
          epoch: readU64(inner),
          at: readCount(inner),
        })),
      ),
      removal: readOptional(r, readRemoval),
      shareAt: readOptional(r, readCount),
      sharedAt: readCount(r),
    };
    return { meta, pages };
  });
}

function writeRemoval(w: Writer, removal: Removal): void {
  writeU64(w, removal.epoch);
  writeCount(w, removal.at);
  writeVectorOf(w, removal.people, (inner, { memberKey, name }) => {
    writeKey(inner, memberKey);
    writeVector(inner, encodeUtf8(name));
  });
  writeVectorOf(w, removal.expected, writeU32);
  writeVectorOf(w, removal.confirmed, writeU32);
  writeVectorOf(w, removal.behind, (inner, { leaf, at }) => {
    writeU32(inner, leaf);
    writeCount(inner, at);
  });
  writeU8(w, removal.hasOthers ? 1 : 0);
  writeOptional(w, removal.tagAt, writeCount);
}

function readRemoval(r: Reader): Removal {
  return {
    epoch: readU64(r),
    at: readCount(r),
    people: readVectorOf(r, (inner) => ({
      memberKey: readKey(inner),
      name: readUtf8(inner),
    })),
    expected: readVectorOf(r, readU32),
    confirmed: readVectorOf(r, readU32),
    behind: readVectorOf(r, (inner) => ({
      leaf: readU32(inner),
      at: readCount(inner),
    })),
    hasOthers: readU8(r) === 1,
    tagAt: readOptional(r, readCount),
  };
}

const STATES = ["added", "added-by-us", "heard"] as const;
/** A device of which nothing is noted. */
const NOTHING = 255;

export function encodeLeafPage(page: LeafPage): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, page, writeLeaf);
  });
}

export function decodeLeafPage(
  bytes: Uint8Array,
): Result<LeafPage, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readLeaf, LEAVES_IN_PAGE);
  });
}

function writeLeaf(w: Writer, leaf: LeafPresence | undefined): void {
  if (leaf === undefined) {
    writeU8(w, NOTHING);
    return;
  }
  writeU8(w, STATES.indexOf(leaf.state));
  writeU16(w, leaf.day);
  writeU64(w, leaf.epoch);
  writeU32(w, leaf.next);
  writeOptional(w, leaf.before, (inner, { epoch, count }) => {
    writeU64(inner, epoch);
    writeU32(inner, count);
  });
}

function readLeaf(r: Reader): LeafPresence | undefined {
  const octet = readU8(r);
  if (octet === NOTHING) return undefined;
  const state = STATES[octet];
  if (state === undefined) failReader(r, "invalid");
  return {
    state: state ?? "heard",
    day: readU16(r),
    epoch: readU64(r),
    next: readU32(r),
    before: readOptional(r, (inner) => ({
      epoch: readU64(inner),
      count: readU32(inner),
    })),
  };
}

export function encodeGaps(gaps: readonly Gap[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, gaps, (inner, gap) => {
      writeU32(inner, gap.leaf);
      writeU64(inner, gap.epoch);
      writeU32(inner, gap.number);
      writeCount(inner, gap.at);
      writeCount(inner, gap.askedAt);
      writeU8(inner, gap.asks);
    });
  });
}

export function decodeGaps(
  bytes: Uint8Array,
): Result<readonly Gap[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(
      r,
      (inner) => ({
        leaf: readU32(inner),
        epoch: readU64(inner),
        number: readU32(inner),
        at: readCount(inner),
        askedAt: readCount(inner),
        asks: readU8(inner),
      }),
      MAX_GAPS,
    );
  });
}

/** The messages by their ids; what they say stands in records of their own. */
export function encodeSentList(sent: readonly SentMessage[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, sent, (inner, one) => {
      writeBytes(inner, one.messageId);
      writeU8(inner, one.resends);
      writeCount(inner, one.resentAt);
    });
  });
}

export type SentEntry = Pick<SentMessage, "messageId" | "resends" | "resentAt">;

export function decodeSentList(
  bytes: Uint8Array,
): Result<readonly SentEntry[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(
      r,
      (inner) => ({
        messageId: readBytes(inner, ID_BYTES),
        resends: readU8(inner),
        resentAt: readCount(inner),
      }),
      MAX_SENT,
    );
  });
}

export type SentBody = Pick<SentMessage, "minute" | "content" | "counted">;

export function encodeSentItem({
  minute,
  content,
  counted,
}: SentBody): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU32(w, minute);
    writeCounted(w, counted);
    writeVector(w, content);
  });
}

export function decodeSentItem(
  bytes: Uint8Array,
): Result<SentBody, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      minute: readU32(r),
      counted: readCounted(r),
      content: readVector(r),
    };
  });
}
