import { describe, expect, it } from "vitest";
import { keepIdentity } from "./keep-identity.ts";

describe("keepIdentity", () => {
  it("answers with the last value where nothing changed", () => {
    const last = { a: [{ id: "1", b: { c: 1 } }], d: undefined };
    expect(keepIdentity(last, structuredClone(last))).toBe(last);
  });

  it("keeps the rows that did not change, wherever they stand now", () => {
    const last = [
      { id: "1", text: "a" },
      { id: "2", text: "b" },
    ];
    const next = [
      { id: "0", text: "new" },
      { id: "1", text: "a" },
      { id: "2", text: "changed" },
    ];
    const kept = keepIdentity(last, next);
    expect(kept).toEqual(next);
    expect(kept[1]).toBe(last[0]);
    expect(kept[2]).not.toBe(last[1]);
  });

  it.each([
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: 1, b: undefined }, { a: 1 }],
    [{ a: undefined }, { b: undefined }],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [{ a: [1] }, { a: { 0: 1 } }],
    [undefined, { a: 1 }],
    [{ a: 1 }, undefined],
    [{ a: null }, { a: {} }],
    [new Uint8Array([1]), new Uint8Array([2])],
  ])("takes what is new: %o, then %o", (last: unknown, next: unknown) => {
    const kept = keepIdentity(last, next);
    expect(kept).toStrictEqual(next);
    expect(kept).not.toBe(last);
  });
});
