/**
 * What travels beside the log of the relay that orders (docs/spec/relays-of-a-circle.md, MV-20): copies of its entries, heads that it signed, and
 * moves that ask for words. On mirrors each stands in an envelope of its own, in bundles in a row.
 */
import {
  failReader,
  readBytes,
  readU8,
  readVector,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { BODY_SIZES } from "@halqa/protocol";
import {
  readCount,
  readKey,
  SIGNATURE_LENGTH,
  writeCount,
  writeFixed,
  writeKey,
} from "./field.ts";
import { readProposedMove, writeProposedMove } from "./relay-move.ts";
import type { ProposedMove } from "./relay-move.ts";

export interface EntryFrame {
  readonly frame: "entry";
  readonly logId: Uint8Array;
  /** 0: the relay that orders has not given it a place. */
  readonly seq: number;
  /** As it stands in the log, or is to stand there. */
  readonly body: Uint8Array;
}

/** By it a row of entries proves to be the one that the relay ordered. */
export interface HeadFrame {
  readonly frame: "head";
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

export interface MoveFrame {
  readonly frame: "move";
  readonly proposed: ProposedMove;
}

export type SideFrame = EntryFrame | HeadFrame | MoveFrame;

const ENTRY = 1;
const HEAD = 2;
const MOVE = 3;

export function writeSideFrame(w: Writer, frame: SideFrame): void {
  switch (frame.frame) {
    case "entry":
      writeU8(w, ENTRY);
      writeKey(w, frame.logId);
      writeCount(w, frame.seq);
      writeVector(w, frame.body);
      return;
    case "head":
      writeU8(w, HEAD);
      writeKey(w, frame.logId);
      writeCount(w, frame.seq);
      writeKey(w, frame.head);
      writeFixed(w, frame.signature, SIGNATURE_LENGTH);
      return;
    case "move":
      writeU8(w, MOVE);
      writeProposedMove(w, frame.proposed);
  }
}

export function readSideFrame(r: Reader): SideFrame {
  const kind = readU8(r);
  switch (kind) {
    case ENTRY: {
      const logId = readKey(r);
      const seq = readCount(r);
      const body = readVector(r, BODY_SIZES[2]);
      if (!BODY_SIZES.some((size) => size === body.length))
        failReader(r, "invalid");
      return { frame: "entry", logId, seq, body };
    }
    case HEAD:
      return {
        frame: "head",
        logId: readKey(r),
        seq: readCount(r),
        head: readKey(r),
        signature: readBytes(r, SIGNATURE_LENGTH),
      };
    case MOVE:
      break;
    default:
      failReader(r, "invalid");
  }
  return { frame: "move", proposed: readProposedMove(r) };
}
