import { describe, expect, it } from "vitest";
import { plantLargeCommit } from "../testing/large-commit.ts";
import { makeSteward } from "../testing/second-steward.ts";
import { gather, invite, say, texts } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  restart,
  restartRelay,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

const PADDING = 200_000;

function epochs(world: World, circle: string): readonly bigint[] {
  return [...world.devices.keys()].map(
    (name) => recordAt(world, name, circle).circle?.mls.context.epoch ?? -1n,
  );
}

describe("a commit that fits no entry", () => {
  it("[CI-145] leaves piece by piece, over restarts of its maker, of readers and of the relay", () => {
    const world = createWorld("large", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const [before = 0n] = epochs(world, circle);
    plantLargeCommit(world, { by: "alice", circle, padding: PADDING });
    say(world, "alice", { circle, text: "first" });
    for (let i = 0; i < 3; i++) {
      deviceOf(world, "alice").crashAt = deviceOf(world, "alice").effects + 7;
      advance(world, 60_000);
      if (!deviceOf(world, "alice").isRunning) restart(world, "alice");
      restart(world, "bob");
      if (i === 1) restartRelay(world);
    }
    advance(world, 200_000);
    expect(new Set(epochs(world, circle))).toEqual(new Set([before + 1n]));
    for (const name of ["alice", "bob", "carol"])
      expect(recordAt(world, name, circle).circle?.fragments).toEqual([]);
    expect(recordAt(world, "alice", circle).planned).toBeUndefined();
    say(world, "carol", { circle, text: "second" });
    expect(texts(world, "bob", circle)).toEqual(["first", "second"]);
  });

  it("[EN-14] has the tree written once, not for each of its pieces", () => {
    const world = createWorld("pieces", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const stored: string[] = [];
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "commit") return;
      for (const { ref, value } of effect.writes)
        if (ref.store === "circle" && value !== undefined) stored.push(ref.id);
    });
    plantLargeCommit(world, { by: "alice", circle, padding: PADDING });
    advance(world, 60_000);
    expect(epochs(world, circle)[1]).toBe(epochs(world, circle)[0]);
    const commitParts = stored.filter((id) => id.endsWith("/commit"));
    expect(commitParts).toHaveLength(1);
    expect(stored.length).toBeGreaterThan(3);
    restart(world, "bob");
    say(world, "alice", { circle, text: "after" });
    expect(texts(world, "bob", circle)).toEqual(["after"]);
  });

  it("[CI-145] [EN-53] is dropped when another commit ends its epoch", () => {
    const world = createWorld("overtaken", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    makeSteward(world, { by: "alice", circle, name: "bob" });
    plantLargeCommit(world, { by: "alice", circle, padding: PADDING });
    deviceOf(world, "alice").isMute = true;
    invite(world, "bob", { circle });
    deviceOf(world, "alice").isMute = false;
    advance(world, 200_000);
    settle(world);
    const found = epochs(world, circle);
    expect(new Set(found).size).toBe(1);
    expect(recordAt(world, "alice", circle).planned).toBeUndefined();
    say(world, "alice", { circle, text: "fine" });
    expect(texts(world, "carol", circle)).toEqual(["fine"]);
  });
});
