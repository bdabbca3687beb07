import { describe, expect, it } from "vitest";
import { chooseOption } from "./choose-option.ts";

describe("pressing an option", () => {
  it("takes the place of the one before where there is one choice", () => {
    expect(chooseOption("single", [0], 2)).toEqual([2]);
  });

  it("adds and takes away where there are several, in the options' order", () => {
    expect(chooseOption("several", [2], 0)).toEqual([0, 2]);
    expect(chooseOption("several", [0, 2], 2)).toEqual([0]);
  });

  it("keeps the order of pressing where options are ranked", () => {
    expect(chooseOption("ranked", [2], 0)).toEqual([2, 0]);
    expect(chooseOption("ranked", [2, 0, 1], 0)).toEqual([2, 1]);
  });
});
