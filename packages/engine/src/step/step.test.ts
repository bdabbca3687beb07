import { createSeededRandom, deepFreeze } from "@halqa/testkit";
import * as mls from "@halqa/mls";
import { ready } from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { describe, expect, it } from "vitest";
import { gather, memberKey, say, texts } from "../testing/story.ts";
import { createWorld, must, settle, watchSteps } from "../testing/world.ts";
import type { RecordedStep } from "../testing/world.ts";
import { createEngineState } from "./state.ts";
import { step } from "./step.ts";

await ready;

describe("step", () => {
  it("[EN-1] leaves the state and the event that it was given as they were", () => {
    const world = createWorld("frozen", "alice", "bob");
    watchSteps(world, ({ state, event }) => {
      deepFreeze(state);
      deepFreeze(event);
    });
    const circle = gather(world, "alice", "bob");
    say(world, "bob", { circle, text: "hello" });
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    expect(texts(world, "alice", circle)).toEqual(["hello"]);
  }, 60_000);

  it("[EN-1] gives the same for the same state, event and environment", () => {
    permitNonceReuse("every step is made twice with equal randomness");
    const steps: RecordedStep[] = [];
    const world = createWorld("twice", "alice", "bob");
    watchSteps(world, (one) => steps.push(one));
    const circle = gather(world, "alice", "bob");
    say(world, "bob", { circle, text: "hello" });
    expect(steps.length).toBeGreaterThan(50);
    for (const { state, event } of steps) {
      const run = () =>
        step(state, event, {
          now: 1e12,
          random: createSeededRandom("again").bytes,
          mls,
          defaultRelay: undefined,
        });
      expect(run()).toEqual(run());
    }
  }, 60_000);

  it("[EN-1] starts once", () => {
    const env = {
      now: 0,
      random: createSeededRandom(1).bytes,
      mls,
      defaultRelay: undefined,
    };
    const started = step(createEngineState(), { type: "start" }, env);
    expect(() => step(started.state, { type: "start" }, env)).toThrow();
  });
});
