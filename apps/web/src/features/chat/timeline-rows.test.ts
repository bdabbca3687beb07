import type { MessageItem, TimelineItem } from "@halqa/engine";
import { describe, expect, it } from "vitest";
import { firstUnread, timelineRows } from "./timeline-rows.ts";

const MINUTE = 60_000;
const noon = new Date(2026, 10, 26, 12).getTime();

function said(
  member: string,
  minute: number,
  ordinal: number | undefined,
): MessageItem {
  return {
    item: "message",
    id: `${member}${minute}`,
    ...(ordinal !== undefined && { ordinal }),
    at: noon + minute * MINUTE,
    author: { member, name: member, own: member === "me" },
    text: "x",
    reactions: [],
  };
}

function marks(items: readonly TimelineItem[], readTo = 99): readonly string[] {
  return timelineRows(items, firstUnread(items, readTo)?.id).map((row) =>
    [
      row.opensDay ? "day" : "",
      row.opensUnread ? "unread" : "",
      row.isFirst ? "first" : "",
      row.isLast ? "last" : "",
    ]
      .filter(Boolean)
      .join(" "),
  );
}

describe("the rows of a circle", () => {
  it("[AP-19] belong together when one person says them in one breath", () => {
    expect(
      marks([
        said("a", 0, 0),
        said("a", 1, 1),
        said("a", 3, 2),
        said("b", 3, 3),
        said("a", 3, 4),
      ]),
    ).toEqual(["day first", "last", "first last", "first last", "first last"]);
  });

  it("[AP-19] begin a new day at midnight, even in one breath", () => {
    expect(marks([said("a", 719, 0), said("a", 720, 1)])).toEqual([
      "day first last",
      "day first last",
    ]);
  });

  it("[AP-19] have the unread line once, before the first of others, and a group ends there", () => {
    const items = [
      said("a", 0, 0),
      said("me", 1, 1),
      said("a", 1, 2),
      said("a", 2, 3),
      said("me", 2, undefined),
    ];
    expect(marks(items, 0)).toEqual([
      "day first last",
      "first last",
      "unread first",
      "last",
      "first last",
    ]);
    expect(marks(items, 2)[3]).toBe("unread first last");
    expect(marks(items, 3).join()).not.toContain("unread");
  });

  it("group nothing but messages", () => {
    const joined: TimelineItem = {
      item: "change",
      change: "joined",
      id: "c",
      ordinal: 1,
      at: noon,
    };
    expect(marks([said("a", 0, 0), joined, said("a", 0, 2)])).toEqual([
      "day first last",
      "first last",
      "first last",
    ]);
  });

  it("are none where nothing was said", () => {
    expect(marks([])).toEqual([]);
  });
});
