import { expectUnchanged } from "@halqa/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, histories, id, people } from "../testing/arbitraries.ts";
import { applyBatch, emptyList, itemsOf, knownOf } from "../testing/list.ts";
import {
  emptySummary,
  foldBatch,
  foldSummary,
  lastItemOf,
  markRead,
  MAX_UNREAD,
  MAX_UPCOMING,
  nextNoticeOf,
  type Item,
  type MessageItem,
  type NoticeItem,
  type Summary,
} from "./index.ts";

const [me, other] = people;
const now = { own: me.memberKey, minute: 1_000_000 };

const message = (
  ordinal: number,
  author = other,
  text = "hi",
): MessageItem => ({
  item: "message",
  id: new Uint8Array(16).fill(ordinal % 256),
  ordinal,
  position: ordinal,
  minute: ordinal,
  author,
  text,
  reactions: [],
});
const notice = (
  ordinal: number,
  start: number,
  minutes?: number,
): NoticeItem => ({
  item: "notice",
  id: new Uint8Array(16),
  ordinal,
  position: ordinal,
  minute: 0,
  author: other,
  title: "Assembly",
  when: {
    local: "2026-11-26T18:00",
    zone: "UTC",
    instant: start * 60_000,
    ...(minutes === undefined ? {} : { minutes }),
  },
  place: "",
  agenda: "",
  answers: [],
  reactions: [],
});
const fold = (...puts: readonly Item[]): Summary =>
  foldSummary(emptySummary, puts, now);

describe("a summary", () => {
  it("[CT-45] is the same in batches of any size as one by one, and changes nothing", () => {
    fc.assert(
      fc.property(
        histories(contents(id), 30),
        fc.integer({ min: 1, max: 30 }),
        (events, size) => {
          const summarise = (step: number): Summary => {
            let list = emptyList;
            let summary = emptySummary;
            for (let at = 0; at < events.length; at += step) {
              const part = events.slice(at, at + step);
              const { puts } = foldBatch(knownOf(list), part, list.nextOrdinal);
              summary = expectUnchanged([summary, puts], () =>
                foldSummary(summary, puts, now),
              );
              list = applyBatch(list, part);
            }
            expect(summary.nextOrdinal).toBe(list.nextOrdinal);
            return summary;
          };
          expect(summarise(size)).toEqual(summarise(1));
        },
      ),
      { numRuns: 80 },
    );
  });

  it("[CT-45] tells the newest item, and what becomes of it", () => {
    const summary = fold(message(0), message(1, me, "a\nb"));
    expect(summary.last).toEqual({
      item: "message",
      id: message(1).id,
      ordinal: 1,
      minute: 1,
      author: me,
      text: "a b",
    });
    const edited = foldSummary(summary, [message(1, me, "c")], now);
    expect(edited.last?.text).toBe("c");
    expect(foldSummary(edited, [message(0, other, "old")], now)).toEqual(
      edited,
    );
  });

  it("[CT-45] cuts long texts and says whom a change is about", () => {
    expect(lastItemOf(message(0, me, "x".repeat(500))).text).toHaveLength(140);
    const change: Item = {
      item: "change",
      id: new Uint8Array(16),
      ordinal: 0,
      position: 0,
      minute: 5,
      change: "joined",
      by: me,
      who: other,
    };
    expect(lastItemOf(change)).toMatchObject({
      author: other,
      text: "",
      change: "joined",
    });
    expect(
      lastItemOf({
        item: "unreadable",
        id: new Uint8Array(16),
        position: 0,
        minute: 5,
        reason: "too-late",
      }),
    ).toEqual({
      item: "unreadable",
      id: new Uint8Array(16),
      minute: 5,
      text: "",
    });
    expect(lastItemOf(notice(0, 9)).text).toBe("Assembly");
  });

  it("[CT-45] takes no notice of what is only queued", () => {
    const { ordinal, ...queued } = message(0);
    expect(ordinal).toBe(0);
    expect(fold(queued)).toEqual(emptySummary);
  });
});

