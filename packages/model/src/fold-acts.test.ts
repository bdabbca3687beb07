import { deepFreeze } from "@halqa/testkit";
import { encodeHex } from "@halqa/bytes";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, histories, id, people } from "../testing/arbitraries.ts";
import { applyBatch, emptyList, itemsOf, knownOf } from "../testing/list.ts";
import type { NoticeUpdateContent, TaskFields } from "./content.ts";
import type { Author, Standing } from "./item.ts";
import {
  decodeItem,
  emptySummary,
  encodeContent,
  encodeItem,
  expireItem,
  foldBatch,
  foldSummary,
  tallyOf,
  type Content,
  type ContentEvent,
  type Item,
  type ListEvent,
  type PollItem,
} from "./index.ts";

const [layla, jose, ali, zhyar] = people;
const idOf = (n: number): Uint8Array => new Uint8Array(16).fill(n);
const member: Standing = {
  steward: false,
  pins: true,
  late: false,
  counting: true,
};
const steward: Standing = { ...member, steward: true };
const late: Standing = { ...member, late: true, counting: false };

interface By {
  readonly author?: Author;
  readonly standing?: Standing;
  readonly position?: number;
}
const says = (n: number, content: Content, by: By = {}): ContentEvent => ({
  event: "content",
  id: idOf(n),
  content,
  author: layla,
  standing: member,
  position: n,
  minute: 29_000_000 + n,
  ...by,
});
const text = (said: string): Content => ({ kind: "text", text: said });
const edit = (target: number, said: string): Content => ({
  kind: "edit",
  target: idOf(target),
  text: said,
});
const del = (target: number): Content => ({
  kind: "delete",
  target: idOf(target),
});
const hide = (target: number, reason: "shown" | "spam"): Content => ({
  kind: "hide",
  target: idOf(target),
  reason,
});
const pin = (target: number, pinned = true): Content => ({
  kind: "pin",
  target: idOf(target),
  pinned,
});
const poll = (ballot: "single" | "several" | "ranked" = "single"): Content => ({
  kind: "poll",
  question: "Which day?",
  options: ["Mon", "Tue", "Wed"],
  ballot,
});
const vote = (target: number, ...choices: readonly number[]): Content => ({
  kind: "vote",
  poll: idOf(target),
  choices,
});
const close = (target: number, ...counted: readonly number[]): Content => ({
  kind: "poll-close",
  poll: idOf(target),
  counted: counted.map(idOf),
});
const task = (
  target: number | undefined,
  more: Partial<TaskFields> = {},
): Content => {
  const fields = { title: "Print posters", done: false, ...more };
  return target === undefined
    ? { kind: "task", ...fields }
    : { kind: "task-update", task: idOf(target), ...fields };
};
const when = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: Date.UTC(2026, 10, 26, 16),
};
const notice: Content = {
  kind: "notice",
  title: "Assembly",
  when,
  place: "Hall",
  agenda: "",
};
const moved = (
  target: number,
  version: number,
  place: string,
): NoticeUpdateContent => ({
  kind: "notice-update",
  notice: idOf(target),
  version,
  state: "moved",
  title: "Assembly",
  when,
  place,
  agenda: "",
});
const fold = (...events: readonly ListEvent[]): readonly Item[] =>
  itemsOf(applyBatch(emptyList, events));
const rejections = (...events: readonly ListEvent[]): unknown[] =>
  foldBatch(knownOf(emptyList), events, 0).rejected.map((x) => x.rejected);
const pollIn = (...events: readonly ListEvent[]): PollItem => {
  const [item] = fold(...events);
  if (item?.item !== "poll") throw new Error("no poll");
  return item;
};

describe("edits", () => {
  it("[CT-60] are its author's: the last words by position stand, and some of what stood before is kept", () => {
    const [item] = fold(
      says(1, text("on monday")),
      says(2, edit(1, "on tuesday")),
      says(3, edit(1, "on friday")),
    );
    expect(item).toMatchObject({
      text: "on friday",
      edited: {
        position: 3,
        minute: 29_000_003,
        times: 2,
        earlier: ["on monday", "on tuesday"],
      },
    });
  });

  it("[CT-60] change nothing when somebody else sends them, a steward too, or when they are older", () => {
    const events = [
      says(1, text("mine")),
      says(2, edit(1, "not yours"), { author: jose, standing: steward }),
      says(4, edit(1, "new")),
      says(5, edit(1, "old"), { position: 3 }),
    ];
    expect(fold(...events)).toMatchObject([{ text: "new" }]);
    expect(rejections(...events)).toEqual(["not-allowed"]);
  });

  it("[CT-60] keep no more than a bounded piece of what stood before", () => {
    const events = [
      says(1, text("x".repeat(16_000))),
      ...Array.from({ length: 30 }, (_, i) => says(2 + i, edit(1, `no ${i}`))),
    ];
    const [item] = fold(...events);
    expect(item).toMatchObject({ text: "no 29", edited: { times: 30 } });
    const kept = item?.item === "message" ? item.edited?.earlier : [];
    expect(kept).toHaveLength(8);
    expect(encodeItem(item!).length).toBeLessThan(4_096);
  });

  it("[CT-60] take the mentions of the old words away", () => {
    const mentions = [{ memberKey: jose.memberKey, at: 0, length: 2 }];
    const [item] = fold(
      says(1, { kind: "text", text: "@J hi", mentions }),
      says(2, edit(1, "hi")),
    );
    expect(item).not.toHaveProperty("mentions");
  });
});

