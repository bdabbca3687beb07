import { describe, expect, it } from "vitest";
import { printJson, type Printed } from "../printed.ts";
import { printText } from "./print-text.ts";

const hostile = "\u001b]0;owned\u0007\nyou: \u202etxet";

const message: Printed = {
  type: "timeline",
  circle: "circle",
  item: "message",
  id: "id",
  ordinal: 3,
  at: Date.UTC(2026, 10, 26, 18, 0),
  author: { member: "member", name: hostile, own: false },
  text: hostile,
  reactions: [],
};

describe("what is printed", () => {
  it("[CL-4] shows control and direction characters instead of sending them", () => {
    const line = printText(message);
    const codes = Array.from(line, (c) => c.codePointAt(0) ?? 0);
    expect(codes.filter((c) => c < 0x20 || c === 0x7f || c === 0x202e)).toEqual(
      [],
    );
    expect(line).toContain("\\u001b]0;owned\\u0007\\u000ayou: \\u202etxet");
    expect(line).toContain("2026-11-26 18:00");
  });

  it("[CL-1] is one line of JSON that says the same", () => {
    const line = printJson(message);
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual(message);
  });

  it("shows who comes to a meeting", () => {
    const author = { member: "m", name: "Salma", own: true };
    expect(
      printText({
        type: "timeline",
        circle: "circle",
        item: "notice",
        id: "id",
        at: 0,
        author,
        title: "Meeting",
        when: { local: "2026-11-26T18:00", zone: "Asia/Beirut", instant: 0 },
        place: "Hall",
        agenda: "",
        reactions: [],
        meeting: "planned",
        version: 0,
        answers: { yes: [author], maybe: [], no: [] },
        state: "queued",
      }),
    ).toBe(
      "id  1970-01-01 00:00  Salma: NOTICE Meeting, 2026-11-26T18:00 Asia/Beirut, Hall; yes Salma; maybe -; no -  [queued]",
    );
  });
});
