import { describe, expect, it } from "vitest";
import { people } from "../testing/arbitraries.ts";
import type { MessageItem } from "./item.ts";
import {
  emptySummary,
  foldSummary,
  itemToView,
  markRead,
  searchTextOf,
  summaryToView,
} from "./index.ts";

const [layla, jose] = people;
const secret = new Uint8Array(32).fill(0xee);
const message: MessageItem = {
  item: "message",
  id: new Uint8Array(16).fill(1),
  ordinal: 0,
  position: 1,
  minute: 29_000_000,
  author: layla,
  text: "@José look",
  mentions: [{ memberKey: jose.memberKey, at: 0, length: 5 }],
  attachments: [
    {
      kind: "photo",
      chunks: [{ blobId: secret, parts: 1 }],
      key: secret,
      hash: secret,
      size: 10,
      mediaType: "image/jpeg",
      name: "poster.jpg",
      thumbnail: { at: "here", bytes: Uint8Array.of(1, 2) },
      width: 4,
    },
  ],
  reactions: [],
};
const hidden: MessageItem = {
  ...message,
  hide: { memberKey: jose.memberKey, position: 2, reason: "danger" },
};
const roster = { own: jose.memberKey, names: new Map<string, string>() };
const context = { roster, item: () => undefined };

describe("what of an item is told", () => {
  it("[CT-58] to a search: its words and the names of its files, and whether it will go", () => {
    expect(searchTextOf(message)).toEqual({
      text: "@José look\nposter.jpg",
      fleeting: false,
    });
    expect(searchTextOf({ ...message, expires: 9 })).toMatchObject({
      fleeting: true,
    });
    expect(searchTextOf(hidden)).toBeUndefined();
    const { id, position, minute, author } = message;
    const placed = { id, position, minute, author };
    const gone = { was: "message", cause: "deleted" } as const;
    expect(searchTextOf({ item: "gone", ...placed, ...gone })).toBeUndefined();
  });

  it("[CT-57] of an attachment: what it is, neither its key nor where it lies", () => {
    expect(itemToView(message, context)).toMatchObject({
      attachments: [
        {
          kind: "photo",
          name: "poster.jpg",
          mediaType: "image/jpeg",
          size: 10,
          width: 4,
          thumbnail: "AQI",
        },
      ],
      mentions: [{ own: true, at: 0, length: 5 }],
    });
    expect(JSON.stringify(itemToView(message, context))).not.toContain("7u7u");
  });

  it("[CT-56] of what is hidden: that it is, and why", () => {
    const view = itemToView(hidden, context);
    expect(view).toMatchObject({ text: "", hidden: { reason: "danger" } });
    expect(JSON.stringify(view)).not.toMatch(/look|poster/);
    const now = { own: jose.memberKey, minute: 0 };
    const { last } = foldSummary(emptySummary, [hidden], now);
    expect(last).toMatchObject({ text: "" });
    expect(last).not.toHaveProperty("attachment");
  });

  it("[CT-46] to whom it mentions, until it is read or gone", () => {
    const now = { own: jose.memberKey, minute: 0 };
    const summary = foldSummary(emptySummary, [message], now);
    expect(summary).toMatchObject({ unread: [0], mentions: [0] });
    expect(summaryToView(summary, { roster })).toMatchObject({
      unread: 1,
      mentions: 1,
      last: { attachment: "photo" },
    });
    expect(markRead(summary, 0).mentions).toEqual([]);
    const { id, ordinal, position, minute, author } = message;
    const gone = foldSummary(
      summary,
      [
        {
          item: "gone",
          id,
          ordinal: ordinal!,
          position,
          minute,
          author,
          was: "message",
          cause: "deleted",
        },
      ],
      now,
    );
    expect(gone).toMatchObject({ unread: [], mentions: [] });
    const mine = { own: layla.memberKey, minute: 0 };
    expect(foldSummary(emptySummary, [message], mine).mentions).toEqual([]);
  });
});
