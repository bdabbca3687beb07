/** GroupInfo (RFC 9420, 12.4.3): a member's signed description of an epoch, for someone about to join. */
import {
  decode,
  encode,
  readU32,
  readVector,
  writeU32,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readExtensions, writeExtensions } from "./extension.ts";
import type { Extension } from "./extension.ts";
import { readGroupContext, writeGroupContext } from "./group-context.ts";
import type { GroupContext } from "./group-context.ts";

export interface GroupInfo {
  readonly groupContext: GroupContext;
  readonly extensions: readonly Extension[];
  readonly confirmationTag: Uint8Array;
  /** Leaf index of the member who signed. */
  readonly signer: number;
  readonly signature: Uint8Array;
}

export function readGroupInfo(r: Reader): GroupInfo {
  return {
    groupContext: readGroupContext(r),
    extensions: readExtensions(r),
    confirmationTag: readVector(r),
    signer: readU32(r),
    signature: readVector(r),
  };
}

export function writeGroupInfo(w: Writer, x: GroupInfo): void {
  writeUnsignedGroupInfo(w, x);
  writeVector(w, x.signature);
}

export function encodeGroupInfo(x: GroupInfo): Uint8Array {
  return encode((w) => writeGroupInfo(w, x));
}

export function decodeGroupInfo(
  bytes: Uint8Array,
): Result<GroupInfo, DecodeError> {
  return decode(bytes, readGroupInfo);
}

/** GroupInfoTBS: everything but the signature. */
export function groupInfoTbs(x: Omit<GroupInfo, "signature">): Uint8Array {
  return encode((w) => writeUnsignedGroupInfo(w, x));
}

function writeUnsignedGroupInfo(
  w: Writer,
  x: Omit<GroupInfo, "signature">,
): void {
  writeGroupContext(w, x.groupContext);
  writeExtensions(w, x.extensions);
  writeVector(w, x.confirmationTag);
  writeU32(w, x.signer);
}
