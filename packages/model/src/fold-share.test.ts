import { describe, expect, it } from "vitest";
import { encodeContent, foldBatch } from "./index.ts";
import type { Content, ContentEvent, Item, ListEvent } from "./index.ts";

const steward = { memberKey: new Uint8Array(32).fill(1), name: "Alice" };
const bob = { memberKey: new Uint8Array(32).fill(2), name: "Bob" };
const target = new Uint8Array(16).fill(9);

function event(
  n: number,
  content: Content,
  o: Partial<ContentEvent> = {},
): ContentEvent {
  return {
    event: "content",
    id: new Uint8Array(16).fill(n),
    position: n,
    minute: 100 + n,
    content,
    author: steward,
    standing: { steward: true, pins: true, late: false, counting: true },
    ...o,
  };
}

function share(said: Content, o: object = {}): Content {
  return {
    kind: "share",
    target,
    author: bob,
    minute: 50,
    pinned: false,
    said: encodeContent(said),
    ...o,
  };
}

function fold(
  events: readonly ListEvent[],
  known: readonly Item[] = [],
): ReturnType<typeof foldBatch> {
  const at = (id: Uint8Array): Item | undefined =>
    known.find((one) => one.id.join() === id.join());
  return foldBatch(
    { item: at, hasCounted: (id) => at(id) !== undefined },
    events,
    known.length,
  );
}

const text: Content = { kind: "text", text: "our rules" };

describe("what is passed on", () => {
  it("[CT-80] counts from stewards only, and is nothing but a text, notice, task or minutes", () => {
    const nobody = { steward: false, pins: true, late: false, counting: true };
    const refused = fold([
      event(1, share(text), { standing: nobody }),
      event(2, share({ kind: "hello" })),
      event(3, share(share(text))),
      event(4, share(text, { said: new Uint8Array([9]) })),
    ]);
    expect(refused.rejected.map(({ rejected }) => rejected)).toEqual([
      "not-allowed",
      "wrong-target",
      "wrong-target",
      "wrong-target",
    ]);
    expect(refused.puts).toEqual([]);
  });

  it("[CT-81] stands under its id, as the steward's and as what is said of another", () => {
    const { puts, counted } = fold([
      event(1, share(text)),
      event(2, share(text)),
    ]);
    expect(puts).toMatchObject([
      {
        item: "message",
        id: target,
        text: "our rules",
        author: steward,
        shared: { author: bob, minute: 50 },
        minute: 101,
      },
    ]);
    expect(counted.map((id) => id[0])).toEqual([1, 9, 2]);
  });

  it("[CT-81] changes nothing where the item, or what it left, is there", () => {
    const [item] = fold([event(9, text, { id: target, author: bob })]).puts;
    const again = fold([event(1, share(text))], [item!]);
    expect(again).toMatchObject({ puts: [], rejected: [], nextOrdinal: 1 });
    expect(again.counted).toHaveLength(1);
  });

  it("[CT-82] is the author's to change and take back, and not the steward's", () => {
    const shared = event(1, share(text));
    const edit: Content = { kind: "edit", target, text: "new" };
    const byBob = { author: bob };
    expect(fold([shared, event(2, edit, byBob)]).puts[0]).toMatchObject({
      text: "new",
    });
    expect(fold([shared, event(2, edit)]).rejected).toMatchObject([
      { rejected: "not-allowed" },
    ]);
    const gone = fold([shared, event(2, { kind: "delete", target }, byBob)]);
    expect(gone.puts[0]).toMatchObject({ item: "gone", author: bob });
  });

  it("[CT-83] keeps its time, its version and its pin, and leaves out what it answers", () => {
    const fleeting: Content = {
      kind: "text",
      text: "soon gone",
      lifetime: 60,
      replyTo: new Uint8Array(16).fill(8),
    };
    const [message] = fold([event(1, share(fleeting, { pinned: true }))]).puts;
    expect(message).toMatchObject({ expires: 110, pin: { pinned: true } });
    expect(message).toMatchObject({
      replyTo: { id: new Uint8Array(16).fill(8) },
    });
    const late = { steward: true, pins: true, late: true, counting: false };
    const [unpinned] = fold([
      event(1, share(text, { pinned: true }), { standing: late }),
    ]).puts;
    expect(unpinned).not.toHaveProperty("pin");
    const notice: Content = {
      kind: "notice",
      title: "Assembly",
      when: {
        local: "2026-11-26T18:00",
        zone: "UTC",
        instant: Date.UTC(2026, 10, 26, 18),
      },
      place: "",
      agenda: "",
    };
    const update = { version: 3, state: "moved" as const };
    const [put] = fold([event(1, share(notice, { update }))]).puts;
    expect(put).toMatchObject({ update });
  });
});
