import { FRAME_SIZES } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { wireBytesOf } from "./wire-frame.ts";

describe("wireBytesOf", () => {
  // RFC 6455, 5.2: the shortest form of each length.
  it.each([
    [0, "8200"],
    [125, "827d"],
    [126, "827e007e"],
    [FRAME_SIZES[0], "827e1000"],
    [FRAME_SIZES[1], "827e4000"],
    [65_535, "827effff"],
    [FRAME_SIZES[2], "827f0000000000010000"],
  ])("[RN-8] puts the shortest header before %d bytes", (length, header) => {
    const frame = new Uint8Array(length).fill(7);
    const wire = Buffer.from(wireBytesOf(frame));
    const start = header.length / 2;
    expect(wire.subarray(0, start).toString("hex")).toBe(header);
    expect(wire.subarray(start)).toEqual(Buffer.from(frame));
  });
});
