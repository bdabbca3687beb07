/** Commit (RFC 9420, 12.4): the proposals that take effect, and the committer's new path where one is needed. */
import {
  decode,
  encode,
  readOptional,
  readVectorOf,
  writeOptional,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readProposalOrRef, writeProposalOrRef } from "./proposal.ts";
import type { ProposalOrRef } from "./proposal.ts";
import { readUpdatePath, writeUpdatePath } from "./update-path.ts";
import type { UpdatePath } from "./update-path.ts";

export interface Commit {
  readonly proposals: readonly ProposalOrRef[];
  readonly path: UpdatePath | undefined;
}

export function readCommit(r: Reader): Commit {
  return {
    proposals: readVectorOf(r, readProposalOrRef),
    path: readOptional(r, readUpdatePath),
  };
}

export function writeCommit(w: Writer, x: Commit): void {
  writeVectorOf(w, x.proposals, writeProposalOrRef);
  writeOptional(w, x.path, writeUpdatePath);
}

export function encodeCommit(x: Commit): Uint8Array {
  return encode((w) => writeCommit(w, x));
}

export function decodeCommit(bytes: Uint8Array): Result<Commit, DecodeError> {
  return decode(bytes, readCommit);
}
