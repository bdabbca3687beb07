import { describe, expect, it } from "vitest";
import {
  findMentions,
  mentionAt,
  mentionChoices,
  splitMentions,
} from "./mention-text.ts";

const anna = { member: "a", name: "Anna", own: false };
const people = [
  anna,
  { member: "b", name: "Anna B" },
  { member: "c", name: "هادي" },
];

describe("a mention", () => {
  it("[AP-31] shows the member's own name, whatever its author wrote there", () => {
    const parts = splitMentions("ask @Hadi now", [
      { ...anna, at: 4, length: 5 },
    ]);
    expect(parts).toEqual([
      { kind: "text", text: "ask " },
      { kind: "mention", name: "Anna", own: false },
      { kind: "text", text: " now" },
    ]);
  });

  it("[AP-31] is text where stretches overlap, are empty or lie outside", () => {
    for (const bad of [
      { at: 0, length: 0 },
      { at: 4, length: 9 },
    ]) {
      expect(splitMentions("hello", [{ ...anna, ...bad }])).toEqual([
        { kind: "text", text: "hello" },
      ]);
    }
    const twice = [
      { ...anna, at: 0, length: 3 },
      { ...anna, at: 2, length: 3 },
    ];
    expect(splitMentions("hello", twice)).toHaveLength(2);
  });

  it("begins at a word with an @, before the caret", () => {
    expect(mentionAt("hi @an", 6)).toBe("an");
    expect(mentionAt("@", 1)).toBe("");
    expect(mentionAt("a@b.org", 7)).toBeUndefined();
    expect(mentionAt("hi @an there", 12)).toBeUndefined();
  });

  it("offers members by the beginning of any word of their names", () => {
    expect(mentionChoices(people, "an").map(({ member }) => member)).toEqual([
      "a",
      "b",
    ]);
    expect(mentionChoices(people, "ها").map(({ member }) => member)).toEqual([
      "c",
    ]);
  });

  it("is found in what is sent, the longer name before the shorter one", () => {
    const chosen = people.slice(0, 2);
    expect(findMentions("@Anna B and @Anna", chosen)).toEqual([
      { member: "b", at: 0, length: 7 },
      { member: "a", at: 12, length: 5 },
    ]);
    expect(findMentions("@Anna, hello", chosen)).toEqual([
      { member: "a", at: 0, length: 5 },
    ]);
  });
});
