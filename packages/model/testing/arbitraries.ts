// Values of the model for property tests: valid ones that reach the edges, over few people and ids so that they meet.

import type { Result } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import * as fc from "fast-check";
import type {
  Author,
  ChangeEvent,
  Content,
  ContentEvent,
  Extension,
  ListEvent,
  NoticeTime,
  UnreadableEvent,
} from "../src/index.ts";
import {
  composeAgenda,
  composePlace,
  composeText,
  composeTitle,
} from "../src/text.ts";

const personCalled = (called: string): Author => ({
  memberKey: createSeededRandom(called).bytes(32),
  name: called,
});

export const people = [
  personCalled("Layla"),
  personCalled("José"),
  personCalled("علی‌رضا"),
  personCalled("ژیار"),
  personCalled("محمود 🌱"),
] as const;
const ids = Array.from({ length: 12 }, (_, index) =>
  createSeededRandom(index).bytes(16),
);

export const author = fc.constantFrom(...people);
/** One of few, so that targets are often there and ids often come twice. */
export const id = fc.constantFrom(...ids);
const anyId = fc.uint8Array({ minLength: 16, maxLength: 16 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const u32 = fc.nat({ max: 2 ** 32 - 1 });

const block = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength }),
    fc.string({ unit: "binary", minLength: 1, maxLength }),
    fc.constantFrom(
      "مرحبا، الاجتماع غدًا\nالساعة 18:00 — room B",
      "\u2067علی‌رضا\u2069: ok",
      "A",
      "🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩🏽‍❤️‍💋‍👨🏽",
    ),
  );

/** Text as somebody typed it, made fit by `compose`. */
const composed = (
  compose: (typed: string) => Result<string, unknown>,
  maxLength: number,
): fc.Arbitrary<string> =>
  block(maxLength)
    .map((typed) => compose(typed))
    .map((text) => (text.ok ? text.value : "x"));

const text = composed(composeText, 300);
const title = composed(composeTitle, 100);
const place = composed(composePlace, 100);
const agenda = composed(composeAgenda, 200);

export const emoji = fc.constantFrom(
  "👍",
  "❤️",
  "❤",
  "👩🏽‍❤️‍💋‍👨🏽",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "🇵🇸",
  "1️⃣",
  "✊🏿",
);

export const noticeTime: fc.Arbitrary<NoticeTime> = fc
  .record({
    instant: fc.oneof(
      fc.integer({ min: 900, max: 4_223_371_199 - 900 }),
      fc.integer({ min: 29_000_000, max: 31_000_000 }),
    ),
    offset: fc.integer({ min: -900, max: 900 }),
    zone: fc.constantFrom(
      "UTC",
      "Asia/Beirut",
      "America/Argentina/Buenos_Aires",
      "Etc/GMT+3",
    ),
    minutes: fc.option(fc.integer({ min: 1, max: 10_080 }), { nil: undefined }),
  })
  .map(({ instant, offset, zone, minutes }) => ({
    local: new Date((instant + offset) * 60_000).toISOString().slice(0, 16),
    zone,
    instant: instant * 60_000,
    ...(minutes === undefined ? {} : { minutes }),
  }));

const extension = (maxCode: number): fc.Arbitrary<Extension> =>
  fc.record({
    code: fc.nat({ max: maxCode }),
    bytes: fc.uint8Array({ maxLength: 80 }),
  });

const extended = (
  maxCode: number,
): fc.Arbitrary<{ readonly extensions?: readonly Extension[] }> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc
      .uniqueArray(extension(maxCode), {
        selector: (x) => x.code,
        minLength: 1,
        maxLength: 16,
      })
      .map((list) => ({
        extensions: list.toSorted((a, b) => a.code - b.code),
      })),
  );

