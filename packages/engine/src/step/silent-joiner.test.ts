import { describe, expect, it } from "vitest";
import {
  approveAll,
  ask,
  found,
  invite,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import { createWorld, setOnline } from "../testing/world.ts";
import type { World } from "../testing/world.ts";

function appends(world: World): number {
  return world.relay.history.filter(({ t }) => t === "append").length;
}

describe("a joiner whom nobody answered", () => {
  it("[EN-66] puts no words into the log", () => {
    const world = createWorld("silent", "alice", "bob");
    const circle = found(world, "alice");
    ask(world, "bob", invite(world, "alice", { circle }));
    setOnline(world, "bob", false);
    approveAll(world, "alice", circle);
    setOnline(world, "alice", false);
    setOnline(world, "bob", true);
    expect(standing(world, "bob", circle)).toBe("unconfirmed");
    const before = appends(world);
    say(world, "bob", { circle, text: "too early" });
    expect(appends(world)).toBe(before);
    setOnline(world, "alice", true);
    expect(texts(world, "alice", circle)).toEqual(["too early"]);
  });
});
