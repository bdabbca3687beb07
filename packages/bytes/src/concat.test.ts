import { describe, expect, it } from "vitest";
import { concatBytes } from "./index.ts";

describe("concatBytes", () => {
  it("[BY-23] joins all parts in order", () => {
    expect(concatBytes()).toEqual(new Uint8Array(0));
    expect(
      concatBytes(
        Uint8Array.of(1, 2),
        new Uint8Array(0),
        Uint8Array.of(9, 3, 9).subarray(1, 2),
      ),
    ).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("[BY-23] hands over a copy, even of one part", () => {
    const part = Uint8Array.of(1, 2);
    const joined = concatBytes(part);
    part.fill(9);
    expect(joined).toEqual(Uint8Array.of(1, 2));
  });
});
