import { describe, expect, it } from "vitest";
import {
  circleView,
  gather,
  memberKey,
  say,
  texts,
} from "../../testing/story.ts";
import { createWorld, look, must, restart, run } from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

function two(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  return { world, circle: gather(world, "alice", "bob") };
}

function lineOf(world: World, name: string) {
  return look(world, name, { query: "app" }).circles[0];
}

describe("a draft", () => {
  it("[AP-40] stays over a restart with what it answers and whom it names, and shows in the list", () => {
    const { world, circle } = two("kept");
    const answered = say(world, "bob", { circle, text: "who comes?" });
    const bob = memberKey(world, { by: "alice", circle, name: "bob" });
    const draft = { text: "I do @bob ", replyTo: answered, named: [bob] };
    must(world, "alice", { command: "keep-draft", circle, ...draft });
    restart(world, "alice");
    expect(circleView(world, "alice", circle).draft).toEqual(draft);
    expect(lineOf(world, "alice")?.draft).toBe("I do @bob ");
    expect(circleView(world, "bob", circle).draft).toBeUndefined();
  });

  it("[AP-40] goes when it is emptied, and stays when something else is sent", () => {
    const { world, circle } = two("emptied");
    must(world, "alice", { command: "keep-draft", circle, text: "later" });
    say(world, "alice", { circle, text: "now" });
    expect(circleView(world, "alice", circle).draft?.text).toBe("later");
    must(world, "alice", { command: "keep-draft", circle, text: "  " });
    expect(circleView(world, "alice", circle).draft).toBeUndefined();
    expect(lineOf(world, "alice")).not.toHaveProperty("draft");
    restart(world, "alice");
    expect(circleView(world, "alice", circle).draft).toBeUndefined();
  });

  it("[AP-40] ends in the transaction that stores its message, and in none that is refused", () => {
    const { world, circle } = two("sent");
    must(world, "alice", { command: "keep-draft", circle, text: "hello" });
    const send = { command: "send", circle, fromDraft: true } as const;
    expect(run(world, "alice", { ...send, text: " " })?.ok).toBe(false);
    expect(circleView(world, "alice", circle).draft?.text).toBe("hello");
    must(world, "alice", { ...send, text: "hello" });
    restart(world, "alice");
    expect(circleView(world, "alice", circle).draft).toBeUndefined();
    expect(texts(world, "alice", circle)).toEqual(["hello"]);
  });

  it("[AP-40] takes any text up to its bound, and refuses a longer one", () => {
    const { world, circle } = two("bounds");
    const keep = (text: string) =>
      run(world, "alice", { command: "keep-draft", circle, text });
    expect(keep("half a sign \u{d83d}")?.ok).toBe(true);
    expect(circleView(world, "alice", circle).draft?.text).toBe(
      "half a sign \u{fffd}",
    );
    expect(keep("x".repeat(65_536))?.ok).toBe(true);
    expect(keep("x".repeat(65_537))).toEqual({ ok: false, error: "bad-text" });
    expect(
      run(world, "alice", { command: "keep-draft", circle: "?", text: "x" }),
    ).toEqual({ ok: false, error: "unknown-circle" });
  });
});
