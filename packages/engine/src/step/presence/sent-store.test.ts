import { describe, expect, it } from "vitest";
import { sha256 } from "@halqa/crypto";
import { encodeContent, itemIdOf } from "@halqa/model";
import type { Content } from "@halqa/model";
import type { OutboxItem } from "../durable.ts";
import { freshSent, keepSent, resend } from "./sent-store.ts";
import type { SentMessage } from "./sent-message.ts";

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const memberKey = new Uint8Array(32).fill(7);

function itemOf(number: number, content: Content): OutboxItem {
  return {
    messageId: new Uint8Array(16).fill(number),
    minute: Math.floor(NOW / 60_000),
    content: encodeContent(content),
    sealed: undefined,
    earlier: [],
    distrusted: [],
    counted: { epoch: 1n, number, before: undefined },
    failure: undefined,
  };
}

/** The store after these, with their place as number. */
function storeOf(...contents: readonly Content[]): readonly SentMessage[] {
  return contents.reduce<readonly SentMessage[]>(
    (sent, content, number) =>
      keepSent(sent, { item: itemOf(number, content), content, memberKey }),
    [],
  );
}

function asked(
  sent: readonly SentMessage[],
  numbers: readonly number[],
  now = NOW,
): readonly number[] {
  const { outbox } = resend({ sent, outbox: [] }, { epoch: 1n, numbers }, now);
  return outbox.map(({ messageId }) => messageId[0] ?? -1);
}

const text = (words: string): Content => ({ kind: "text", text: words });
const react = (emoji: string): Content => ({
  kind: "reaction",
  target: new Uint8Array(16),
  emoji,
});

describe("what can be said again", () => {
  it("[PR-23] is said under the same id and number, thrice at most, and not within an hour", () => {
    let state = {
      sent: storeOf(text("a"), text("b")),
      outbox: [] as readonly OutboxItem[],
    };
    const times: number[] = [];
    for (let hour = 0; hour < 10; hour++) {
      for (const minutes of [0, 30]) {
        const now = NOW + hour * HOUR + minutes * 60_000;
        const after = resend(
          { ...state, outbox: [] },
          { epoch: 1n, numbers: [1] },
          now,
        );
        if (after.outbox.length > 0) times.push(now);
        for (const one of after.outbox)
          expect(one).toMatchObject({
            messageId: new Uint8Array(16).fill(1),
            counted: { epoch: 1n, number: 1 },
          });
        state = after;
      }
    }
    expect(times).toEqual([NOW, NOW + HOUR, NOW + 2 * HOUR]);
  });

  it("[PR-23] is not said while it waits, nor under another number", () => {
    const sent = storeOf(text("a"));
    const first = resend(
      { sent, outbox: [] },
      { epoch: 1n, numbers: [0] },
      NOW,
    );
    const again = resend(first, { epoch: 1n, numbers: [0] }, NOW + 5 * HOUR);
    expect(again.outbox).toHaveLength(1);
    expect(asked(sent, [1])).toEqual([]);
    expect(
      resend({ sent, outbox: [] }, { epoch: 2n, numbers: [0] }, NOW).outbox,
    ).toEqual([]);
  });

  it("[PR-23] is at most 16 within an hour, whoever asks", () => {
    const sent = storeOf(
      ...Array.from({ length: 30 }, (_, at) => text(`${at}`)),
    );
    const all = Array.from({ length: 30 }, (_, at) => at);
    expect(asked(sent, all)).toHaveLength(16);
  });

  it("[PR-23] is nothing that was taken back, disappeared, was done over or is judged by its place", () => {
    const target = itemIdOf(sha256, memberKey, new Uint8Array(16).fill(0));
    expect(
      asked(storeOf(text("a"), { kind: "delete", target }), [0, 1]),
    ).toEqual([1]);
    expect(asked(storeOf(react("👍"), react("")), [0, 1])).toEqual([1]);
    expect(
      asked(
        storeOf({ kind: "pin", target: new Uint8Array(16), pinned: true }),
        [0],
      ),
    ).toEqual([]);
    const fleeting = storeOf({ kind: "text", text: "soon gone", lifetime: 60 });
    expect(asked(fleeting, [0], NOW + HOUR / 2)).toEqual([0]);
    expect(freshSent(fleeting, NOW + HOUR)).toEqual([]);
  });

  it("[PR-24] is 32 messages and 128 KiB of a week", () => {
    const many = storeOf(
      ...Array.from({ length: 40 }, (_, at) => text(`${at}`)),
    );
    expect(many).toHaveLength(32);
    expect(many[0]?.messageId[0]).toBe(8);
    const long = storeOf(
      ...Array.from({ length: 12 }, () => text("x".repeat(16_000))),
    );
    expect(long).toHaveLength(8);
    expect(freshSent(many, NOW + 8 * 24 * HOUR)).toEqual([]);
  });
});