describe("deletions", () => {
  it("[CT-61] leave where, when and whose, and nothing of what was said", () => {
    const [item] = fold(
      says(1, text("secret")),
      says(2, { kind: "reaction", target: idOf(1), emoji: "👍" }),
      says(3, pin(1)),
      says(4, del(1)),
    );
    expect(item).toEqual({
      item: "gone",
      id: idOf(1),
      ordinal: 0,
      position: 1,
      minute: 29_000_001,
      was: "message",
      cause: "deleted",
      author: layla,
    });
  });

  it("[CT-61] are their author's, not even a steward's", () => {
    expect(
      rejections(
        says(1, text("x")),
        says(2, del(1), { author: jose, standing: steward }),
      ),
    ).toEqual(["not-allowed"]);
  });

  it("[CT-62] end everything that could be done to it", () => {
    const acts: readonly Content[] = [
      edit(1, "y"),
      del(1),
      hide(1, "spam"),
      pin(1),
      { kind: "reaction", target: idOf(1), emoji: "👍" },
      { kind: "rsvp", notice: idOf(1), answer: "yes" },
      vote(1, 0),
      close(1),
      moved(1, 1, "x"),
      task(1),
    ];
    const events = acts.map((act, i) =>
      says(10 + i, act, { standing: steward }),
    );
    expect(rejections(says(1, text("x")), says(2, del(1)), ...events)).toEqual(
      acts.map(() => "gone"),
    );
  });

  it("[CT-61] take no closed poll away", () => {
    const events = [says(1, poll()), says(2, close(1)), says(3, del(1))];
    expect(rejections(...events)).toEqual(["closed"]);
    expect(rejections(says(1, poll()), says(3, del(1)))).toEqual([]);
  });
});

describe("hiding", () => {
  it("[CT-63] is a steward's at the position of its entry, and can be taken back", () => {
    const by = { author: jose, standing: steward };
    const hidden = [says(1, text("x")), says(2, hide(1, "spam"), by)];
    expect(fold(...hidden)).toMatchObject([
      { text: "x", hide: { reason: "spam", position: 2 } },
    ]);
    expect(fold(...hidden, says(3, hide(1, "shown"), by))).toMatchObject([
      { hide: { reason: "shown", position: 3 } },
    ]);
    expect(rejections(says(1, text("x")), says(2, hide(1, "spam")))).toEqual([
      "not-allowed",
    ]);
  });
});

describe("pins", () => {
  it("[CT-64] count for whom the circle lets pin, and only in the current epoch", () => {
    const events = [
      says(1, text("x")),
      says(2, pin(1), { standing: { ...member, pins: false } }),
      says(3, pin(1), { standing: late }),
      says(3, pin(1), { position: 4 }),
      says(5, pin(1, false), { author: jose }),
    ];
    expect(rejections(...events)).toEqual(["not-allowed", "not-counting"]);
    expect(fold(...events.slice(0, 4))).toMatchObject([
      { pin: { pinned: true, position: 4 } },
    ]);
    expect(fold(...events)).toMatchObject([
      { pin: { pinned: false, position: 5 } },
    ]);
  });

  it("[CT-65] are listed in the summary until they are taken off or what they are on is gone", () => {
    const now = { own: jose.memberKey, minute: 0 };
    const pinned = (...events: readonly ListEvent[]): unknown =>
      foldSummary(emptySummary, fold(...events), now).pinned;
    const events = [says(1, text("x")), says(2, text("y")), says(3, pin(2))];
    expect(pinned(...events)).toEqual([{ ordinal: 1, position: 3 }]);
    expect(pinned(...events, says(4, pin(2, false)))).toEqual([]);
    expect(pinned(...events, says(4, del(2)))).toEqual([]);
  });
});

