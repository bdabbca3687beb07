// The entry of @halqa/bytes: bytes in and out, strictly (docs/spec/bytes.md).

export { decodeBase64url, encodeBase64url } from "./base64url.ts";
export { brandBytes, type Brand } from "./brand.ts";
export { compareBytes, equalBytes } from "./compare.ts";
export { concatBytes } from "./concat.ts";
export { decodeHex, encodeHex } from "./hex.ts";
export { assertInvariant, InvariantError } from "./invariant.ts";
export { DEFAULT_MAX_ITEMS, MAX_VARINT } from "./limits.ts";
export {
  createReader,
  decode,
  failReader,
  hasFailed,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  readVarint,
  readVector,
  readVectorOf,
  remaining,
  type DecodeError,
  type Reader,
} from "./reader.ts";
export { err, ok, type Result } from "./result.ts";
export { decodeUtf8, encodeUtf8, readUtf8 } from "./utf8.ts";
export {
  createWriter,
  encode,
  finishWriter,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVarint,
  writeVector,
  writeVectorOf,
  type Writer,
} from "./writer.ts";
