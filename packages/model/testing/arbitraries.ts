// Values of the model for property tests: valid ones that reach the edges, over few people and ids so that they meet.

import { compareBytes, type Result } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import * as fc from "fast-check";
import type { Attachment, ChunkRef, Thumbnail } from "../src/attachment.ts";
import type { TextContent } from "../src/content.ts";
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
import { encodeContent, MAX_SHARED_BYTES } from "../src/index.ts";
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

const option = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

type Present<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
    T[K],
    undefined
  >;
};

/** The fields that are there. */
function present<T extends object>(fields: T): Present<T> {
  const there = Object.entries(fields).filter(([, x]) => x !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of T without those that are not there
  return Object.fromEntries(there) as Present<T>;
}

const chunk: fc.Arbitrary<ChunkRef> = fc.record({
  blobId: key,
  parts: fc.constantFrom(1, 4, 16),
});

const thumbnail: fc.Arbitrary<Thumbnail> = fc.oneof(
  fc.record({
    at: fc.constant("here" as const),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
  fc.record({ at: fc.constant("blob" as const), chunk, key }),
);

const attachment: fc.Arbitrary<Attachment> = fc
  .record({
    kind: fc.constantFrom("photo" as const, "file", "voice"),
    chunks: fc.array(chunk, { minLength: 1, maxLength: 3 }),
    key,
    hash: key,
    size: u32,
    mediaType: fc.constantFrom("image/jpeg", "application/x-7z", "audio/ogg"),
    name: fc.constantFrom("", "a.jpg", "محضر.pdf"),
    thumbnail: option(thumbnail),
    width: option(fc.nat({ max: 0xffff })),
    height: option(fc.nat({ max: 0xffff })),
    duration: option(u32),
  })
  .map((x) => present(x));

/** Mentions of the first signs of a text. */
const mentionsIn = (
  said: string,
): fc.Arbitrary<Pick<TextContent, "mentions">> => {
  const [first = "", second = ""] = Array.from(said);
  if (first === "") return fc.constant({});
  const places = [
    { at: 0, length: first.length },
    { at: first.length, length: second.length },
  ].filter(({ length }) => length > 0);
  return fc
    .tuple(fc.subarray(places), fc.tuple(author, author))
    .map(([chosen, who]) => {
      const mentions = chosen.map((stretch, index) => ({
        memberKey: (who[index] ?? who[0]).memberKey,
        ...stretch,
      }));
      return mentions.length === 0 ? {} : { mentions };
    });
};

const textContent = (ofId: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Content> =>
  fc
    .record({
      text: fc.oneof({ weight: 6, arbitrary: text }, fc.constant("")),
      replyTo: option(ofId),
      attachments: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        fc.array(attachment, { minLength: 1, maxLength: 3 }),
      ),
      forwarded: fc.boolean(),
      lifetime: option(fc.integer({ min: 1, max: 527_040 })),
    })
    .chain(({ text: said, attachments, forwarded, ...rest }) => {
      const words = said === "" && attachments.length === 0 ? "x" : said;
      return mentionsIn(words).map((mentioned) => ({
        kind: "text" as const,
        text: words,
        ...present(rest),
        ...mentioned,
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(forwarded ? { forwarded: true as const } : {}),
      }));
    });

const editContent = (ofId: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Content> =>
  fc.tuple(ofId, text).chain(([target, said]) =>
    mentionsIn(said).map((mentioned) => ({
      kind: "edit" as const,
      target,
      text: said,
      ...mentioned,
    })),
  );

const noticeFields = { title, when: noticeTime, place, agenda };
const taskFields = {
  title,
  owner: option(author.map((x) => x.memberKey)),
  due: option(u32),
  done: fc.boolean(),
};

/** What members do to posts, and posts other than messages and notices. */
const organised = (
  ofId: fc.Arbitrary<Uint8Array>,
): readonly fc.Arbitrary<Content>[] => [
  fc.record({ kind: fc.constant("delete" as const), target: ofId }),
  fc.record({
    kind: fc.constant("hide" as const),
    target: ofId,
    reason: fc.constantFrom("shown", "spam", "danger", "other"),
  }),
  fc.record({
    kind: fc.constant("pin" as const),
    target: ofId,
    pinned: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("notice-update" as const),
    notice: ofId,
    version: fc.integer({ min: 1, max: 4 }),
    state: fc.constantFrom("planned", "moved", "cancelled"),
    ...noticeFields,
  }),
  fc
    .record({
      kind: fc.constant("poll" as const),
      question: title,
      options: fc.uniqueArray(
        fc.constantFrom("yes", "no", "نعم", "لا", "both", "🌱"),
        { minLength: 2, maxLength: 6 },
      ),
      ballot: fc.constantFrom("single" as const, "several", "ranked"),
      closes: option(u32),
    })
    .map((x) => present(x)),
  fc.record({
    kind: fc.constant("vote" as const),
    poll: ofId,
    choices: fc.uniqueArray(fc.nat({ max: 6 }), { maxLength: 3 }),
  }),
  fc
    .record({
      kind: fc.constant("poll-close" as const),
      poll: ofId,
      counted: fc.uniqueArray(ofId, {
        maxLength: 4,
        comparator: (a, b) => compareBytes(a, b) === 0,
      }),
    })
    .map((x) => ({ ...x, counted: x.counted.toSorted(compareBytes) })),
  fc
    .record({ kind: fc.constant("task" as const), ...taskFields })
    .map((x) => present(x)),
  fc
    .record({
      kind: fc.constant("task-update" as const),
      task: ofId,
      ...taskFields,
    })
    .map((x) => present(x)),
  fc
    .record({
      kind: fc.constant("minutes" as const),
      notice: option(ofId),
      text,
    })
    .map((x) => present(x)),
];

/** Whole ones, and ones that hold nothing that may be passed on. */
function shareContent(ofId: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Content> {
  const said = fc.oneof(
    textContent(ofId).map((one) => encodeContent(one)),
    organised(ofId)[0]!.map((one) => encodeContent(one)),
    fc.uint8Array({ maxLength: 40 }),
  );
  return fc
    .record({
      kind: fc.constant("share" as const),
      target: ofId,
      author,
      minute: u32,
      pinned: fc.boolean(),
      update: option(
        fc.record({
          version: fc.integer({ min: 1, max: 0xffff }),
          state: fc.constantFrom("planned", "moved", "cancelled"),
        }),
      ),
      said: said.filter((bytes) => bytes.length <= MAX_SHARED_BYTES),
    })
    .map((x) => present(x));
}

function sealedContents(
  ofId: fc.Arbitrary<Uint8Array>,
): readonly fc.Arbitrary<Content>[] {
  const box = fc.record({ to: key, box: fc.uint8Array({ maxLength: 384 }) });
  const lifetime = fc.option(fc.integer({ min: 1, max: 527_040 }), {
    nil: undefined,
  });
  return [
    fc
      .record({
        boxes: fc.array(box, { maxLength: 4 }),
        length: fc.constantFrom(272, 1_040),
        fill: fc.nat({ max: 255 }),
        lifetime,
      })
      .map(({ boxes, length, fill, lifetime: minutes }) => ({
        kind: "sealed" as const,
        boxes,
        body: new Uint8Array(length).fill(fill),
        ...(minutes === undefined ? {} : { lifetime: minutes }),
      })),
    fc.record({
      kind: fc.constant("report" as const),
      target: ofId,
      reason: fc.constantFrom(
        "off-topic",
        "harassment",
        "spam",
        "danger",
        "other",
      ),
      text: fc.oneof(text, fc.constant("")),
    }),
    fc.record({
      kind: fc.constant("place" as const),
      notice: ofId,
      place: place.filter((one) => one !== ""),
    }),
  ];
}

/** Contents whose ids come from `ofId`. */
export function contents(
  ofId: fc.Arbitrary<Uint8Array> = anyId,
): fc.Arbitrary<Content> {
  const bodies: fc.Arbitrary<Content>[] = [
    textContent(ofId),
    editContent(ofId),
    ...organised(ofId),
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
    fc.constant({ kind: "epoch-tag" }),
    fc
      .record({
        leaf: u32,
        epoch: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        asked: fc.uniqueArray(u32, { minLength: 1, maxLength: 16 }),
      })
      .map(({ leaf, epoch, asked }) => ({
        kind: "missing" as const,
        leaf,
        epoch,
        numbers: asked.toSorted((one, other) => one - other),
      })),
    shareContent(ofId),
    ...sealedContents(ofId),
    fc.record({
      kind: fc.constant("invite-secret" as const),
      invitePub: key,
      boxes: fc.array(
        fc.record({ to: key, box: fc.uint8Array({ maxLength: 384 }) }),
        { maxLength: 4 },
      ),
    }),
    fc.record({
      kind: fc.constant("approval" as const),
      member: key,
      policyVersion: fc.nat({ max: 0xffff_ffff }),
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
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
        fc.integer({ min: 0x11, max: 0x8000 }),
        fc.integer({ min: 0x8006, max: 0x800f }),
        fc.integer({ min: 0x8011, max: 0xffff }),
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
      code: fc.constantFrom(1, 2, 9, 0xf, 0x10, 0x8001, 0x8003, 0x8005),
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
    standing: option(
      fc.record({
        steward: fc.boolean(),
        pins: fc.boolean(),
        late: fc.boolean(),
        counting: fc.boolean(),
      }),
    ),
  });
  const changeEvent: fc.Arbitrary<ChangeEvent> = fc.record(
    {
      event: fc.constant("change"),
      ...base,
      change: fc.constantFrom(
        "founded",
        "joined",
        "removed",
        "left",
        "promoted",
      ),
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
