/** Moves that ask for words, as bytes. */
import {
  decode,
  encode,
  failReader,
  readU8,
  readVectorOf,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import { readVersion } from "../../circle/field.ts";
import {
  readProposedMove,
  writeProposedMove,
} from "../../circle/relay-move.ts";
import { MAX_MOVES } from "../limits.ts";
import type { StoredMove } from "./move-record.ts";

const VERSION = 1;

export function encodeMoves(moves: readonly StoredMove[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, moves, (inner, one) => {
      writeProposedMove(inner, one.proposed);
      writeU8(inner, one.isCounted ? 1 : 0);
      writeU8(inner, one.isEnough ? 1 : 0);
    });
  });
}

export function decodeMoves(
  bytes: Uint8Array,
): Result<readonly StoredMove[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(
      r,
      (inner) => ({
        proposed: readProposedMove(inner),
        isCounted: readFlag(inner),
        isEnough: readFlag(inner),
      }),
      MAX_MOVES,
    );
  });
}

function readFlag(r: Reader): boolean {
  const flag = readU8(r);
  if (flag > 1) failReader(r, "invalid");
  return flag === 1;
}
