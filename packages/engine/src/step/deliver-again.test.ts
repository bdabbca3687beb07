import { describe, expect, it } from "vitest";
import { ask, circleView, found, invite } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  watchEffects,
} from "../testing/world.ts";

describe("a delivery that is made twice", () => {
  it("[EN-75] [IN-60] is delivered twice, where a crash came between storing it and acknowledging what asked for it", () => {
    const world = createWorld("deliver-again", "alice", "bob");
    const circle = found(world, "alice");
    ask(world, "bob", invite(world, "alice", { circle }));
    const bob = deviceOf(world, "bob");
    const { life } = bob;
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "commit" || bob.life !== life)
        return;
      // The answer to the steward's nonce is the last thing that this life stores.
      const stores = effect.writes.map(({ ref }) => ref.store);
      if (stores.includes("delivery")) bob.crashAt = bob.effects + 1;
    });
    const [request] = circleView(world, "alice", circle).requests;
    const asked = request?.id ?? "";
    must(world, "alice", { command: "check-request", circle, request: asked });
    expect(bob.isRunning).toBe(false);
    restart(world, "bob");
    advance(world, 60_000);
    expect(recordAt(world, "bob", circle).deliveries).toEqual([]);
    expect(bob.state.deliveries.size).toBe(0);
    const [checked] = circleView(world, "alice", circle).requests;
    expect(checked?.code).toBeDefined();
    expect(circleView(world, "bob", circle).joinCode).toBe(checked?.code);
  });
});
