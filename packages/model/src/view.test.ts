import { encodeBase64url } from "@halqa/bytes";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, histories, id, people } from "../testing/arbitraries.ts";
import { applyBatch, emptyList, itemsOf, knownOf } from "../testing/list.ts";
import {
  emptySummary,
  foldSummary,
  itemToView,
  overlayPending,
  repliesIn,
  summaryToView,
  type Author,
  type Item,
  type MessageItem,
  type NoticeItem,
  type PendingContent,
  type Roster,
  type ViewContext,
} from "./index.ts";

const [me, other, gone] = people;
const keyOf = (author: Author): string => encodeBase64url(author.memberKey);
const roster: Roster = {
  own: me.memberKey,
  names: new Map([
    [keyOf(me), "Layla"],
    [keyOf(other), "José (new name)"],
  ]),
};
const context: ViewContext = { roster, item: () => undefined };
const idOf = (n: number): Uint8Array => new Uint8Array(16).fill(n);

const message: MessageItem = {
  item: "message",
  id: idOf(1),
  ordinal: 0,
  position: 1,
  minute: 29_000_000,
  author: other,
  text: "hi",
  reactions: [],
};
const notice: NoticeItem = {
  item: "notice",
  id: idOf(2),
  ordinal: 1,
  position: 2,
  minute: 29_000_001,
  author: me,
  title: "Assembly",
  when: {
    local: "2026-11-26T18:00",
    zone: "UTC",
    instant: Date.UTC(2026, 10, 26, 18),
  },
  place: "Hall",
  agenda: "1. rents",
  answers: [
    { memberKey: gone.memberKey, answer: "yes", position: 3 },
    { memberKey: other.memberKey, answer: "yes", position: 9 },
    { memberKey: me.memberKey, answer: "no", position: 4 },
  ],
  reactions: [],
};
const person = (author: Author, name: string, own = false): unknown => ({
  member: keyOf(author),
  name,
  own,
});

