// The fields that commands are made of: each has one encoding and refuses every other.

import {
  assertInvariant,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import {
  BLOB_PART_COUNTS,
  BLOB_PART_SIZE,
  BODY_SIZES,
  MAX_ENDPOINT,
} from "./limits.ts";
import { REFUSAL_CODES, type RefusalCode } from "./refusal.ts";

export interface Field<T> {
  write(w: Writer, value: T): void;
  read(r: Reader): T;
}

/** Bytes of one length. */
export function fixed(length: number): Field<Uint8Array> {
  return {
    write: (w, value) => {
      assertInvariant(value.length === length, `${length} bytes are expected`);
      writeBytes(w, value);
    },
    read: (r) => readBytes(r, length),
  };
}

/** A presence octet, then the field where there is one. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    write: (w, value) =>
      writeOptional(w, value, (inner, x) => field.write(inner, x)),
    read: (r) => readOptional(r, (inner) => field.read(inner)),
  };
}

export const u32: Field<number> = { write: writeU32, read: readU32 };

/** A sequence as uint64, never above 2^53 - 1: a number holds it exactly. */
export const seq: Field<number> = {
  write: (w, value) => {
    assertInvariant(
      Number.isSafeInteger(value) && value >= 0,
      "a sequence is a whole number from 0 up",
    );
    writeU64(w, BigInt(value));
  },
  read: (r) => {
    const value = readU64(r);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    failReader(r, "invalid");
    return 0;
  },
};

/** A sequence that an entry can have: from 1 up. */
export const entrySeq: Field<number> = {
  write: (w, value) => {
    assertInvariant(value > 0, "the first sequence is 1");
    seq.write(w, value);
  },
  read: (r) => {
    const value = seq.read(r);
    if (value === 0) failReader(r, "invalid");
    return value;
  },
};

/** 0 for none, or a sequence and one more. */
export const expectedHead: Field<number | undefined> = {
  write: (w, value) => seq.write(w, value === undefined ? 0 : value + 1),
  read: (r) => {
    const value = seq.read(r);
    return value === 0 ? undefined : value - 1;
  },
};

/** The number of one of `BODY_SIZES`, then as many bytes. */
export const body: Field<Uint8Array> = {
  write: (w, value) => {
    const size = BODY_SIZES.findIndex((length) => length === value.length);
    assertInvariant(size >= 0, "a body has one of three sizes");
    writeU8(w, size);
    writeBytes(w, value);
  },
  read: (r) => {
    const length = BODY_SIZES[readU8(r)];
    if (length === undefined) failReader(r, "invalid");
    return readBytes(r, length ?? 0);
  },
};

/** One part of a blob. */
export const part: Field<Uint8Array> = fixed(BLOB_PART_SIZE);

/** Which part of a blob. */
export const partIndex: Field<number> = {
  write: (w, value) => {
    assertInvariant(value < BLOB_PART_COUNTS[2], "a blob has at most 16 parts");
    writeU8(w, value);
  },
  read: (r) => {
    const value = readU8(r);
    if (value >= BLOB_PART_COUNTS[2]) failReader(r, "invalid");
    return value;
  },
};

/** The number of parts, 1, 4 or 16, then the hash of each. */
export const partHashes: Field<readonly Uint8Array[]> = {
  write: (w, value) => {
    assertInvariant(isPartCount(value.length), "a blob has 1, 4 or 16 parts");
    writeU8(w, value.length);
    for (const hash of value) bytes32.write(w, hash);
  },
  read: (r) => {
    const count = readU8(r);
    if (!isPartCount(count)) {
      failReader(r, "invalid");
      return [];
    }
    return Array.from({ length: count }, () => bytes32.read(r));
  },
};

/** The length as uint16, from 1 to 1,024, then as many octets. */
export const pushEndpoint: Field<Uint8Array> = {
  write: (w, value) => {
    assertInvariant(isEndpointLength(value.length), "1 to 1,024 octets");
    writeU16(w, value.length);
    writeBytes(w, value);
  },
  read: (r) => {
    const length = readU16(r);
    if (!isEndpointLength(length)) failReader(r, "invalid");
    return readBytes(r, length);
  },
};

/** An uncompressed point on P-256. */
export const pushKey: Field<Uint8Array> = fixed(65);

export const refusalCode: Field<RefusalCode> = {
  write: (w, value) => writeU8(w, REFUSAL_CODES[value]),
  read: (r) => {
    const octet = readU8(r);
    const code = refusalNames.find((name) => REFUSAL_CODES[name] === octet);
    if (code === undefined) failReader(r, "invalid");
    return code ?? "unavailable";
  },
};

/** A key, an id, a hash, a nonce, a challenge. */
export const bytes32: Field<Uint8Array> = fixed(32);

export const signature: Field<Uint8Array> = fixed(64);

const refusalNames = Object.keys(REFUSAL_CODES).filter(
  (name): name is RefusalCode => name in REFUSAL_CODES,
);

function isEndpointLength(length: number): boolean {
  return length > 0 && length <= MAX_ENDPOINT;
}

function isPartCount(count: number): boolean {
  return BLOB_PART_COUNTS.some((known) => known === count);
}