describe("what is unread", () => {
  it("[CT-46] are messages and notices of others, once each", () => {
    const summary = fold(message(0), message(1, me), notice(2, 9));
    expect(summary.unread).toEqual([0, 2]);
    // A reaction puts the item again.
    expect(foldSummary(summary, [message(0)], now).unread).toEqual([0, 2]);
  });

  it("[CT-46] ends with reading, which never goes back nor past the end", () => {
    const summary = fold(message(0), message(1), message(2));
    const read = markRead(summary, 1);
    expect(read).toMatchObject({ readTo: 1, unread: [2] });
    expect(markRead(read, 0)).toBe(read);
    expect(markRead(read, Number.NaN)).toBe(read);
    const all = markRead(read, 99);
    expect(all).toMatchObject({ readTo: 2, unread: [] });
    expect(foldSummary(all, [message(3)], now).unread).toEqual([3]);
  });

  it("[CT-46] is bounded, the newest staying", () => {
    const many = Array.from({ length: 1_500 }, (_, i) => message(i));
    const summary = fold(...many);
    expect(summary.unread).toHaveLength(MAX_UNREAD);
    expect(summary.unread.at(-1)).toBe(1_499);
    expect(markRead(summary, 1_489).unread).toHaveLength(10);
  });
});

describe("coming meetings", () => {
  it("[CT-47] are told soonest first until they end", () => {
    const summary = fold(notice(0, 2_000), notice(1, 1_000, 30));
    expect(nextNoticeOf(summary, 900)).toMatchObject({ ordinal: 1 });
    expect(nextNoticeOf(summary, 1_029)).toMatchObject({ ordinal: 1 });
    expect(nextNoticeOf(summary, 1_030)).toMatchObject({ ordinal: 0 });
    expect(nextNoticeOf(summary, 2_060)).toBeUndefined();
  });

  it("[CT-47] follow a notice that changes, and a wrong clock loses none", () => {
    const summary = foldSummary(emptySummary, [notice(0, 2_000)], {
      ...now,
      minute: 9_999_999,
    });
    expect(nextNoticeOf(summary, 900)).toMatchObject({ start: 2_000 });
    const moved = foldSummary(summary, [notice(0, 3_000)], now);
    expect(moved.upcoming).toEqual([{ ordinal: 0, start: 3_000, end: 3_060 }]);
  });

  it("[CT-47] are bounded: what has ended goes first, then what is furthest away", () => {
    const at = (ordinal: number, start: number): NoticeItem =>
      notice(ordinal, now.minute + start);
    const old = Array.from({ length: 200 }, (_, i) => at(i, -1_000 + i));
    const coming = Array.from({ length: 100 }, (_, i) => at(200 + i, 10 + i));
    const full = fold(...old, ...coming);
    expect(full.upcoming).toHaveLength(MAX_UPCOMING);
    expect(full.upcoming[0]?.ordinal).toBe(200 - (MAX_UPCOMING - 100));
    expect(full.upcoming.at(-1)?.ordinal).toBe(299);
    const flood = Array.from({ length: 400 }, (_, i) => at(300 + i, 9_000 + i));
    const flooded = foldSummary(full, flood, now);
    expect(flooded.upcoming).toHaveLength(MAX_UPCOMING);
    expect(nextNoticeOf(flooded, now.minute)).toMatchObject({ ordinal: 200 });
    expect(flooded.upcoming.at(-1)?.ordinal).toBe(300 + MAX_UPCOMING - 101);
  });

  it("[CT-47] are bounded alike in batches and one by one", () => {
    const starts = fc.array(fc.integer({ min: -400, max: 400 }), {
      minLength: 250,
      maxLength: 330,
    });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 200 }), (list, size) => {
        const items = list.map((start, i) => notice(i, now.minute + start));
        const inParts = (step: number): Summary => {
          let summary = emptySummary;
          for (let at = 0; at < items.length; at += step) {
            summary = foldSummary(summary, items.slice(at, at + step), now);
          }
          return summary;
        };
        expect(inParts(size)).toEqual(inParts(1_000));
      }),
      { numRuns: 20 },
    );
  });

  it("[CT-45] is made of stored items alone", () => {
    const list = applyBatch(emptyList, []);
    expect(fold(...itemsOf(list))).toEqual(emptySummary);
  });
});
