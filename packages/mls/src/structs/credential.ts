/**
 * Credentials (RFC 9420, 5.3). What a credential proves is the application's affair; here it has a form. Types of private use carry one
 * opaque vector. Any other type is malformed: without its definition nobody can tell where it ends.
 */
import {
  assertInvariant,
  decode,
  encode,
  failReader,
  readU16,
  readVector,
  readVectorOf,
  writeU16,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";

export const BASIC_CREDENTIAL = 1;
export const X509_CREDENTIAL = 2;

/** Types from here on are for private use in all registries of RFC 9420, 17. */
export const FIRST_PRIVATE_TYPE = 0xf000;

export interface BasicCredential {
  readonly type: typeof BASIC_CREDENTIAL;
  readonly identity: Uint8Array;
}

export interface X509Credential {
  readonly type: typeof X509_CREDENTIAL;
  readonly certificates: readonly Uint8Array[];
}

/** `type` is at least 0xF000. */
export interface CustomCredential {
  readonly type: number;
  readonly data: Uint8Array;
}

export type Credential = BasicCredential | X509Credential | CustomCredential;

export function readCredential(r: Reader): Credential {
  const type = readU16(r);
  if (type === BASIC_CREDENTIAL) return { type, identity: readVector(r) };
  if (type === X509_CREDENTIAL)
    return { type, certificates: readVectorOf(r, readVector) };
  if (type < FIRST_PRIVATE_TYPE) failReader(r, "invalid");
  return { type, data: readVector(r) };
}

export function writeCredential(w: Writer, x: Credential): void {
  writeU16(w, x.type);
  if ("identity" in x) {
    writeVector(w, x.identity);
  } else if ("certificates" in x) {
    writeVectorOf(w, x.certificates, writeVector);
  } else {
    assertInvariant(x.type >= FIRST_PRIVATE_TYPE, "credential type has a form");
    writeVector(w, x.data);
  }
}

/** The credential in the form in which two can be compared. */
export function encodeCredential(x: Credential): Uint8Array {
  return encode((w) => writeCredential(w, x));
}

export function decodeCredential(
  bytes: Uint8Array,
): Result<Credential, DecodeError> {
  return decode(bytes, readCredential);
}
