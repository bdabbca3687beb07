import { sha256 } from "@halqa/crypto";
import { BLOB_PART_SIZE } from "@halqa/protocol";
import { createSeededRandom } from "@halqa/testkit";
import { ready } from "@halqa/crypto";
import { describe, expect, it } from "vitest";
import {
  arePlanned,
  isBlob,
  openFile,
  planBlobs,
  sealFile,
} from "./file-blob.ts";

await ready;

const circleId = new Uint8Array(32).fill(1);
const LARGEST = 1_044_435;

function sealed(length: number) {
  const random = createSeededRandom(`file of ${length}`).bytes;
  const bytes = random(length);
  const file = sealFile({ random }, { bytes, circleId });
  if (!file.ok) throw new Error("a file was sealed");
  return { bytes, ...file.value };
}

describe("blobs of a file", () => {
  it("[FI-3] are as few and as small as its size needs, all full", () => {
    expect(planBlobs(1)).toEqual([1]);
    expect(planBlobs(65_235)).toEqual([1]);
    expect(planBlobs(65_236)).toEqual([4]);
    expect(planBlobs(261_076)).toEqual([16]);
    expect(planBlobs(LARGEST)).toEqual([16]);
    expect(planBlobs(LARGEST + 1)).toEqual([16, 1]);
    expect(planBlobs(10 * 1_048_576)).toHaveLength(11);
    for (const size of [0, -1, 0.5, NaN, 10 * 1_048_576 + 1, 2 ** 32 - 1])
      expect(planBlobs(size)).toBeUndefined();
    const { blobs, parts } = sealed(LARGEST + 9);
    expect(parts.map(({ length }) => length)).toEqual(
      Array.from({ length: 17 }, () => BLOB_PART_SIZE),
    );
    expect(blobs.map((one) => one.parts)).toEqual([16, 1]);
  });

  it("[FI-1] open at their place, in their circle and under their key, and nowhere else", () => {
    const file = sealed(LARGEST * 2);
    const { bytes, blobs, parts } = file;
    expect(openFile(file, { parts, circleId })).toEqual({
      ok: true,
      value: bytes,
    });
    const swapped = [...parts.slice(16), ...parts.slice(0, 16)];
    expect(
      openFile(
        { ...file, blobs: blobs.toReversed() },
        { parts: swapped, circleId },
      ).ok,
    ).toBe(false);
    expect(
      openFile(file, { parts, circleId: circleId.map((x) => x + 1) }).ok,
    ).toBe(false);
    expect(
      openFile({ ...file, key: sha256(file.key) }, { parts, circleId }).ok,
    ).toBe(false);
    expect(openFile(file, { parts: parts.slice(1), circleId }).ok).toBe(false);
  });

  it("[FI-4] give nothing whose length or hash is another", () => {
    const file = sealed(70_000);
    const { parts, hash, size } = file;
    expect(openFile({ ...file, size: size - 1 }, { parts, circleId }).ok).toBe(
      false,
    );
    expect(
      openFile({ ...file, hash: sha256(hash) }, { parts, circleId }).ok,
    ).toBe(false);
  });

  it("[FI-24] [FI-2] are their parts, all of them, in order; others are no plan", () => {
    const { blobs, parts, size } = sealed(70_000);
    const [blob] = blobs;
    expect(isBlob(blob!, parts)).toBe(true);
    expect(isBlob(blob!, parts.toReversed())).toBe(false);
    expect(isBlob(blob!, parts.slice(1))).toBe(false);
    expect(
      isBlob(
        blob!,
        parts.map((part) => part.subarray(1)),
      ),
    ).toBe(false);
    expect(arePlanned(size, blobs)).toBe(true);
    expect(arePlanned(size, [...blobs, ...blobs])).toBe(false);
    expect(
      arePlanned(LARGEST * 2, [
        { ...blob!, parts: 16 },
        { ...blob!, parts: 16 },
      ]),
    ).toBe(false);
  });
});
