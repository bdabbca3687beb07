import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
} from "@halqa/testkit";
import { encodeHex } from "@halqa/bytes";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, histories, id, people } from "../testing/arbitraries.ts";
import { applyBatch, emptyList, itemsOf, knownOf } from "../testing/list.ts";
import {
  decodeContent,
  encodeContent,
  foldBatch,
  foldEvent,
  MAX_PEOPLE,
  referencesOf,
  type Author,
  type Content,
  type ContentEvent,
  type Item,
  type ListEvent,
  type NoticeContent,
} from "./index.ts";

const history = histories(contents(id), 40);
const [layla, jose, ali] = people;

const idOf = (n: number): Uint8Array => new Uint8Array(16).fill(n);
const says = (
  n: number,
  content: Content,
  more: Partial<ContentEvent> = {},
): ContentEvent => ({
  event: "content",
  id: idOf(n),
  content,
  author: layla,
  position: n,
  minute: 29_000_000 + n,
  ...more,
});
const text = (x: string, replyTo?: number): Content => ({
  kind: "text",
  text: x,
  ...(replyTo === undefined ? {} : { replyTo: idOf(replyTo) }),
});
const react = (target: number, emoji: string): Content => ({
  kind: "reaction",
  target: idOf(target),
  emoji,
});
const notice: NoticeContent = {
  kind: "notice",
  title: "Assembly",
  when: {
    local: "2026-11-26T18:00",
    zone: "Asia/Beirut",
    instant: Date.UTC(2026, 10, 26, 16),
  },
  place: "Hall",
  agenda: "1. rents",
};
const answer = (target: number, given: "yes" | "maybe" | "no"): Content => ({
  kind: "rsvp",
  notice: idOf(target),
  answer: given,
});
const fold = (...events: readonly ListEvent[]): readonly Item[] =>
  itemsOf(applyBatch(emptyList, events));
const rejections = (...events: readonly ListEvent[]): unknown[] =>
  foldBatch(knownOf(emptyList), events, 0).rejected.map((x) => x.rejected);
const reactionsOf = (item: Item | undefined): Map<string, string> =>
  new Map(
    item?.item === "message" || item?.item === "notice"
      ? item.reactions.map((x) => [encodeHex(x.memberKey), x.emoji])
      : [],
  );
const answersOf = (item: Item | undefined): Map<string, string> =>
  new Map(
    item?.item === "notice"
      ? item.answers.map((x) => [encodeHex(x.memberKey), x.answer])
      : [],
  );
const hex = (author: Author): string => encodeHex(author.memberKey);

