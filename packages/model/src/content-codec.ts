/**
 * Contents as bytes (docs/spec/content.md, "Bytes"): strict, canonical and bounded. What this version does not know it
 * keeps byte for byte; what breaks a rule it refuses, whole, so that nothing half-read is ever shown.
 */

import {
  assertInvariant,
  decode,
  encode,
  encodeUtf8,
  err,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  remaining,
  writeBytes,
  writeOptional,
  writeU16,
  writeU8,
  writeVector,
  writeVectorOf,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import {
  CONTENT_VERSION,
  type Answer,
  type Content,
  type InviteSecretContent,
  type NoticeContent,
  type ReactionContent,
  type RsvpContent,
  type SecretBox,
  type TextContent,
} from "./content.ts";
import { isEmoji } from "./emoji.ts";
import { areCritical, readExtensions, writeExtensions } from "./extension.ts";
import {
  ID_BYTES,
  MAX_AGENDA_BYTES,
  MAX_CONTENT_BYTES,
  MAX_EMOJI_BYTES,
  MAX_PLACE_BYTES,
  MAX_SECRET_BOX_BYTES,
  MAX_SECRET_BOXES,
  MAX_TEXT_BYTES,
  MAX_TITLE_BYTES,
  KEY_BYTES,
} from "./limits.ts";
import { readNoticeTime, writeNoticeTime } from "./notice-time.ts";
import { isAgenda, isPlace, isText, isTitle } from "./text.ts";

type KnownContent = Exclude<Content, { kind: "unknown" }>;
type KnownKind = KnownContent["kind"];

/** The table of codes (CT-3). A code is never given a second meaning. */
const CODES: Readonly<Record<KnownKind, number>> = {
  text: 0x0001,
  reaction: 0x0002,
  notice: 0x0003,
  rsvp: 0x0004,
  hello: 0x8001,
  ack: 0x8002,
  "invite-secret": 0x8003,
};

const ANSWERS: Readonly<Record<Answer, number>> = { yes: 1, maybe: 2, no: 3 };

/** The body of each kind, without version, code and extensions. */
const readers = new Map<number, (r: Reader) => KnownContent>([
  [CODES.text, readText],
  [CODES.reaction, readReaction],
  [CODES.notice, readNotice],
  [CODES.rsvp, readRsvp],
  [CODES.hello, () => ({ kind: "hello" })],
  [CODES.ack, () => ({ kind: "ack" })],
  [CODES["invite-secret"], readInviteSecret],
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
  switch (content.kind) {
    case "text":
      writeVector(w, encodeUtf8(content.text));
      writeOptional(w, content.replyTo, writeBytes);
      return;
    case "reaction":
      writeBytes(w, content.target);
      writeVector(w, encodeUtf8(content.emoji));
      return;
    case "notice":
      writeVector(w, encodeUtf8(content.title));
      writeNoticeTime(w, content.when);
      writeVector(w, encodeUtf8(content.place));
      writeVector(w, encodeUtf8(content.agenda));
      return;
    case "rsvp":
      writeBytes(w, content.notice);
      writeU8(w, ANSWERS[content.answer]);
      return;
    case "invite-secret":
      writeBytes(w, content.invitePub);
      writeVectorOf(w, content.boxes, writeBox);
      return;
    case "hello":
    case "ack":
      return;
  }
}

/** An id in a field: 16 bytes that any author can choose. */
export function readId(r: Reader): Uint8Array {
  return readBytes(r, ID_BYTES);
}

/** The octet of an answer, here and in items. */
export function writeAnswer(w: Writer, answer: Answer): void {
  writeU8(w, ANSWERS[answer]);
}

/** The answer of an octet; any other than the three is `invalid`. */
export function readAnswer(r: Reader): Answer {
  switch (readU8(r)) {
    case ANSWERS.yes:
      return "yes";
    case ANSWERS.maybe:
      return "maybe";
    case ANSWERS.no:
      return "no";
    default:
      failReader(r, "invalid");
      return "no";
  }
}

function readText(r: Reader): TextContent {
  const text = readChecked(r, MAX_TEXT_BYTES, isText);
  const replyTo = readOptional(r, readId);
  return { kind: "text", text, ...(replyTo === undefined ? {} : { replyTo }) };
}

function readReaction(r: Reader): ReactionContent {
  return {
    kind: "reaction",
    target: readId(r),
    emoji: readChecked(r, MAX_EMOJI_BYTES, (x) => x === "" || isEmoji(x)),
  };
}

function readNotice(r: Reader): NoticeContent {
  return {
    kind: "notice",
    title: readChecked(r, MAX_TITLE_BYTES, isTitle),
    when: readNoticeTime(r),
    place: readChecked(r, MAX_PLACE_BYTES, isPlace),
    agenda: readChecked(r, MAX_AGENDA_BYTES, isAgenda),
  };
}

function readRsvp(r: Reader): RsvpContent {
  return { kind: "rsvp", notice: readId(r), answer: readAnswer(r) };
}

function readInviteSecret(r: Reader): InviteSecretContent {
  return {
    kind: "invite-secret",
    invitePub: readBytes(r, KEY_BYTES),
    boxes: readVectorOf(r, readBox, MAX_SECRET_BOXES),
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

/** Text of a field that keeps the field's rules; otherwise the reader has failed. */
export function readChecked(
  r: Reader,
  maxBytes: number,
  isAllowed: (text: string) => boolean,
): string {
  const start = r.position;
  const text = readUtf8(r, maxBytes);
  if (r.error === undefined && !isAllowed(text)) {
    r.position = start;
    failReader(r, "invalid");
  }
  return text;
}
