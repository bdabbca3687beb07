/**
 * FramedContent and its authentication (RFC 9420, 6 and 6.1): what is said, by whom, in which epoch, before it is made
 * public or private.
 */
import {
  assertInvariant,
  decode,
  encode,
  failReader,
  hasFailed,
  readU16,
  readU32,
  readU64,
  readU8,
  readVector,
  writeBytes,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { encodeCommit, readCommit } from "./commit.ts";
import type { Commit } from "./commit.ts";
import { readProposal, writeProposal } from "./proposal.ts";
import type { Proposal } from "./proposal.ts";

export type Sender =
  | { readonly kind: "member"; readonly leafIndex: number }
  | { readonly kind: "external"; readonly senderIndex: number }
  | { readonly kind: "new-member-proposal" }
  | { readonly kind: "new-member-commit" };

export type Content =
  | { readonly kind: "application"; readonly data: Uint8Array }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "commit"; readonly commit: Commit };

export type ContentType = Content["kind"];

export interface FramedContent {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
  readonly content: Content;
}

export type WireFormat = "public" | "private";

export interface FramedContentAuth {
  readonly signature: Uint8Array;
  /** Given exactly for commits. */
  readonly confirmationTag: Uint8Array | undefined;
}

export interface AuthenticatedContent {
  readonly wireFormat: WireFormat;
  readonly content: FramedContent;
  readonly auth: FramedContentAuth;
}

const WIRE_FORMATS = { public: 1, private: 2 } as const;
const CONTENT_TYPES: readonly ContentType[] = [
  "application",
  "proposal",
  "commit",
];

export function readSender(r: Reader): Sender {
  switch (readU8(r)) {
    case 1:
      return { kind: "member", leafIndex: readU32(r) };
    case 2:
      return { kind: "external", senderIndex: readU32(r) };
    case 3:
      return { kind: "new-member-proposal" };
    case 4:
      return { kind: "new-member-commit" };
    default:
      failReader(r, "invalid");
      return { kind: "new-member-proposal" };
  }
}

export function writeSender(w: Writer, x: Sender): void {
  switch (x.kind) {
    case "member":
      writeU8(w, 1);
      writeU32(w, x.leafIndex);
      return;
    case "external":
      writeU8(w, 2);
      writeU32(w, x.senderIndex);
      return;
    case "new-member-proposal":
      writeU8(w, 3);
      return;
    case "new-member-commit":
      writeU8(w, 4);
  }
}

export function readContentType(r: Reader): ContentType {
  const type = CONTENT_TYPES[readU8(r) - 1];
  if (type === undefined) failReader(r, "invalid");
  return type ?? "application";
}

export function writeContentType(w: Writer, x: ContentType): void {
  writeU8(w, CONTENT_TYPES.indexOf(x) + 1);
}

/**
 * Commits in the bytes that they came in or were first written to. One is signed, sealed, hashed into the transcript and
 * stored, or the other way round, and can hold a ciphertext for each of a thousand members. What was read is what would be
 * written: the readers take no other form (ML-100).
 */
const commitBytes = new WeakMap<Content, Uint8Array>();

/** The content without its type, which stands elsewhere: in FramedContent before it, in a PrivateMessage outside. */
export function readContent(r: Reader, type: ContentType): Content {
  if (type === "application") return { kind: type, data: readVector(r) };
  if (type === "proposal") return { kind: type, proposal: readProposal(r) };
  const start = r.position;
  const content: Content = { kind: type, commit: readCommit(r) };
  if (!hasFailed(r)) commitBytes.set(content, r.bytes.slice(start, r.position));
  return content;
}

export function writeContent(w: Writer, x: Content): void {
  switch (x.kind) {
    case "application":
      return writeVector(w, x.data);
    case "proposal":
      return writeProposal(w, x.proposal);
    case "commit":
      return writeBytes(w, bytesOf(x, x.commit));
  }
}

function bytesOf(content: Content, commit: Commit): Uint8Array {
  const known = commitBytes.get(content);
  if (known !== undefined) return known;
  const bytes = encodeCommit(commit);
  commitBytes.set(content, bytes);
  return bytes;
}

export function readFramedContent(r: Reader): FramedContent {
  return {
    groupId: readVector(r),
    epoch: readU64(r),
    sender: readSender(r),
    authenticatedData: readVector(r),
    content: readContent(r, readContentType(r)),
  };
}

export function writeFramedContent(w: Writer, x: FramedContent): void {
  writeVector(w, x.groupId);
  writeU64(w, x.epoch);
  writeSender(w, x.sender);
  writeVector(w, x.authenticatedData);
  writeContentType(w, x.content.kind);
  writeContent(w, x.content);
}

export function readFramedContentAuth(
  r: Reader,
  type: ContentType,
): FramedContentAuth {
  return {
    signature: readVector(r),
    confirmationTag: type === "commit" ? readVector(r) : undefined,
  };
}

/** A tag where none belongs, or none where one does, is a bug: the reader could not follow. */
export function writeFramedContentAuth(
  w: Writer,
  type: ContentType,
  x: FramedContentAuth,
): void {
  writeVector(w, x.signature);
  assertInvariant(
    (x.confirmationTag !== undefined) === (type === "commit"),
    "commits carry a confirmation tag, and nothing else does",
  );
  if (x.confirmationTag !== undefined) writeVector(w, x.confirmationTag);
}

export function writeWireFormat(w: Writer, x: WireFormat): void {
  writeU16(w, WIRE_FORMATS[x]);
}

export function readAuthenticatedContent(r: Reader): AuthenticatedContent {
  const wireFormat = readWireFormat(r);
  const content = readFramedContent(r);
  return {
    wireFormat,
    content,
    auth: readFramedContentAuth(r, content.content.kind),
  };
}

export function writeAuthenticatedContent(
  w: Writer,
  x: AuthenticatedContent,
): void {
  writeWireFormat(w, x.wireFormat);
  writeFramedContent(w, x.content);
  writeFramedContentAuth(w, x.content.content.kind, x.auth);
}

/** What a proposal's reference is made of. */
export function encodeAuthenticatedContent(
  x: AuthenticatedContent,
): Uint8Array {
  return encode((w) => writeAuthenticatedContent(w, x));
}

export function decodeAuthenticatedContent(
  bytes: Uint8Array,
): Result<AuthenticatedContent, DecodeError> {
  return decode(bytes, readAuthenticatedContent);
}

function readWireFormat(r: Reader): WireFormat {
  const format = readU16(r);
  if (format === WIRE_FORMATS.private) return "private";
  if (format !== WIRE_FORMATS.public) failReader(r, "invalid");
  return "public";
}
