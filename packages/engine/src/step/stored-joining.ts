/** A join under way, as bytes. */
import {
  decode,
  encode,
  failReader,
  readOptional,
  readU8,
  readVector,
  writeOptional,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import type { CircleEnv } from "../circle/circle.ts";
import { readKey, readVersion, writeKey } from "../circle/field.ts";
import { decodeJoining, encodeJoining } from "../circle/joining.ts";
import type { JoiningRecord } from "./durable.ts";
import { readText, writeText } from "./stored-desk.ts";

const VERSION = 1;

export function encodeJoiningRecord(
  env: CircleEnv,
  record: JoiningRecord,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, encodeJoining(env, record.joining));
    writeText(w, record.memberName);
    writeVector(w, record.box);
    writeU8(w, record.isSent ? 1 : 0);
    writeOptional(w, record.check, (inner, { stewardKey, nonce }) => {
      writeKey(inner, stewardKey);
      writeKey(inner, nonce);
    });
    writeOptional(w, record.welcome, writeVector);
  });
}

export function decodeJoiningRecord(
  env: CircleEnv,
  bytes: Uint8Array,
): Result<JoiningRecord | undefined, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const joining = decodeJoining(env, readVector(r));
    const rest = {
      memberName: readText(r),
      box: readVector(r),
      isSent: readU8(r) === 1,
      check: readOptional(r, (inner) => ({
        stewardKey: readKey(inner),
        nonce: readKey(inner),
      })),
      welcome: readOptional(r, (inner) => readVector(inner)),
    };
    if (joining.ok) return { joining: joining.value, ...rest };
    failReader(r, "invalid");
    return undefined;
  });
}
