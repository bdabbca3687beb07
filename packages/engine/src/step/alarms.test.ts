import { describe, expect, it } from "vitest";
import { circleView, gather, say, texts } from "../testing/story.ts";
import {
  advance,
  createWorld,
  restart,
  restartRelay,
  setOnline,
} from "../testing/world.ts";

describe("a relay that is not honest", () => {
  it("[EN-38] [EN-48] is caught when its log ends before what it has shown, and nothing more is sent", () => {
    const world = createWorld("rollback", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const backup = world.relay.history.length;
    for (let i = 0; i < 5; i++) say(world, "alice", { circle, text: `${i}` });
    world.relay.rollBack(backup);
    advance(world, 200_000);
    for (const name of ["alice", "bob"]) {
      const { alarms } = circleView(world, name, circle).summary;
      expect(alarms.map(({ kind }) => kind)).toContain("rollback");
    }
    const stored = world.relay.history.length;
    say(world, "alice", { circle, text: "waits" });
    advance(world, 200_000);
    expect(appendsSince(world, stored)).toBe(0);
    expect(texts(world, "alice", circle)).toEqual([
      "0",
      "1",
      "2",
      "3",
      "4",
      "waits",
    ]);
    restart(world, "alice");
    advance(world, 200_000);
    expect(appendsSince(world, stored)).toBe(0);
    expect(circleView(world, "alice", circle).summary.queued).toBe(1);
  });

  it("[EN-38] is caught when it shows another order than before", () => {
    const world = createWorld("fork", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    setOnline(world, "carol", false);
    const backup = world.relay.history.length;
    say(world, "alice", { circle, text: "one" });
    say(world, "bob", { circle, text: "two" });
    // Carol is shown a log in which neither was said, and writes behind that.
    setOnline(world, "alice", false);
    setOnline(world, "bob", false);
    world.relay.rollBack(backup);
    setOnline(world, "carol", true);
    say(world, "carol", { circle, text: "three" });
    say(world, "carol", { circle, text: "four" });
    say(world, "carol", { circle, text: "five" });
    setOnline(world, "alice", true);
    const { alarms } = circleView(world, "alice", circle).summary;
    expect(alarms.map(({ kind }) => kind)).toContain("fork");
  });

  it("[EN-38] raises no alarm when it is honest and starts again", () => {
    const world = createWorld("honest", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    for (let round = 0; round < 4; round++) {
      say(world, "alice", { circle, text: `a${round}` });
      restartRelay(world);
      say(world, "bob", { circle, text: `b${round}` });
      restart(world, round % 2 === 0 ? "alice" : "bob");
    }
    for (const name of ["alice", "bob"])
      expect(circleView(world, name, circle).summary.alarms).toEqual([]);
    expect(texts(world, "alice", circle)).toEqual(texts(world, "bob", circle));
  });

  it("[EN-38] is told of when it has lost the log altogether", () => {
    const world = createWorld("lost", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    world.relay.rollBack(0);
    advance(world, 200_000);
    const { alarms } = circleView(world, "bob", circle).summary;
    expect(alarms).toEqual([{ id: "rollback 0", kind: "rollback", at: 0 }]);
  });
});

function appendsSince(
  world: ReturnType<typeof createWorld>,
  count: number,
): number {
  return world.relay.history.slice(count).filter(({ t }) => t === "append")
    .length;
}
