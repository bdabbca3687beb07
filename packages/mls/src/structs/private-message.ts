/** PrivateMessage (RFC 9420, 6.3) and what its two ciphertexts carry. */
import {
  readBytes,
  readU32,
  readU64,
  readVector,
  writeBytes,
  writeU32,
  writeU64,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { readContentType, writeContentType } from "./framed-content.ts";
import type { ContentType } from "./framed-content.ts";

export interface PrivateMessage {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly contentType: ContentType;
  readonly authenticatedData: Uint8Array;
  readonly encryptedSenderData: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Which key of which sender the content is encrypted with. */
export interface SenderData {
  readonly leafIndex: number;
  readonly generation: number;
  readonly reuseGuard: Uint8Array;
}

export const REUSE_GUARD_LENGTH = 4;

export function readPrivateMessage(r: Reader): PrivateMessage {
  return {
    groupId: readVector(r),
    epoch: readU64(r),
    contentType: readContentType(r),
    authenticatedData: readVector(r),
    encryptedSenderData: readVector(r),
    ciphertext: readVector(r),
  };
}

export function writePrivateMessage(w: Writer, x: PrivateMessage): void {
  writePrivateContentAad(w, x);
  writeVector(w, x.encryptedSenderData);
  writeVector(w, x.ciphertext);
}

/** PrivateContentAAD: the fields in the clear, which are exactly those before the ciphertexts. */
export function writePrivateContentAad(
  w: Writer,
  x: Pick<
    PrivateMessage,
    "groupId" | "epoch" | "contentType" | "authenticatedData"
  >,
): void {
  writeSenderDataAad(w, x);
  writeVector(w, x.authenticatedData);
}

/** SenderDataAAD: the first three of them. */
export function writeSenderDataAad(
  w: Writer,
  x: Pick<PrivateMessage, "groupId" | "epoch" | "contentType">,
): void {
  writeVector(w, x.groupId);
  writeU64(w, x.epoch);
  writeContentType(w, x.contentType);
}

export function readSenderData(r: Reader): SenderData {
  return {
    leafIndex: readU32(r),
    generation: readU32(r),
    reuseGuard: readBytes(r, REUSE_GUARD_LENGTH),
  };
}

export function writeSenderData(w: Writer, x: SenderData): void {
  writeU32(w, x.leafIndex);
  writeU32(w, x.generation);
  writeBytes(w, x.reuseGuard);
}
