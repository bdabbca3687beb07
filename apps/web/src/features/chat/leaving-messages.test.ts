import type { MessageItem } from "@halqa/engine";
import { describe, expect, it } from "vitest";
import { stillLeaving, withLeaving } from "./leaving-messages.ts";

const author = { member: "m", name: "Anna", own: true };

function message(id: string, rest: Partial<MessageItem> = {}): MessageItem {
  return {
    item: "message",
    id,
    text: "hello",
    author,
    at: 0,
    state: "queued",
    reactions: [],
    ...rest,
  };
}

const leaving = { key: "leaving 1", item: message("leaving 1") };

describe("a message that leaves", () => {
  it("[AP-42] stands last until the engine's own item is there, and never beside it", () => {
    const old = message("a", { ordinal: 0 });
    expect(withLeaving([old], [leaving])).toEqual([old, leaving.item]);
    const queued = message("b");
    expect(withLeaving([old, queued], [leaving])).toEqual([old, queued]);
    const stored = { ...leaving, id: "b" };
    expect(withLeaving([old], [stored])).toEqual([old, leaving.item]);
    const seen = [old, message("b", { ordinal: 1, state: "sent" })];
    expect(withLeaving(seen, [stored])).toEqual(seen);
  });

  it("[AP-42] is forgotten once its item has been seen, also where that goes again", () => {
    const stored = { ...leaving, id: "b" };
    expect(stillLeaving([], [stored])).toEqual([stored]);
    expect(stillLeaving([message("b")], [stored])).toEqual([]);
    const waiting = [leaving];
    expect(stillLeaving([message("b")], waiting)).toBe(waiting);
  });
});
