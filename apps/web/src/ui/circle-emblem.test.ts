import { describe, expect, it } from "vitest";
import { emblemLetter, emblemSegments } from "./circle-emblem.ts";

describe("emblemSegments", () => {
  it.each([
    [1, 1, 1, 1],
    [9, 2, 9, 2],
    [12, 12, 12, 12],
    [100, 1, 12, 1],
    [100, 50, 12, 6],
    [0, 0, 1, 0],
    [3, 0, 3, 0],
  ])("draws %i members, %i of them stewards, as %i with %i lit", (...given) => {
    const [members, stewards, count, lit] = given;
    const segments = emblemSegments(members, stewards);
    expect(segments).toHaveLength(count);
    expect(segments.filter((tone) => tone === "accent")).toHaveLength(lit);
  });
});

describe("emblemLetter", () => {
  it.each([
    ["نقابة عمال المخبز", "ن"],
    ["المطبخ", "م"],
    ["ال", "ا"],
    ["bakers", "B"],
    ["  éclair", "É"],
    ["👩‍🍳 cooks", "👩‍🍳"],
    ["", ""],
  ])("takes from %s the letter %s", (name, letter) => {
    expect(emblemLetter(name)).toBe(letter);
  });
});