describe("folds", () => {
  it("[CT-32] never throw, repeat, and change nothing that they are given", () => {
    fc.assert(
      fc.property(history, (events) => {
        let list = emptyList;
        for (const event of events) {
          const known = knownOf(deepFreeze(list));
          const fold1 = expectUnchanged([event, list], () =>
            foldEvent(known, deepFreeze(event), list.nextOrdinal),
          );
          expect(foldEvent(known, event, list.nextOrdinal)).toEqual(fold1);
          list = applyBatch(list, [event]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-33] give the same list in batches of any size as one by one", () => {
    fc.assert(
      fc.property(
        history,
        fc.array(fc.integer({ min: 1, max: 12 })),
        (events, sizes) => {
          const whole = applyBatch(emptyList, events);
          let list = emptyList;
          let rest = events;
          for (const size of [...sizes, events.length]) {
            list = applyBatch(list, rest.slice(0, size));
            rest = rest.slice(size);
          }
          const single = events.reduce(
            (before, event) => applyBatch(before, [event]),
            emptyList,
          );
          expect(list).toEqual(whole);
          expect(single).toEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("[CT-33] need no items but those that the contents of a batch speak of", () => {
    fc.assert(
      fc.property(history, history, (first, second) => {
        const list = applyBatch(emptyList, first);
        const loaded = new Set(
          second
            .flatMap((x) =>
              x.event === "content" ? referencesOf(x.content) : [],
            )
            .map(encodeHex),
        );
        const known = knownOf(list);
        const partial = {
          ...known,
          item: (x: Uint8Array) =>
            loaded.has(encodeHex(x)) ? known.item(x) : undefined,
        };
        expect(foldBatch(partial, second, list.nextOrdinal)).toEqual(
          foldBatch(known, second, list.nextOrdinal),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("[CT-33] give dense ordinals in the order of the events", () => {
    fc.assert(
      fc.property(history, (events) => {
        const list = applyBatch(emptyList, events);
        expect(itemsOf(list).map((x) => x.ordinal)).toEqual(
          Array.from({ length: list.nextOrdinal }, (_, i) => i),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-32] take whatever any bytes decode to", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (inputs) => {
        const random = createSeededRandom(inputs.length);
        const events = inputs.flatMap((bytes, index) => {
          const got = decodeContent(
            Uint8Array.of(1, 0, 1 + random.int(5), 0, ...bytes),
          );
          return got.ok ? [says(index, got.value)] : [];
        });
        expect(() => applyBatch(emptyList, events)).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });
});

describe("what counts", () => {
  it("[CT-31] takes the first position of an id and no other, whoever sends it", () => {
    const events = [
      says(1, text("first")),
      says(1, text("again"), { position: 2 }),
      says(1, text("not mine"), { position: 3, author: jose }),
    ];
    expect(fold(...events)).toMatchObject([{ text: "first", author: layla }]);
    expect(rejections(...events)).toEqual(["duplicate", "duplicate"]);
  });

  it("[CT-31] takes no act twice either", () => {
    const events = [
      says(1, text("x")),
      says(2, react(1, "👍")),
      says(3, react(1, "❤️")),
      says(2, react(1, "👍"), { position: 9 }),
    ];
    expect(reactionsOf(fold(...events)[0])).toEqual(
      new Map([[hex(layla), "❤️"]]),
    );
    expect(rejections(...events)).toEqual(["duplicate"]);
  });

  it("[CT-31] leaves the id of what did not count free for a later try", () => {
    const events = [
      says(2, react(1, "👍")),
      says(1, text("x")),
      says(2, react(1, "👍"), { position: 3 }),
    ];
    expect(rejections(...events)).toEqual(["unknown-target"]);
    expect(reactionsOf(fold(...events)[0])).toEqual(
      new Map([[hex(layla), "👍"]]),
    );
  });

  it("[CT-38] rejects acts on what is not there or not of their kind", () => {
    expect(
      rejections(
        says(1, text("x")),
        says(2, answer(1, "yes")),
        says(3, answer(9, "yes")),
        says(4, react(9, "👍")),
        {
          event: "change",
          id: idOf(5),
          position: 5,
          minute: 0,
          change: "joined",
        },
        says(6, react(5, "👍")),
        says(7, answer(5, "no")),
      ),
    ).toEqual([
      "wrong-target",
      "unknown-target",
      "unknown-target",
      "wrong-target",
      "wrong-target",
    ]);
  });

  it("[CT-38] takes nobody new into a full item, while those inside may change", () => {
    const random = createSeededRandom("crowd");
    const crowd = Array.from({ length: MAX_PEOPLE }, () => random.bytes(32));
    const one: Author = { memberKey: crowd[7]!, name: "" };
    crowd.sort((a, b) => (encodeHex(a) < encodeHex(b) ? -1 : 1));
    const { kind, ...fields } = notice;
    const full: Item = {
      item: kind,
      id: idOf(1),
      position: 1,
      minute: 1,
      author: layla,
      ...fields,
      answers: crowd.map((memberKey) => ({
        memberKey,
        answer: "yes",
        position: 2,
      })),
      reactions: crowd.map((memberKey) => ({
        memberKey,
        emoji: "👍",
        position: 2,
      })),
    };
    const known = { item: () => full, hasCounted: () => false };
    expect(foldEvent(known, says(3, answer(1, "no")), 1)).toMatchObject({
      rejected: "full",
    });
    expect(foldEvent(known, says(3, react(1, "👍")), 1)).toMatchObject({
      rejected: "full",
    });
    const changed = foldEvent(
      known,
      says(3, answer(1, "no"), { author: one }),
      1,
    );
    expect(changed).toMatchObject({ counted: true, added: false });
    expect(answersOf(changed.puts[0]).size).toBe(MAX_PEOPLE);
    expect(answersOf(changed.puts[0]).get(hex(one))).toBe("no");
  });
});

describe("messages and notices", () => {
  it("[CT-35] stand in the list as they were sent", () => {
    const extensions = [{ code: 5, bytes: Uint8Array.of(1) }];
    const [message, meeting] = fold(
      says(1, { ...text("hi"), extensions }),
      says(2, { ...notice, extensions }, { author: jose }),
    );
    expect(message).toEqual({
      item: "message",
      id: idOf(1),
      ordinal: 0,
      position: 1,
      minute: 29_000_001,
      author: layla,
      text: "hi",
      reactions: [],
      extensions,
    });
    expect(meeting).toEqual({
      item: "notice",
      id: idOf(2),
      ordinal: 1,
      position: 2,
      minute: 29_000_002,
      author: jose,
      title: "Assembly",
      when: notice.when,
      place: "Hall",
      agenda: "1. rents",
      answers: [],
      reactions: [],
      extensions,
    });
  });

  it("[CT-35] name what they reply to, and where it stands when that is known, and quote nothing", () => {
    const [, known, unknown] = fold(
      says(1, text("secret")),
      says(2, text("b", 1)),
      says(3, text("c", 9)),
    );
    expect(known).toMatchObject({ replyTo: { id: idOf(1), ordinal: 0 } });
    expect(JSON.stringify(known)).not.toContain("secret");
    expect(unknown).toMatchObject({ replyTo: { id: idOf(9) } });
  });
});

describe("reactions", () => {
  it("[CT-36] are one for each person: the last by position, on messages and notices", () => {
    for (const target of [text("x"), notice]) {
      const [item] = fold(
        says(1, target),
        says(2, react(1, "👍")),
        says(3, react(1, "❤️"), { author: jose }),
        says(4, react(1, "✊🏿")),
      );
      expect(reactionsOf(item)).toEqual(
        new Map([
          [hex(layla), "✊🏿"],
          [hex(jose), "❤️"],
        ]),
      );
    }
  });

  it("[CT-36] taken back stay taken back, whatever older one comes later", () => {
    const [item] = fold(
      says(1, text("x")),
      says(5, react(1, "")),
      says(4, react(1, "👍"), { position: 4 }),
    );
    expect(reactionsOf(item)).toEqual(new Map([[hex(layla), ""]]));
  });

  it("[CT-36] [CT-37] give one state in whatever order they come", () => {
    const acts = fc.uniqueArray(
      fc.record({
        position: fc.integer({ min: 2, max: 40 }),
        author: fc.constantFrom(...people),
        content: fc.oneof(
          fc.constantFrom("👍", "❤️", "").map((x) => react(1, x)),
          fc.constantFrom("yes", "maybe", "no").map((x) => answer(1, x)),
        ),
      }),
      { selector: (x) => x.position, maxLength: 30 },
    );
    fc.assert(
      fc.property(acts, fc.integer(), (given, seed) => {
        const events = given.map((x) => says(x.position, x.content, x));
        const shuffled = createSeededRandom(seed).shuffle(events);
        expect(fold(says(1, notice), ...shuffled)).toEqual(
          fold(says(1, notice), ...events),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe("answers", () => {
  it("[CT-37] are one for each person: the last by position", () => {
    const [item] = fold(
      says(1, notice),
      says(2, answer(1, "yes")),
      says(3, answer(1, "yes"), { author: ali }),
      says(6, answer(1, "no")),
      says(5, answer(1, "maybe")),
    );
    expect(answersOf(item)).toEqual(
      new Map([
        [hex(layla), "no"],
        [hex(ali), "yes"],
      ]),
    );
  });

  it("[CT-37] are changed by nobody but the person: the author of the entry is whose answer it is", () => {
    const [item] = fold(
      says(1, notice, { author: jose }),
      says(2, answer(1, "yes")),
      says(3, answer(1, "no"), { author: jose }),
    );
    expect(answersOf(item).get(hex(layla))).toBe("yes");
  });
});

describe("the rest of a list", () => {
  it("[CT-39] keeps an unknown content byte for byte, with its author", () => {
    const content: Content = {
      kind: "unknown",
      version: 1,
      code: 0x0123,
      bytes: Uint8Array.of(1, 2, 3),
    };
    expect(fold(says(1, content))).toEqual([
      {
        item: "unreadable",
        id: idOf(1),
        ordinal: 0,
        position: 1,
        minute: 29_000_001,
        reason: "newer-version",
        author: layla,
        content: encodeContent(content),
      },
    ]);
  });

  it("[CT-39] shows no signal, known or not, and counts it once", () => {
    const events = [
      says(1, { kind: "hello" }),
      says(2, { kind: "ack" }),
      says(3, {
        kind: "invite-secret",
        invitePub: new Uint8Array(32),
        boxes: [],
      }),
      says(4, {
        kind: "unknown",
        version: 1,
        code: 0x8123,
        bytes: new Uint8Array(0),
      }),
      says(4, text("x")),
    ];
    const batch = foldBatch(knownOf(emptyList), events, 0);
    expect(batch).toMatchObject({ puts: [], nextOrdinal: 0 });
    expect(batch.counted).toHaveLength(4);
    expect(batch.rejected).toEqual([{ id: idOf(4), rejected: "duplicate" }]);
  });

  it("[CT-40] holds changes and what could not be read", () => {
    expect(
      fold(
        {
          event: "change",
          id: idOf(1),
          position: 1,
          minute: 7,
          change: "removed",
          by: layla,
          who: jose,
        },
        {
          event: "unreadable",
          id: idOf(2),
          position: 2,
          minute: 8,
          reason: "malformed",
          author: ali,
        },
        {
          event: "unreadable",
          id: idOf(3),
          position: 3,
          minute: 9,
          reason: "too-late",
          author: undefined,
        },
      ),
    ).toEqual([
      {
        item: "change",
        id: idOf(1),
        ordinal: 0,
        position: 1,
        minute: 7,
        change: "removed",
        by: layla,
        who: jose,
      },
      {
        item: "unreadable",
        id: idOf(2),
        ordinal: 1,
        position: 2,
        minute: 8,
        reason: "malformed",
        author: ali,
      },
      {
        item: "unreadable",
        id: idOf(3),
        ordinal: 2,
        position: 3,
        minute: 9,
        reason: "too-late",
      },
    ]);
  });
});
