import { describe, expect, it } from "vitest";
import { decodeContent, encodeContent } from "./content-codec.ts";
import type { Content } from "./content.ts";
import { foldContent } from "./fold-content.ts";
import { decodeItem, encodeItem } from "./item-codec.ts";
import type { Item } from "./item.ts";
import { hidesNames, HIDE_NAMES } from "./privacy.ts";
import { itemToView } from "./view.ts";

const id = new Uint8Array(16).fill(9);
const placed = { id, ordinal: 3, position: 7, minute: 100 };
const author = { memberKey: new Uint8Array(32).fill(1), name: "Kim" };
const sealed = {
  kind: "sealed",
  boxes: [],
  body: new Uint8Array(272),
  lifetime: 30,
} as const;
const view = {
  roster: { own: new Uint8Array(32), names: new Map<string, string>() },
  item: () => undefined,
};

function fold(
  inside: Content | undefined,
  content: Content = sealed,
): Item | undefined {
  const folded = foldContent(
    { item: () => undefined },
    { content, author, inside },
    placed,
  );
  return folded.puts[0];
}

describe("what is sealed to stewards", () => {
  it("[CT-90] is a message without words for those who cannot open it, and with them for the others", () => {
    const closed = fold(undefined);
    expect(closed).toMatchObject({
      item: "message",
      text: "",
      sealed: {},
      expires: 130,
    });
    expect(itemToView(closed!, view)).toMatchObject({
      text: "",
      sealed: {},
      privacy: "stewards",
    });
    const inside = {
      kind: "report",
      target: id,
      reason: "spam",
      text: "again",
    } as const;
    const open = fold(inside);
    expect(open).toMatchObject({ text: "again" });
    expect(itemToView(open!, view)).toMatchObject({
      text: "again",
      sealed: { inside: { kind: "report", reason: "spam" } },
    });
    for (const item of [closed!, open!])
      expect(decodeItem(encodeItem(item))).toEqual({ ok: true, value: item });
  });

  it("[CT-94] holds nothing else, and what belongs inside counts for nothing outside", () => {
    const hidden: readonly Content[] = [
      { kind: "delete", target: id },
      { kind: "hello" },
      sealed,
      { kind: "poll", question: "?", options: ["a", "b"], ballot: "single" },
    ];
    for (const inside of hidden)
      expect(fold(inside)).toMatchObject({ text: "", sealed: {} });
    const outside: readonly Content[] = [
      { kind: "report", target: id, reason: "spam", text: "" },
      { kind: "place", notice: id, place: "the mill" },
    ];
    for (const content of outside)
      expect(fold(undefined, content)).toBeUndefined();
  });

  it("[CT-92] is refused with another length of its body or a report that shows", () => {
    const bytes = encodeContent(sealed);
    expect(decodeContent(bytes)).toEqual({ ok: true, value: sealed });
    const report = encodeContent({
      kind: "report",
      target: id,
      reason: "spam",
      text: "",
    });
    const shown = report.slice();
    shown[shown.length - 2] = 0;
    expect(decodeContent(shown).ok).toBe(false);
    const short = encodeContent({ ...sealed, body: new Uint8Array(1_040) });
    expect(decodeContent(short.subarray(0, short.length - 1)).ok).toBe(false);
    expect(() =>
      encodeContent({ ...sealed, body: new Uint8Array(271) }),
    ).toThrow();
  });

  it("[CT-95] names are hidden only by the one octet that says so", () => {
    expect(hidesNames({ extensions: [HIDE_NAMES] })).toBe(true);
    expect(hidesNames({})).toBe(false);
    for (const bytes of [[], [0], [2], [1, 1]])
      expect(
        hidesNames({ extensions: [{ code: 1, bytes: new Uint8Array(bytes) }] }),
      ).toBe(false);
  });
});
