import { describe, expect, it } from "vitest";
import {
  catchUp,
  circleOf,
  createWorld,
  isAgreed,
  remove,
  say,
  words,
} from "./testing/circle-world.ts";

describe("a circle of three", () => {
  it("[CI-40] founds, lets in, chats both ways, removes and goes on", () => {
    const world = createWorld("story", "alice", "bob", "carol");
    expect(isAgreed(world)).toBe(true);
    say(world, "alice", "hello");
    say(world, "bob", "hi");
    expect(words(catchUp(world))).toEqual({
      alice: ["own-message", "bob: hi"],
      bob: ["alice: hello", "own-message"],
      carol: ["alice: hello", "bob: hi"],
    });
    const before = circleOf(world, "alice").log.logId;
    remove(world, "alice", "bob");
    expect(isAgreed(world)).toBe(true);
    expect(circleOf(world, "alice").log.logId).not.toEqual(before);
    say(world, "carol", "who is left?");
    expect(words(catchUp(world))).toEqual({
      alice: ["carol: who is left?"],
      bob: [],
      carol: ["own-message"],
    });
  });
});