/** Contents whose ids come from `ofId`. */
export function contents(
  ofId: fc.Arbitrary<Uint8Array> = anyId,
): fc.Arbitrary<Content> {
  const bodies: fc.Arbitrary<Content>[] = [
    fc
      .record({
        text,
        replyTo: fc.option(ofId, { nil: undefined }),
      })
      .map(({ text: said, replyTo }) => ({
        kind: "text",
        text: said,
        ...(replyTo === undefined ? {} : { replyTo }),
      })),
    fc.record({
      kind: fc.constant("reaction" as const),
      target: ofId,
      emoji: fc.oneof(fc.constant(""), emoji),
    }),
    fc.record({
      kind: fc.constant("notice" as const),
      title,
      when: noticeTime,
      place,
      agenda,
    }),
    fc.record({
      kind: fc.constant("rsvp" as const),
      notice: ofId,
      answer: fc.constantFrom("yes", "maybe", "no"),
    }),
    fc.constant({ kind: "hello" }),
    fc.constant({ kind: "ack" }),
    fc.record({
      kind: fc.constant("invite-secret" as const),
      invitePub: key,
      boxes: fc.array(
        fc.record({ to: key, box: fc.uint8Array({ maxLength: 384 }) }),
        { maxLength: 4 },
      ),
    }),
  ];
  const known = fc
    .tuple(fc.oneof(...bodies), extended(0x7fff))
    .map(([body, more]): Content => ({ ...body, ...more }));
  return fc.oneof({ weight: 6, arbitrary: known }, unknownContent);
}

/** Another version; a code without a row; a known code with a critical extension. */
const unknownContent: fc.Arbitrary<Content> = fc.oneof(
  fc.record({
    kind: fc.constant("unknown" as const),
    version: fc.integer({ min: 2, max: 255 }),
    code: fc.nat({ max: 0xffff }),
    bytes: fc.uint8Array({ maxLength: 200 }),
  }),
  fc
    .record({
      code: fc.oneof(
        fc.integer({ min: 5, max: 0x8000 }),
        fc.integer({ min: 0x8004, max: 0xffff }),
      ),
      bytes: fc.uint8Array({ maxLength: 200 }),
      more: extended(0xffff),
    })
    .map(({ code, bytes, more }): Content => ({
      kind: "unknown",
      version: 1,
      code,
      bytes,
      ...more,
    })),
  fc
    .record({
      code: fc.constantFrom(1, 2, 3, 4, 0x8001, 0x8002, 0x8003),
      bytes: fc.uint8Array({ maxLength: 200 }),
      critical: fc.integer({ min: 0x8000, max: 0xffff }),
    })
    .map(({ code, bytes, critical }): Content => ({
      kind: "unknown",
      version: 1,
      code,
      bytes,
      extensions: [{ code: critical, bytes: Uint8Array.of(1) }],
    })),
);

/** A history of a circle: positions grow, ids and targets repeat. */
export function histories(
  content: fc.Arbitrary<Content>,
  maxLength: number,
): fc.Arbitrary<readonly ListEvent[]> {
  const base = { id, position: fc.nat({ max: 20 }), minute: u32 };
  const contentEvent: fc.Arbitrary<ContentEvent> = fc.record({
    event: fc.constant("content"),
    ...base,
    content,
    author,
  });
  const changeEvent: fc.Arbitrary<ChangeEvent> = fc.record(
    {
      event: fc.constant("change"),
      ...base,
      change: fc.constantFrom("founded", "joined", "removed", "left"),
      by: author,
      who: author,
    },
    { requiredKeys: ["event", "id", "position", "minute", "change"] },
  );
  const unreadableEvent: fc.Arbitrary<UnreadableEvent> = fc.record(
    {
      event: fc.constant("unreadable"),
      ...base,
      reason: fc.constantFrom("too-late", "malformed"),
      author,
    },
    { requiredKeys: ["event", "id", "position", "minute", "reason"] },
  );
  return fc.array(
    fc.oneof(
      { weight: 10, arbitrary: contentEvent },
      changeEvent,
      unreadableEvent,
    ),
    { maxLength },
  );
}