describe("the view of an item", () => {
  it("[CT-50] exists for every item that folds make, as plain data", () => {
    fc.assert(
      fc.property(histories(contents(id), 30), (events) => {
        const list = applyBatch(emptyList, events);
        for (const item of itemsOf(list)) {
          const view = itemToView(item, { roster, item: knownOf(list).item });
          expect(view.item).toBe(item.item);
          expect(view.at).toBe(item.minute * 60_000);
          expect(structuredClone(view)).toEqual(view);
          // No bytes and nothing undefined: the same when it has been through text.
          expect(JSON.parse(JSON.stringify(view))).toEqual(view);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-50] tells a message with ids as text and milliseconds", () => {
    expect(itemToView(message, context)).toEqual({
      item: "message",
      id: encodeBase64url(idOf(1)),
      ordinal: 0,
      at: 29_000_000 * 60_000,
      author: person(other, "José (new name)"),
      text: "hi",
      reactions: [],
    });
  });

  it("[CT-51] calls members by their present names and those who left by the name of then", () => {
    const old = { ...message, author: gone };
    expect(itemToView(old, context)).toMatchObject({
      author: person(gone, gone.name),
    });
    const change: Item = {
      item: "change",
      id: idOf(3),
      ordinal: 2,
      position: 3,
      minute: 0,
      change: "removed",
      by: me,
      who: gone,
    };
    expect(itemToView(change, context)).toEqual({
      item: "change",
      id: encodeBase64url(idOf(3)),
      ordinal: 2,
      at: 0,
      change: "removed",
      by: person(me, "Layla", true),
      who: person(gone, gone.name),
    });
  });

  it("[CT-52] takes excerpts of replies from the items of now", () => {
    const reply: MessageItem = {
      ...message,
      replyTo: { id: idOf(9), ordinal: 7 },
    };
    const quoting = (item: Item | undefined): unknown => {
      const view = itemToView(reply, { roster, item: () => item });
      return view.item === "message" ? view.replyTo : undefined;
    };
    const target = encodeBase64url(idOf(9));
    expect(quoting({ ...message, text: "a\nb" })).toEqual({
      id: target,
      author: person(other, "José (new name)"),
      excerpt: "a b",
    });
    expect(quoting(notice)).toMatchObject({ excerpt: "Assembly" });
    expect(quoting(undefined)).toEqual({ id: target, excerpt: "" });
    expect(repliesIn([message, reply, notice])).toEqual([
      { id: idOf(9), ordinal: 7 },
    ]);
  });

  it("[CT-53] groups reactions in the order in which they came, without those taken back", () => {
    const reacted: MessageItem = {
      ...message,
      reactions: [
        { memberKey: gone.memberKey, emoji: "👍", position: 5 },
        { memberKey: me.memberKey, emoji: "👍", position: 3 },
        { memberKey: other.memberKey, emoji: "❤️", position: 4 },
        { memberKey: idOf(0), emoji: "", position: 1 },
      ],
    };
    expect(itemToView(reacted, context)).toMatchObject({
      reactions: [
        { emoji: "👍", people: [person(me, "Layla", true), person(gone, "")] },
        { emoji: "❤️", people: [person(other, "José (new name)")] },
      ],
    });
  });

  it("[CT-53] counts the answers of present members only", () => {
    expect(itemToView(notice, context)).toMatchObject({
      answers: {
        yes: [person(other, "José (new name)")],
        maybe: [],
        no: [person(me, "Layla", true)],
      },
      ownAnswer: "no",
      title: "Assembly",
    });
  });

  it("[CT-54] says how far own items are, and nothing about those of others", () => {
    const { ordinal, ...queued } = notice;
    expect(ordinal).toBe(1);
    const told = (item: Item, state?: "sent" | "failed"): unknown =>
      itemToView(item, {
        ...context,
        delivery: () =>
          state === undefined ? undefined : { state, failure: "refused" },
      });
    expect(told(queued)).toMatchObject({ state: "queued" });
    expect(told(queued, "failed")).toMatchObject({
      state: "failed",
      failure: "refused",
    });
    expect(told(notice, "failed")).toMatchObject({ state: "sent" });
    expect(told(notice, "failed")).not.toHaveProperty("failure");
    expect(told(message, "failed")).not.toHaveProperty("state");
  });

  it("[CT-50] tells why something cannot be read, and not what", () => {
    expect(
      itemToView(
        {
          item: "unreadable",
          id: idOf(4),
          ordinal: 3,
          position: 4,
          minute: 1,
          reason: "newer-version",
          author: other,
          content: Uint8Array.of(1),
        },
        context,
      ),
    ).toEqual({
      item: "unreadable",
      id: encodeBase64url(idOf(4)),
      ordinal: 3,
      at: 60_000,
      reason: "newer-version",
      author: person(other, "José (new name)"),
    });
  });
});

describe("the view of a summary", () => {
  const summary = foldSummary(emptySummary, [message, notice], {
    own: me.memberKey,
    minute: 0,
  });

  it("[CT-55] tells the newest item, what is unread and the next notice", () => {
    expect(summaryToView(summary, { roster, next: notice })).toEqual({
      unread: 1,
      mentions: 0,
      last: {
        item: "notice",
        author: person(me, "Layla", true),
        text: "Assembly",
        at: 29_000_001 * 60_000,
        state: "sent",
      },
      nextNotice: {
        id: encodeBase64url(idOf(2)),
        title: "Assembly",
        when: notice.when,
        place: "Hall",
        meeting: "planned",
        ownAnswer: "no",
      },
    });
    expect(summaryToView(emptySummary, { roster })).toEqual({
      unread: 0,
      mentions: 0,
    });
    expect(summaryToView(emptySummary, { roster, next: message })).toEqual({
      unread: 0,
      mentions: 0,
    });
  });

  it("[CT-55] tells no state of what is no message of one's own", () => {
    const change: Item = {
      item: "change",
      id: idOf(5),
      ordinal: 2,
      position: 5,
      minute: 0,
      change: "founded",
      by: me,
    };
    const after = foldSummary(summary, [change], {
      own: me.memberKey,
      minute: 0,
    });
    expect(summaryToView(after, { roster }).last).toEqual({
      item: "change",
      author: person(me, "Layla", true),
      text: "",
      change: "founded",
      at: 0,
    });
  });

  it("[CT-55] puts what is queued before what the log has", () => {
    const { ordinal, ...queued } = { ...message, author: me, text: "later" };
    expect(ordinal).toBe(0);
    expect(summaryToView(summary, { roster, queued })).toMatchObject({
      last: { text: "later", state: "queued" },
    });
  });
});

describe("what is pending", () => {
  const pending = (
    n: number,
    content: PendingContent["content"],
  ): PendingContent => ({ content, id: idOf(n), minute: 30_000_000 });

  it("[CT-41] shows acts done and stands last, without ordinals", () => {
    const shown = overlayPending(
      [message, notice],
      [
        pending(10, { kind: "reaction", target: idOf(1), emoji: "👍" }),
        pending(11, { kind: "rsvp", notice: idOf(2), answer: "yes" }),
        pending(12, { kind: "text", text: "soon", replyTo: idOf(1) }),
        pending(13, { kind: "reaction", target: idOf(12), emoji: "✊🏿" }),
        pending(14, { kind: "reaction", target: idOf(1), emoji: "❤️" }),
        pending(15, { kind: "reaction", target: idOf(99), emoji: "❤️" }),
      ],
      me,
    );
    expect(shown).toHaveLength(3);
    const views = shown.map((item) => itemToView(item, context));
    expect(views).toMatchObject([
      { reactions: [{ emoji: "❤️" }] },
      { ownAnswer: "yes" },
      { text: "soon", state: "queued", reactions: [{ emoji: "✊🏿" }] },
    ]);
    expect(views[2]).not.toHaveProperty("ordinal");
    expect(shown[2]).toMatchObject({ replyTo: { ordinal: 0 } });
  });

  it("[CT-41] is left out once the log has shown it", () => {
    expect(
      overlayPending([message], [pending(1, { kind: "text", text: "x" })], me),
    ).toEqual([message]);
  });
});