describe("messages that disappear", () => {
  const brief: Content = { kind: "text", text: "x", lifetime: 60 };

  it("[CT-66] go at the minute of their sender plus their lifetime, and leave nothing of what they said", () => {
    const [item] = fold(says(1, brief));
    expect(item).toMatchObject({ expires: 29_000_061 });
    expect(expireItem(item!, 29_000_060)).toBeUndefined();
    expect(expireItem(item!, 29_000_061)).toEqual({
      item: "gone",
      id: idOf(1),
      ordinal: 0,
      position: 1,
      minute: 29_000_001,
      was: "message",
      cause: "expired",
      author: layla,
    });
    const [far] = fold({ ...says(1, brief), minute: 2 ** 32 - 1 });
    expect(far).toMatchObject({ expires: 2 ** 32 - 1 });
  });

  it("[CT-66] keep their end when their words change", () => {
    const [item] = fold(says(1, brief), says(5, edit(1, "y")));
    expect(item).toMatchObject({ text: "y", expires: 29_000_061 });
  });
});

describe("notices that change", () => {
  it("[CT-67] stand in their highest version, whatever comes later", () => {
    const events = [
      says(1, notice),
      says(2, moved(1, 2, "Park")),
      says(3, moved(1, 1, "Bar")),
      says(4, moved(1, 2, "Beach")),
    ];
    expect(fold(...events)).toMatchObject([
      { place: "Park", update: { version: 2, state: "moved" } },
    ]);
    expect(rejections(...events)).toEqual(["outranked", "outranked"]);
  });

  it("[CT-67] are changed by their author and by stewards", () => {
    const update = moved(1, 1, "Park");
    expect(
      rejections(says(1, notice), says(2, update, { author: jose })),
    ).toEqual(["not-allowed"]);
    expect(
      rejections(
        says(1, notice),
        says(2, update, { author: jose, standing: steward }),
      ),
    ).toEqual([]);
  });

  it("[CT-68] keep their answers, and leave the coming meetings when they are cancelled", () => {
    const now = { own: jose.memberKey, minute: 0 };
    const answered = [
      says(1, notice),
      says(2, { kind: "rsvp", notice: idOf(1), answer: "yes" }),
    ];
    const cancelled = { ...moved(1, 1, "Hall"), state: "cancelled" as const };
    const items = fold(...answered, says(3, cancelled));
    expect(items).toMatchObject([{ answers: [{ answer: "yes" }] }]);
    const before = foldSummary(emptySummary, fold(...answered), now);
    expect(before.upcoming).toHaveLength(1);
    expect(foldSummary(before, items, now).upcoming).toEqual([]);
  });
});

describe("polls", () => {
  it("[CT-69] hold one vote for each person: the last by position", () => {
    const item = pollIn(
      says(1, poll()),
      says(2, vote(1, 0)),
      says(3, vote(1, 1), { author: jose }),
      says(4, vote(1, 2)),
      says(5, vote(1), { author: jose }),
      says(6, vote(1, 2), { author: ali }),
    );
    expect(tallyOf(item)).toMatchObject({
      counts: [0, 0, 2],
      contested: false,
    });
  });

  it("[CT-70] take votes of the current epoch only; who is late sends the vote again under the same id", () => {
    const events = [
      says(1, poll()),
      says(2, vote(1, 0), { standing: late }),
      says(2, vote(1, 0), { position: 3 }),
      says(2, vote(1, 0), { position: 4 }),
    ];
    expect(rejections(...events)).toEqual(["not-counting", "duplicate"]);
    expect(pollIn(...events).votes).toMatchObject([{ position: 3 }]);
  });

  it("[CT-69] take no vote that their kind does not have", () => {
    expect(
      rejections(
        says(1, poll("single")),
        says(2, poll("ranked")),
        says(3, vote(1, 0, 1)),
        says(4, vote(1, 3)),
        says(5, vote(2, 2, 0)),
        says(6, vote(9, 0)),
        says(7, text("x")),
        says(8, vote(7, 0)),
      ),
    ).toEqual(["bad-choice", "bad-choice", "unknown-target", "wrong-target"]);
  });

  it("[CT-71] end with the first closing that counts, by their author or a steward", () => {
    const events = [
      says(1, poll()),
      says(2, vote(1, 0)),
      says(3, close(1), { author: jose }),
      says(4, close(1, 2), { standing: late }),
      says(5, close(1, 2), { author: ali, standing: steward }),
      says(6, close(1)),
      says(7, vote(1, 1), { author: zhyar }),
    ];
    expect(rejections(...events)).toEqual([
      "not-allowed",
      "not-counting",
      "closed",
      "closed",
    ]);
    const item = pollIn(...events);
    expect(item.close).toMatchObject({ position: 5, counted: [idOf(2)] });
    expect(tallyOf(item)).toMatchObject({
      counts: [1, 0, 0],
      contested: false,
    });
  });

  it("[CT-72] are contested when the closing misses a vote or names one that is not there", () => {
    const votes = [
      says(1, poll()),
      says(2, vote(1, 0)),
      says(3, vote(1, 1), { author: jose }),
      says(4, vote(1), { author: ali }),
    ];
    const contested = (...counted: readonly number[]): unknown =>
      tallyOf(pollIn(...votes, says(9, close(1, ...counted)))).contested;
    expect(contested(2, 3)).toBe(false);
    expect(contested(2)).toBe(true);
    expect(contested(2, 3, 8)).toBe(true);
    expect(tallyOf(pollIn(...votes, says(9, close(1, 2)))).counts).toEqual([
      1, 0, 0,
    ]);
  });

  it("[CT-73] count what several chose, and of ranked options what stands first", () => {
    const votes = (ballot: "several" | "ranked"): readonly number[] =>
      tallyOf(
        pollIn(
          says(1, poll(ballot)),
          says(2, vote(1, 2, 0)),
          says(3, vote(1, 2, 1), { author: jose }),
        ),
      ).counts;
    expect(votes("several")).toEqual([1, 1, 2]);
    expect(votes("ranked")).toEqual([0, 0, 2]);
  });
});

