import { describe, expect, it, vi } from "vitest";
import {
  createReader,
  decode,
  DEFAULT_MAX_ITEMS,
  encode,
  failReader,
  hasFailed,
  InvariantError,
  MAX_VARINT,
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
  writeVectorOf,
  writeU8,
  type DecodeError,
  type Reader,
} from "./index.ts";

const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);

const refusal = (
  input: Uint8Array,
  read: (r: Reader) => unknown,
): DecodeError | "accepted" => {
  const result = decode(input, read);
  return result.ok ? "accepted" : result.error;
};

const accept = <T>(input: Uint8Array, read: (r: Reader) => T): T => {
  const result = decode(input, read);
  if (!result.ok) throw new Error(`refused: ${result.error.kind}`);
  return result.value;
};

function broken(): never {
  throw new InvariantError("a bug");
}
const readPairs = (r: Reader): number[] => readVectorOf(r, readU16);
const readTwoBytes = (r: Reader): Uint8Array => readVector(r, 2);
const readUnboundBytes = (r: Reader): Uint8Array => readVector(r, Number.NaN);
const readTwoItems = (r: Reader): number[] => readVectorOf(r, readU8, 2);
const readUnboundItems = (r: Reader): number[] =>
  readVectorOf(r, readU8, Number.NaN);
const countItems = (r: Reader): number => readVectorOf(r, readU8).length;
const readNothings = (r: Reader): number[] => readVectorOf(r, () => 0);
const readMarks = (r: Reader): (number | undefined)[] =>
  readVectorOf(r, (inner) => readOptional(inner, () => 1));
const readOptionalU8 = (r: Reader): number | undefined =>
  readOptional(r, readU8);
const readNested = (r: Reader): unknown => [
  readVectorOf(r, (inner) => readVectorOf(inner, readU8)),
  readBytes(r, remaining(r)),
];
const encodeItems = (count: number): Uint8Array =>
  encode((w) =>
    writeVectorOf(w, Array.from<number>({ length: count }).fill(1), writeU8),
  );

const everyRead: Readonly<Record<string, (r: Reader) => unknown>> = {
  readU8,
  readU16,
  readU32,
  readU64,
  readBytes: (r) => readBytes(r, 1),
  readNoBytes: (r) => readBytes(r, 0),
  readVarint,
  readVector,
  readVectorOf: (r) => readVectorOf(r, readU8),
  readOptional: (r) => readOptional(r, readU8),
};

describe("decode", () => {
  it("[BY-1] hands over the value when every byte was consumed", () => {
    expect(decode(bytes(5), readU8)).toEqual({ ok: true, value: 5 });
    expect(decode(bytes(), () => "nothing")).toEqual({
      ok: true,
      value: "nothing",
    });
  });

  it("[BY-5] refuses bytes after the end, at the first of them", () => {
    expect(refusal(bytes(1, 2, 3), readU8)).toEqual({
      kind: "trailing",
      at: 1,
    });
  });

  it("[BY-3] reports the failure within, not the bytes that were left because of it", () => {
    const input = bytes(9, 9, 9);
    expect(refusal(input, (r) => readOptional(r, readU8))).toEqual({
      kind: "invalid",
      at: 0,
    });
  });

  it("[BY-2] lets a bug in a decoder through", () => {
    expect(() => decode(bytes(1), broken)).toThrow(InvariantError);
  });
});

