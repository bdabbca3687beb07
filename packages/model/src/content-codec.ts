/**
 * Contents as bytes (docs/spec/content.md, "Bytes"): strict, canonical and bounded. What this version does not know it
 * keeps byte for byte; what breaks a rule it refuses, whole, so that nothing half-read is ever shown.
 */

import {
  assertInvariant,
  decode,
  encode,
  err,
  failReader,
  readBytes,
  readU16,
  readU32,
  readU8,
  readVector,
  readVectorOf,
  remaining,
  writeBytes,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import {
  readEditBody,
  readHideBody,
  readPinBody,
  readReactionBody,
  readTextBody,
  writeEditBody,
  writeHideBody,
  writePinBody,
  writeReactionBody,
  writeTextBody,
} from "./chat-codec.ts";
import {
  CONTENT_VERSION,
  isSignal,
  type ApprovalContent,
  type Content,
  type ContentOf,
  type InviteSecretContent,
  type ListContent,
  type SecretBox,
  type SignalContent,
} from "./content.ts";
import { areCritical, readExtensions, writeExtensions } from "./extension.ts";
import { readId } from "./field.ts";
import {
  KEY_BYTES,
  MAX_CONTENT_BYTES,
  MAX_SECRET_BOX_BYTES,
  MAX_SECRET_BOXES,
  SIGNATURE_BYTES,
} from "./limits.ts";
import {
  readMinutesBody,
  readNoticeFields,
  readNoticeUpdateBody,
  readPollCloseBody,
  readPollFields,
  readRsvpBody,
  readTaskFields,
  readVoteBody,
  writeMinutesBody,
  writeNoticeFields,
  writeNoticeUpdateBody,
  writePollCloseBody,
  writePollFields,
  writeRsvpBody,
  writeTaskFields,
  writeVoteBody,
} from "./organise-codec.ts";
import { readMissingBody, writeMissingBody } from "./missing-codec.ts";
import {
  readPlaceBody,
  readReportBody,
  readSealedBody,
  writePlaceBody,
  writeReportBody,
  writeSealedBody,
} from "./sealed-codec.ts";
import { readShareBody, writeShareBody } from "./share-codec.ts";

type KnownContent = Exclude<Content, { kind: "unknown" }>;
type KnownKind = KnownContent["kind"];

/** The table of codes (CT-3). A code is never given a second meaning. */
const CODES: Readonly<Record<KnownKind, number>> = {
  text: 0x0001,
  reaction: 0x0002,
  notice: 0x0003,
  rsvp: 0x0004,
  edit: 0x0005,
  delete: 0x0006,
  hide: 0x0007,
  pin: 0x0008,
  "notice-update": 0x0009,
  poll: 0x000a,
  vote: 0x000b,
  "poll-close": 0x000c,
  task: 0x000d,
  "task-update": 0x000e,
  minutes: 0x000f,
  share: 0x0010,
  sealed: 0x0020,
  report: 0x0021,
  place: 0x0022,
  hello: 0x8001,
  ack: 0x8002,
  "invite-secret": 0x8003,
  "epoch-tag": 0x8004,
  missing: 0x8005,
  approval: 0x8010,
};

/** The body of each kind, without version, code and extensions. */
const readers = new Map<number, (r: Reader) => KnownContent>([
  [CODES.text, readTextBody],
  [CODES.reaction, readReactionBody],
  [CODES.notice, (r) => ({ kind: "notice", ...readNoticeFields(r) })],
  [CODES.rsvp, readRsvpBody],
  [CODES.edit, readEditBody],
  [CODES.delete, (r) => ({ kind: "delete", target: readId(r) })],
  [CODES.hide, readHideBody],
  [CODES.pin, readPinBody],
  [CODES["notice-update"], readNoticeUpdateBody],
  [CODES.poll, (r) => ({ kind: "poll", ...readPollFields(r) })],
  [CODES.vote, readVoteBody],
  [CODES["poll-close"], readPollCloseBody],
  [CODES.task, (r) => ({ kind: "task", ...readTaskFields(r) })],
  [
    CODES["task-update"],
    (r) => ({ kind: "task-update", task: readId(r), ...readTaskFields(r) }),
  ],
  [CODES.minutes, readMinutesBody],
  [CODES.share, readShareBody],
  [CODES.sealed, readSealedBody],
  [CODES.report, readReportBody],
  [CODES.place, readPlaceBody],
  [CODES.hello, () => ({ kind: "hello" })],
  [CODES["epoch-tag"], () => ({ kind: "epoch-tag" })],
  [CODES.missing, readMissingBody],
  [CODES.ack, () => ({ kind: "ack" })],
  [CODES["invite-secret"], readInviteSecret],
  [CODES.approval, readApproval],
]);

/**
 * The one byte form of a content. The content is ours or came from `decodeContent`; one that breaks a rule is a bug of
 * the caller: InvariantError.
 */
export function encodeContent(content: Content): Uint8Array {
  const bytes = encode((w) => writeContent(w, content));
  // What the others would refuse must not leave: this is the last place that can tell.
  const read = decodeContent(bytes);
  assertInvariant(
    read.ok && read.value.kind === content.kind,
    "a content breaks a rule of its kind",
  );
  return bytes;
}

/** Whether every decoder would accept a content, for composing: what is refused here is the person's to change. */
export function isSendable(content: KnownContent): boolean {
  const bytes = encode((w) => writeContent(w, content));
  const read = decodeContent(bytes);
  return read.ok && read.value.kind === content.kind;
}

/** The content that `bytes` hold, or why they hold none. Never throws; encoding what it gives returns `bytes`. */
export function decodeContent(bytes: Uint8Array): Result<Content, DecodeError> {
  if (bytes.length > MAX_CONTENT_BYTES) {
    return err({ kind: "too-long", at: MAX_CONTENT_BYTES });
  }
  return decode(bytes, readContent);
}

function readContent(r: Reader): Content {
  const version = readU8(r);
  // Zero is what padding and erased memory look like.
  if (version === 0) failReader(r, "invalid");
  const code = readU16(r);
  if (version !== CONTENT_VERSION) {
    return { kind: "unknown", version, code, bytes: readRest(r) };
  }
  const extended = readExtensions(r);
  const readBody = readers.get(code);
  if (readBody === undefined || areCritical(extended)) {
    return {
      kind: "unknown",
      version,
      code,
      bytes: readRest(r),
      ...extended,
    };
  }
  return { ...readBody(r), ...extended };
}

function readRest(r: Reader): Uint8Array {
  return readBytes(r, remaining(r));
}

function writeContent(w: Writer, content: Content): void {
  if (content.kind === "unknown") {
    writeU8(w, content.version);
    writeU16(w, content.code);
    if (content.version === CONTENT_VERSION) writeExtensions(w, content);
    writeBytes(w, content.bytes);
    return;
  }
  writeU8(w, CONTENT_VERSION);
  writeU16(w, CODES[content.kind]);
  writeExtensions(w, content);
  writeBody(w, content);
}

function writeBody(w: Writer, content: KnownContent): void {
  if (isKnownSignal(content)) writeSignal(w, content);
  else writeListed(w, content.kind, content);
}

function isKnownSignal(content: KnownContent): content is SignalContent {
  return isSignal(content);
}

type ListKind = ListContent["kind"];

const writers: {
  readonly [K in ListKind]: (w: Writer, content: ContentOf<K>) => void;
} = {
  text: writeTextBody,
  reaction: writeReactionBody,
  edit: writeEditBody,
  delete: (w, { target }) => writeBytes(w, target),
  hide: writeHideBody,
  pin: writePinBody,
  notice: writeNoticeFields,
  "notice-update": writeNoticeUpdateBody,
  rsvp: writeRsvpBody,
  poll: writePollFields,
  vote: writeVoteBody,
  "poll-close": writePollCloseBody,
  task: writeTaskFields,
  "task-update": (w, content) => {
    writeBytes(w, content.task);
    writeTaskFields(w, content);
  },
  minutes: writeMinutesBody,
  share: writeShareBody,
  sealed: writeSealedBody,
  report: writeReportBody,
  place: writePlaceBody,
};

function writeListed<K extends ListKind>(
  w: Writer,
  kind: K,
  content: ContentOf<K>,
): void {
  writers[kind](w, content);
}

function writeSignal(w: Writer, content: SignalContent): void {
  switch (content.kind) {
    case "invite-secret":
      writeBytes(w, content.invitePub);
      writeVectorOf(w, content.boxes, writeBox);
      return;
    case "approval":
      writeBytes(w, content.member);
      writeU32(w, content.policyVersion);
      writeBytes(w, content.signature);
      return;
    case "missing":
      writeMissingBody(w, content);
      return;
    case "hello":
    case "ack":
    case "epoch-tag":
      return;
  }
}

function readInviteSecret(r: Reader): InviteSecretContent {
  return {
    kind: "invite-secret",
    invitePub: readBytes(r, KEY_BYTES),
    boxes: readVectorOf(r, readBox, MAX_SECRET_BOXES),
  };
}

function readApproval(r: Reader): ApprovalContent {
  return {
    kind: "approval",
    member: readBytes(r, KEY_BYTES),
    policyVersion: readU32(r),
    signature: readBytes(r, SIGNATURE_BYTES),
  };
}

function readBox(r: Reader): SecretBox {
  return {
    to: readBytes(r, KEY_BYTES),
    box: readVector(r, MAX_SECRET_BOX_BYTES),
  };
}

function writeBox(w: Writer, { to, box }: SecretBox): void {
  writeBytes(w, to);
  writeVector(w, box);
}
