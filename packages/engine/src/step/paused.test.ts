/** A circle that asks for a newer version of this program (docs/spec/repair.md, RP-35; docs/spec/circle.md, CI-50). */
import { describe, expect, it } from "vitest";
import { circleView, gather, say, texts } from "../testing/story.ts";
import { askForNewer } from "../testing/trouble.ts";
import { advance, createWorld, must, run } from "../testing/world.ts";

const MINUTE = 60_000;

function paused(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  say(world, "alice", { circle, text: "before" });
  askForNewer(world, "bob", circle);
  say(world, "alice", { circle, text: "behind" });
  advance(world, MINUTE);
  return { world, circle };
}

describe("a circle that asks for a newer program", () => {
  it("[RP-35] [VW-65] says so to its person, and nothing else is wrong with it", () => {
    const { world, circle } = paused("paused sign");
    must(world, "bob", { command: "send", circle, text: "waits" });
    advance(world, MINUTE);
    const { summary } = circleView(world, "bob", circle);
    expect(summary.alarms).toEqual([
      { id: "newer-version 2", kind: "newer-version", version: 2 },
    ]);
    expect(summary).toMatchObject({ standing: "member", queued: 1 });
    expect(summary.repair).toBeUndefined();
    expect(texts(world, "bob", circle)).toEqual(["before", "waits"]);
    expect(texts(world, "alice", circle)).toEqual(["before", "behind"]);
    expect(circleView(world, "alice", circle).summary.alarms).toEqual([]);
  });

  it("[RP-35] is a sign that no person's word takes away, and no reason to be let in again", () => {
    const { world, circle } = paused("paused stays");
    const alarm = "newer-version 2";
    expect(
      run(world, "bob", { command: "acknowledge-alarm", circle, alarm }),
    ).toEqual({ ok: false, error: "unknown-item" });
    expect(run(world, "bob", { command: "repair", circle })).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
    expect(circleView(world, "bob", circle).summary.alarms).toHaveLength(1);
  });
});
