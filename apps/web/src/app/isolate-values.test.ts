import { describe, expect, it } from "vitest";
import { isolate, isolateValues } from "./isolate-values.ts";

const FSI = "\u2068";
const PDI = "\u2069";

describe("a value in a sentence", () => {
  it.each([
    ["Anna", "rtl"],
    ["أنا Anna", "rtl"],
    ["شارع 5", "rtl"],
    ["<3", "rtl"],
    ["نور", "ltr"],
    ["Nour (نور)", "ltr"],
  ] as const)(
    "[AP-53] keeps its own direction: %s in %s",
    (value, direction) => {
      expect(isolate(value, direction)).toBe(FSI + value + PDI);
    },
  );

  it.each([
    ["Anna", "ltr"],
    ["Anna (2)", "ltr"],
    ["نور الهدى", "rtl"],
    ["https://example.org/#j1.x", "rtl"],
  ] as const)(
    "[AP-53] gets nothing where nothing can turn: %s in %s",
    (value, direction) => {
      expect(isolate(value, direction)).toBe(value);
    },
  );

  it("[AP-53] cannot end the isolation, nor turn what follows", () => {
    const name = `Anna${PDI}\u202Eevil`;
    expect(isolate(name, "rtl")).toBe(`${FSI}Annaevil${PDI}`);
    expect(isolate(name, "ltr")).toBe("Annaevil");
  });

  it.each([
    ["<0/>", "<\u20600/>"],
    ["</0>x<0>", "<\u2060/0>x<\u20600>"],
    ["a <b c", "a <b c"],
    ["https://example.org/<0/>", "https://example.org/%3C0/>"],
  ])("[AP-80] holds no tag of a message: %s", (value, written) => {
    expect(isolate(value, "ltr")).toBe(written);
  });

  it("[AP-53] is left alone where it is a number", () => {
    expect(isolateValues({ count: 3, name: "Anna" }, "rtl")).toEqual({
      count: 3,
      name: `${FSI}Anna${PDI}`,
    });
    expect(isolateValues(undefined, "rtl")).toBeUndefined();
  });
});
