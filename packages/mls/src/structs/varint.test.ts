// The official "deserialization" vectors: the length headers that every struct is made of.
import {
  concatBytes,
  createReader,
  decode,
  encode,
  hasFailed,
  readVarint,
  readVector,
  writeVarint,
} from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { fromHex, loadVectors } from "../testing/vectors.ts";

interface Header {
  readonly vlbytes_header: string;
  readonly length: number;
}

const vectors = loadVectors<Header>("deserialization");

it.skipIf(vectors === undefined).each(vectors ?? [])(
  "[ML-101] reads the length $length from its header",
  ({ vlbytes_header, length }) => {
    const header = fromHex(vlbytes_header);
    expect(decode(header, readVarint)).toEqual({ ok: true, value: length });
    expect(encode((w) => writeVarint(w, length))).toEqual(header);
  },
);

describe("headers that are not minimal", () => {
  it.each([
    ["one octet would do", [0x40, 0x01], "non-canonical"],
    ["one octet would do, at its limit", [0x40, 0x3f], "non-canonical"],
    ["two octets would do", [0x80, 0x00, 0x3f, 0xff], "non-canonical"],
    ["the fourth class", [0xc0, 0, 0, 0, 0, 0, 0, 0], "invalid"],
  ] as const)("[ML-101] refuses a header where %s", (_, octets, kind) => {
    const r = createReader(
      concatBytes(Uint8Array.from(octets), new Uint8Array(99)),
    );
    expect(readVector(r)).toHaveLength(0);
    expect(hasFailed(r)).toBe(true);
    expect(r.error?.kind).toBe(kind);
  });
});