describe("a reader that failed", () => {
  it("[BY-3] keeps its first failure", () => {
    const r = createReader(bytes(1, 2));
    expect(hasFailed(r)).toBe(false);
    readU32(r);
    expect(r.error).toEqual({ kind: "truncated", at: 0 });
    failReader(r, "invalid");
    readU8(r);
    expect(r.error).toEqual({ kind: "truncated", at: 0 });
    expect(hasFailed(r)).toBe(true);
  });

  it.each([
    ["readU8", 0],
    ["readU16", 0],
    ["readU32", 0],
    ["readU64", 0n],
    ["readBytes", bytes()],
    ["readNoBytes", bytes()],
    ["readVarint", 0],
    ["readVector", bytes()],
    ["readVectorOf", []],
    ["readOptional", undefined],
  ])("[BY-3] answers %s with nothing and stands still", (name, nothing) => {
    const r = createReader(bytes(1, 1, 1, 1, 1, 1, 1, 1, 1));
    readU8(r);
    failReader(r, "invalid");
    expect(everyRead[name]?.(r)).toEqual(nothing);
    expect(r.position).toBe(1);
    expect(r.error).toEqual({ kind: "invalid", at: 1 });
  });

  it("[BY-3] has nothing remaining, so that a loop over the rest ends", () => {
    const r = createReader(bytes(1, 2, 3));
    expect(remaining(r)).toBe(3);
    readU8(r);
    expect(remaining(r)).toBe(2);
    failReader(r, "invalid");
    expect(remaining(r)).toBe(0);
  });
});

describe("the end of the input", () => {
  it.each(Object.keys(everyRead).filter((name) => name !== "readNoBytes"))(
    "[BY-4] stops %s on an empty input",
    (name) => {
      const r = createReader(bytes());
      everyRead[name]?.(r);
      expect(r.error).toEqual({ kind: "truncated", at: 0 });
    },
  );

  it.each([
    ["readU16", bytes(1)],
    ["readU32", bytes(1, 2, 3)],
    ["readU64", bytes(1, 2, 3, 4, 5, 6, 7)],
    ["readVarint", bytes(0x40)],
    ["readVarint", bytes(0x80, 0x01, 0x00)],
  ])(
    "[BY-4] stops %s one byte short, where the field begins",
    (name, input) => {
      const r = createReader(input);
      everyRead[name]?.(r);
      expect(r.error).toEqual({ kind: "truncated", at: 0 });
      expect(r.position).toBe(0);
    },
  );

  it.each([
    ["readVector", bytes(2, 0xaa)],
    ["readVectorOf", bytes(2, 0xaa)],
  ])("[BY-4] stops %s whose length goes past it", (name, input) => {
    const r = createReader(input);
    everyRead[name]?.(r);
    expect(r.error).toEqual({ kind: "truncated", at: 1 });
  });

  it("[BY-4] is that of the view, not that of the buffer behind it", () => {
    const view = bytes(1, 2, 3, 4).subarray(1, 2);
    expect(accept(view, readU8)).toBe(2);
    expect(refusal(view, readU16)).toEqual({ kind: "truncated", at: 0 });
  });
});

describe("integers", () => {
  it("[BY-6] are unsigned and big-endian", () => {
    expect(accept(bytes(0xfe), readU8)).toBe(0xfe);
    expect(accept(bytes(0xfe, 0x01), readU16)).toBe(0xfe01);
    expect(accept(bytes(0xfe, 0x01, 0x02, 0x03), readU32)).toBe(0xfe010203);
    expect(accept(bytes(0xfe, 1, 2, 3, 0xfc, 5, 6, 7), readU64)).toBe(
      0xfe010203fc050607n,
    );
  });

  it("[BY-6] reach the ends of their ranges", () => {
    const ones = new Uint8Array(8).fill(0xff);
    expect(accept(ones.subarray(0, 1), readU8)).toBe(2 ** 8 - 1);
    expect(accept(ones.subarray(0, 2), readU16)).toBe(2 ** 16 - 1);
    expect(accept(ones.subarray(0, 4), readU32)).toBe(2 ** 32 - 1);
    expect(accept(ones, readU64)).toBe(2n ** 64n - 1n);
    expect(accept(new Uint8Array(8), readU64)).toBe(0n);
  });
});