describe("tasks", () => {
  it("[CT-74] are changed by author, owner and stewards; others may take one that nobody has, as it is", () => {
    const own = { owner: jose.memberKey };
    const mine = { author: jose };
    expect(
      rejections(
        says(1, task(undefined)),
        says(2, task(1, { done: true }), mine),
        says(3, task(1, { ...own, title: "Other" }), mine),
        says(4, task(1, { owner: ali.memberKey }), mine),
        says(5, task(1, own), mine),
        says(6, task(1, { ...own, done: true }), mine),
        says(7, task(1, { ...own, done: false }), { author: ali }),
        says(8, task(1, own), { author: ali, standing: steward }),
      ),
    ).toEqual(["not-allowed", "not-allowed", "not-allowed", "not-allowed"]);
    expect(
      fold(
        says(1, task(undefined)),
        says(5, task(1, own), mine),
        says(6, task(1, { ...own, done: true }), mine),
      ),
    ).toMatchObject([
      { owner: jose.memberKey, done: true, update: { position: 6 } },
    ]);
  });
});

describe("all kinds together", () => {
  const history = histories(contents(id), 60);

  it("[CT-34] give items of which every one has a byte form", () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const item of itemsOf(applyBatch(emptyList, events))) {
          expect(decodeItem(encodeItem(item))).toEqual({
            ok: true,
            value: item,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-32] give from stored items what they give from those in memory", () => {
    fc.assert(
      fc.property(history, history, (first, second) => {
        const list = applyBatch(emptyList, first);
        const known = knownOf(deepFreeze(list));
        const stored = {
          ...known,
          item: (x: Uint8Array) => {
            const item = known.item(x);
            const read = item && decodeItem(encodeItem(item));
            return read?.ok === true ? read.value : undefined;
          },
        };
        expect(foldBatch(stored, second, list.nextOrdinal)).toEqual(
          foldBatch(known, second, list.nextOrdinal),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-62] let nothing that was deleted come back, and lose no unknown content", () => {
    fc.assert(
      fc.property(history, (events) => {
        let list = emptyList;
        const gone = new Map<string, Item>();
        for (const event of events) {
          const before = list.nextOrdinal;
          list = applyBatch(list, [event]);
          for (const [key, item] of gone)
            expect(list.itemsById.get(key)).toEqual(item);
          for (const [key, item] of list.itemsById)
            if (item.item === "gone") gone.set(key, item);
          if (list.nextOrdinal === before || event.event !== "content")
            continue;
          const item = list.itemsById.get(encodeHex(event.id));
          if (event.content.kind === "unknown")
            expect(item).toMatchObject({
              item: "unreadable",
              content: encodeContent(event.content),
            });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-70] let nothing shared count that came late", () => {
    fc.assert(
      fc.property(history, (events) => {
        const none = events.map((event) =>
          event.event === "content" ? { ...event, standing: late } : event,
        );
        for (const item of itemsOf(applyBatch(emptyList, none))) {
          if (item.item === "poll") {
            expect(item.votes).toEqual([]);
            expect(item.close).toBeUndefined();
          }
          expect(item).not.toHaveProperty("pin");
        }
      }),
      { numRuns: 40 },
    );
  });
});
