import { describe, expect, it } from "vitest";
import {
  createWriter,
  encode,
  finishWriter,
  InvariantError,
  MAX_VARINT,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVarint,
  writeVector,
  writeVectorOf,
} from "./index.ts";

const writeNothing = (): void => undefined;
const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);

describe("a writer", () => {
  it("[BY-14] gives exactly the bytes written", () => {
    expect(encode(() => undefined)).toEqual(bytes());
    const w = createWriter();
    writeU8(w, 1);
    writeBytes(w, bytes(2, 3));
    writeBytes(w, bytes());
    const finished = finishWriter(w);
    expect(finished).toEqual(bytes(1, 2, 3));
    expect(finished.buffer.byteLength).toBe(3);
  });

  it("[BY-14] hands over a copy that later writing does not touch", () => {
    const w = createWriter();
    writeU8(w, 1);
    const first = finishWriter(w);
    w.buffer[0] = 9;
    expect(first).toEqual(bytes(1));
  });

  it("[BY-14] grows as needed and keeps what was written", () => {
    const part = Uint8Array.from({ length: 200 }, (_, i) => i);
    const written = encode((w) => {
      for (let i = 0; i < 50; i++) writeBytes(w, part);
      writeBytes(w, new Uint8Array(100_000).fill(7));
    });
    expect(written.length).toBe(110_000);
    for (let i = 0; i < 50; i++) {
      expect(written.subarray(200 * i, 200 * (i + 1))).toEqual(part);
    }
    expect(written.subarray(10_000).every((octet) => octet === 7)).toBe(true);
  });
});

describe("the buffer that encodings share", () => {
  const secret = bytes(1, 2, 3, 4);
  const whatever = [0, 1, 255, 256, 257, 5_000, 16_384, 16_385, 70_000];

  it("[BY-14] gives what was written, whatever was written before", () => {
    for (const before of whatever) {
      for (const length of whatever) {
        encode((w) => writeBytes(w, new Uint8Array(before).fill(9)));
        const part = Uint8Array.from({ length }, (_, i) => i);
        expect(encode((w) => writeBytes(w, part))).toEqual(part);
      }
    }
  });

  it("[BY-14] gives what was written, whatever was written in between", () => {
    const outer = encode((w) => {
      writeU8(w, 1);
      const inner = encode((inside) => {
        writeBytes(inside, bytes(7, 7));
        writeVector(
          inside,
          encode((deepest) => writeBytes(deepest, secret)),
        );
      });
      expect(inner).toEqual(bytes(7, 7, 4, 1, 2, 3, 4));
      writeVector(w, inner);
      writeU8(w, 2);
    });
    expect(outer).toEqual(bytes(1, 7, 7, 7, 4, 1, 2, 3, 4, 2));
  });

  it("[BY-15] is sound after a value out of range, and the bug comes through", () => {
    expect(() =>
      encode((w) => {
        writeBytes(w, secret);
        writeU8(w, 256);
      }),
    ).toThrow(InvariantError);
    expect(encode((w) => writeU16(w, 3))).toEqual(bytes(0, 3));
  });

  it("[BY-14] holds nothing of what was written once it was handed over", () => {
    let shared = bytes();
    const look = (fails: boolean) => () =>
      encode((w) => {
        writeBytes(w, secret);
        shared = w.buffer;
        if (fails) writeU8(w, 256);
      });
    look(false)();
    expect(shared.every((octet) => octet === 0)).toBe(true);
    expect(look(true)).toThrow(InvariantError);
    expect(shared.every((octet) => octet === 0)).toBe(true);
  });

  it("[BY-14] is out of the reach of a writer that someone kept", () => {
    let kept = createWriter();
    encode((w) => {
      kept = w;
    });
    const written = encode((w) => {
      writeU8(w, 1);
      writeBytes(kept, bytes(9, 9, 9));
      writeU8(w, 2);
    });
    expect(written).toEqual(bytes(1, 2));
  });
});

