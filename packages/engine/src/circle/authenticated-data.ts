/**
 * What stands around every message of a circle, signed with it (docs/spec/circle.md, CI-115): which log it was made for,
 * what its author had seen of it, and which epoch its author is in. One message that crosses proves a fork.
 */
import {
  decode,
  encode,
  failReader,
  hasFailed,
  readBytes,
  readVectorOf,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import { readApproval, writeApproval } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { markOf, MARK_LENGTH } from "./chain-window.ts";
import { memberMark } from "./circle-log.ts";
import type { CircleLog, SeenPosition } from "./circle-log.ts";
import { EPOCH_TAG_LENGTH } from "./epoch-key.ts";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeFixed,
  writeKey,
} from "./field.ts";
import { MAX_APPROVALS } from "./limits.ts";

/** The position is the last entry that the author had read. */
export interface AuthenticatedData extends SeenPosition {
  readonly logId: Uint8Array;
  readonly epochTag: Uint8Array;
  /** Of members, for the commit that it stands around; none around anything else. By leaf, each once. */
  readonly approvals: readonly Approval[];
}

const VERSION = 1;

/** What goes around a message that is made now. */
export function describeSeen(
  log: CircleLog,
  epochTag: Uint8Array,
  approvals: readonly Approval[] = [],
): AuthenticatedData {
  const { logId, seq, origin } = log;
  const relayMark = markOf(log.relayHead);
  return {
    logId,
    seq,
    relayMark,
    memberMark: memberMark(origin, seq, relayMark),
    epochTag,
    approvals,
  };
}

export function encodeAuthenticatedData(data: AuthenticatedData): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, data.logId);
    writeCount(w, data.seq);
    writeFixed(w, data.relayMark, MARK_LENGTH);
    writeFixed(w, data.memberMark, MARK_LENGTH);
    writeFixed(w, data.epochTag, EPOCH_TAG_LENGTH);
    writeVectorOf(w, data.approvals, writeApproval);
  });
}

export function decodeAuthenticatedData(
  bytes: Uint8Array,
): Result<AuthenticatedData, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      logId: readKey(r),
      seq: readCount(r),
      relayMark: readBytes(r, MARK_LENGTH),
      memberMark: readBytes(r, MARK_LENGTH),
      epochTag: readBytes(r, EPOCH_TAG_LENGTH),
      approvals: readApprovals(r),
    };
  });
}

function readApprovals(r: Reader): readonly Approval[] {
  const approvals = readVectorOf(r, readApproval, MAX_APPROVALS);
  const isInOrder = approvals.every(({ leaf }, index) => {
    const before = approvals[index - 1];
    return before === undefined || before.leaf < leaf;
  });
  if (!hasFailed(r) && !isInOrder) failReader(r, "non-canonical");
  return approvals;
}