describe("readBytes", () => {
  it("[BY-8] hands over a copy", () => {
    const input = bytes(1, 2, 3);
    const read = accept(input, (r) => readBytes(r, 3));
    input.fill(9);
    expect(read).toEqual(bytes(1, 2, 3));
    expect(read.buffer.byteLength).toBe(3);
  });

  it("[BY-8] hands over a plain copy of a Node Buffer too, whose slice would share memory", () => {
    const input = Buffer.from([7, 1, 2, 3]).subarray(1);
    const read = accept(input, (r) => readBytes(r, 3));
    input.fill(9);
    expect(read).toEqual(bytes(1, 2, 3));
    expect(read.constructor).toBe(Uint8Array);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "[BY-1] refuses the length %d, which arithmetic on hostile fields can bring about",
    (length) => {
      expect(refusal(bytes(1), (r) => readBytes(r, length))).toEqual({
        kind: "invalid",
        at: 0,
      });
    },
  );

  it.each([
    ["readBytes", bytes(1), (r: Reader) => readBytes(r, MAX_VARINT)],
    ["readVector", bytes(0xbf, 0xff, 0xff, 0xff), (r: Reader) => readVector(r)],
    ["readVector", bytes(3, 1, 2, 3), (r: Reader) => readVector(r, 2)],
    [
      "readVectorOf",
      bytes(0xbf, 0xff, 0xff, 0xff),
      (r: Reader) => readVectorOf(r, readU8),
    ],
  ])(
    "[BY-7] allocates nothing in %s for a length that is refused",
    (_, input, read) => {
      const slice = vi.spyOn(Uint8Array.prototype, "slice");
      try {
        const result = refusal(input, read);
        expect(result).not.toBe("accepted");
        expect(slice).not.toHaveBeenCalled();
      } finally {
        slice.mockRestore();
      }
    },
  );
});

describe("readVarint", () => {
  // The three examples of RFC 9420 section 2.1.2.
  it.each([
    [bytes(0x9d, 0x7f, 0x3e, 0x7d), 494_878_333],
    [bytes(0x7b, 0xbd), 15_293],
    [bytes(0x25), 37],
  ])("[BY-9] reads the example %s of the RFC as %d", (input, value) => {
    expect(accept(input, readVarint)).toBe(value);
  });

  it.each([
    [bytes(0x00), 0],
    [bytes(0x3f), 63],
    [bytes(0x40, 0x40), 64],
    [bytes(0x7f, 0xff), 16_383],
    [bytes(0x80, 0x00, 0x40, 0x00), 16_384],
    [bytes(0xbf, 0xff, 0xff, 0xff), 2 ** 30 - 1],
  ])(
    "[BY-9] reads %s as %d, an end of the range of its length",
    (input, value) => {
      expect(accept(input, readVarint)).toBe(value);
    },
  );

  it.each([
    [bytes(0x40, 0x00), "0 in two bytes"],
    [bytes(0x40, 0x25), "37 in two bytes, which RFC 9000 would accept"],
    [bytes(0x40, 0x3f), "63 in two bytes"],
    [bytes(0x80, 0x00, 0x00, 0x00), "0 in four bytes"],
    [bytes(0x80, 0x00, 0x00, 0x40), "64 in four bytes"],
    [bytes(0x80, 0x00, 0x3f, 0xff), "16383 in four bytes"],
  ])("[BY-9] refuses %s: %s", (input) => {
    expect(refusal(input, readVarint)).toEqual({
      kind: "non-canonical",
      at: 0,
    });
  });

  it.each([0xc0, 0xd5, 0xff])(
    "[BY-9] refuses the first octet %d, whose top bits are 11",
    (first) => {
      const input = new Uint8Array(8).fill(first);
      expect(refusal(input, readVarint)).toEqual({ kind: "invalid", at: 0 });
    },
  );
});

describe("readVector", () => {
  it("[BY-10] reads a length in bytes and that many bytes", () => {
    expect(accept(bytes(0), readVector)).toEqual(bytes());
    expect(accept(bytes(2, 8, 9), readVector)).toEqual(bytes(8, 9));
  });

  it("[BY-10] takes a vector as long as its bound and none longer", () => {
    expect(accept(bytes(2, 8, 9), readTwoBytes)).toEqual(bytes(8, 9));
    expect(refusal(bytes(3, 7, 8, 9), readTwoBytes)).toEqual({
      kind: "too-long",
      at: 1,
    });
  });

  it("[BY-10] takes what the input holds where the field has no bound of its own", () => {
    const content = new Uint8Array(70_000).fill(1);
    const input = Uint8Array.from([0x80, 0x01, 0x11, 0x70, ...content]);
    expect(accept(input, readVector)).toEqual(content);
  });

  it("[BY-10] refuses everything where the bound is no number", () => {
    expect(refusal(bytes(1, 9), readUnboundBytes)).toEqual({
      kind: "too-long",
      at: 1,
    });
  });
});

describe("readVectorOf", () => {
  it("[BY-11] reads items until its length is used up and leaves the rest", () => {
    expect(accept(bytes(0), readPairs)).toEqual([]);
    expect(
      accept(bytes(4, 0, 1, 0, 2, 77), (r) => [readPairs(r), readU8(r)]),
    ).toEqual([[1, 2], 77]);
  });

  it("[BY-11] refuses an item that goes past its length, though the input goes on", () => {
    expect(refusal(bytes(3, 0, 1, 0, 2), readPairs)).toEqual({
      kind: "truncated",
      at: 3,
    });
  });

  it("[BY-11] refuses an inner vector that goes past the outer one", () => {
    expect(accept(bytes(2, 1, 5, 6), readNested)).toEqual([[[5]], bytes(6)]);
    expect(refusal(bytes(2, 2, 5, 6), readNested)).toEqual({
      kind: "truncated",
      at: 2,
    });
  });

  it("[BY-11] refuses an item that consumes nothing, which would never end", () => {
    expect(accept(bytes(0), readNothings)).toEqual([]);
    expect(refusal(bytes(1, 9), readNothings)).toEqual({
      kind: "invalid",
      at: 1,
    });
  });

  it("[BY-3] hands over no items once one of them failed", () => {
    const r = createReader(bytes(2, 1, 9, 7));
    expect(readMarks(r)).toEqual([]);
    expect(r.error).toEqual({ kind: "invalid", at: 2 });
  });

  it("[BY-12] takes as many items as its bound and no more", () => {
    expect(accept(bytes(2, 8, 9), readTwoItems)).toEqual([8, 9]);
    expect(refusal(bytes(3, 7, 8, 9), readTwoItems)).toEqual({
      kind: "too-long",
      at: 3,
    });
    expect(refusal(bytes(1, 8), readUnboundItems)).toEqual({
      kind: "too-long",
      at: 1,
    });
  });

  it("[BY-12] does not look at the item after the last that it takes", () => {
    const item = vi.fn<(r: Reader) => number>(readU8);
    refusal(bytes(3, 7, 8, 9), (r) => readVectorOf(r, item, 2));
    expect(item).toHaveBeenCalledTimes(2);
  });

  it("[BY-12] has a bound where the field has none of its own", () => {
    expect(DEFAULT_MAX_ITEMS).toBe(65_536);
    expect(accept(encodeItems(DEFAULT_MAX_ITEMS), countItems)).toBe(
      DEFAULT_MAX_ITEMS,
    );
    expect(refusal(encodeItems(DEFAULT_MAX_ITEMS + 1), countItems)).toEqual({
      kind: "too-long",
      at: 4 + DEFAULT_MAX_ITEMS,
    });
  });
});

describe("readOptional", () => {
  it("[BY-13] reads an absent and a present value", () => {
    expect(accept(bytes(0), readOptionalU8)).toBeUndefined();
    expect(accept(bytes(1, 7), readOptionalU8)).toBe(7);
  });

  it("[BY-13] refuses every presence octet but 0 and 1", () => {
    for (let presence = 2; presence < 256; presence++) {
      expect(refusal(bytes(presence, 7), readOptionalU8)).toEqual({
        kind: "invalid",
        at: 0,
      });
    }
  });

  it("[BY-3] stands before a presence octet that it refused", () => {
    const r = createReader(bytes(2, 7));
    readOptionalU8(r);
    expect(r.position).toBe(0);
  });

  it("[BY-13] refuses a present value that is missing", () => {
    expect(refusal(bytes(1), readOptionalU8)).toEqual({
      kind: "truncated",
      at: 1,
    });
  });
});