describe("integers", () => {
  it("[BY-6] are written big-endian", () => {
    expect(encode((w) => writeU8(w, 0xfe))).toEqual(bytes(0xfe));
    expect(encode((w) => writeU16(w, 0xfe01))).toEqual(bytes(0xfe, 1));
    expect(encode((w) => writeU32(w, 0xfe010203))).toEqual(
      bytes(0xfe, 1, 2, 3),
    );
    expect(encode((w) => writeU64(w, 0xfe010203fc050607n))).toEqual(
      bytes(0xfe, 1, 2, 3, 0xfc, 5, 6, 7),
    );
  });

  const outside = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

  it.each([
    ["u8", writeU8, 2 ** 8],
    ["u16", writeU16, 2 ** 16],
    ["u32", writeU32, 2 ** 32],
    ["varint", writeVarint, 2 ** 30],
  ])("[BY-15] a %s takes its range and nothing else", (_, write, above) => {
    expect(encode((w) => write(w, above - 1)).length).toBeGreaterThan(0);
    expect(encode((w) => write(w, 0)).length).toBeGreaterThan(0);
    for (const n of [...outside, above, above + 1]) {
      expect(() => encode((w) => write(w, n))).toThrow(InvariantError);
    }
  });

  it("[BY-15] a u64 takes its range and nothing else", () => {
    expect(encode((w) => writeU64(w, 2n ** 64n - 1n))).toEqual(
      new Uint8Array(8).fill(0xff),
    );
    expect(encode((w) => writeU64(w, 0n))).toEqual(new Uint8Array(8));
    expect(() => encode((w) => writeU64(w, 2n ** 64n))).toThrow(InvariantError);
    expect(() => encode((w) => writeU64(w, -1n))).toThrow(InvariantError);
  });

  it("[BY-15] a refused value is not in the message, which can reach a log", () => {
    expect(() => encode((w) => writeU8(w, 98_765))).toThrow(
      /^value out of range for u8$/,
    );
  });
});

describe("writeVarint", () => {
  it.each([
    [0, bytes(0x00)],
    [37, bytes(0x25)],
    [63, bytes(0x3f)],
    [64, bytes(0x40, 0x40)],
    [15_293, bytes(0x7b, 0xbd)],
    [16_383, bytes(0x7f, 0xff)],
    [16_384, bytes(0x80, 0x00, 0x40, 0x00)],
    [494_878_333, bytes(0x9d, 0x7f, 0x3e, 0x7d)],
    [MAX_VARINT, bytes(0xbf, 0xff, 0xff, 0xff)],
  ])("[BY-9] writes %d in its shortest form", (n, written) => {
    expect(encode((w) => writeVarint(w, n))).toEqual(written);
  });
});

describe("vectors", () => {
  it.each([0, 1, 63, 64, 16_383, 16_384])(
    "[BY-10] states the length of %d bytes before them",
    (length) => {
      const content = new Uint8Array(length).fill(0xab);
      const written = encode((w) => writeVector(w, content));
      const header = encode((w) => writeVarint(w, length));
      expect(written).toEqual(Uint8Array.from([...header, ...content]));
    },
  );

  it("[BY-15] refuses a vector whose length no varint states, before it copies anything", () => {
    const tooLong = new Uint8Array(0);
    Object.defineProperty(tooLong, "length", { value: MAX_VARINT + 1 });
    expect(() => encode((w) => writeVector(w, tooLong))).toThrow(
      InvariantError,
    );
  });

  it.each([0, 1, 63, 64, 16_383, 16_384])(
    "[BY-11] puts the length of %d bytes of items before them, among other fields",
    (length) => {
      const items = Array.from({ length }, (_, i) => i % 251);
      const written = encode((w) => {
        writeU16(w, 0xbeef);
        writeVectorOf(w, items, writeU8);
        writeU16(w, 0xcafe);
      });
      const header = encode((w) => writeVarint(w, length));
      expect(written).toEqual(
        Uint8Array.from([0xbe, 0xef, ...header, ...items, 0xca, 0xfe]),
      );
    },
  );

  it("[BY-11] nests", () => {
    const long = Array.from<number>({ length: 100 }).fill(5);
    const written = encode((w) =>
      writeVectorOf(w, [[1], [], long], (inner, list) =>
        writeVectorOf(inner, list, writeU8),
      ),
    );
    expect(written).toEqual(
      Uint8Array.from([0x40, 105, 1, 1, 0, 0x40, 100, ...long]),
    );
  });

  it("[BY-15] refuses an item that writes nothing, which no reader could find again", () => {
    expect(() => encode((w) => writeVectorOf(w, [1], writeNothing))).toThrow(
      InvariantError,
    );
    expect(encode((w) => writeVectorOf(w, [], writeNothing))).toEqual(bytes(0));
  });
});

describe("writeOptional", () => {
  it("[BY-13] writes the presence octet and the value", () => {
    expect(encode((w) => writeOptional(w, undefined, writeU8))).toEqual(
      bytes(0),
    );
    expect(encode((w) => writeOptional(w, 0, writeU8))).toEqual(bytes(1, 0));
  });
});
