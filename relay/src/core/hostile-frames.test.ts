// A hundred thousand frames that are cut off, damaged or noise, against the core. Over real connections, `npm run
// abuse:relay` sends as many.

import { FRAME_SIZES } from "@halqa/protocol";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { hostileFrame } from "../testing/abuse/hostile-frame.ts";
import { frameOf } from "../testing/relay-client.ts";
import { createWorld } from "../testing/relay-world.ts";
import { createRelayState, relayStep, type RelayEvent } from "./index.ts";

const FRAMES = 100_000;

/** On one connection, the next one where that is ended. */
const MOST_ON_ONE = 50;

describe("frames that are none", () => {
  it("[RL-3] [RL-14] [RL-20] of 100,000, seeded, none stops the core, and nothing is left of them", () => {
    const { env } = createWorld();
    const random = createSeededRandom("hostile frames");
    const samples = Array.from({ length: 200 }, () => hostileFrame(random));
    const noise = random.bytes(2 * FRAME_SIZES[0]);
    let state = createRelayState(0);
    const tell = (event: RelayEvent): boolean => {
      const step = relayStep(state, event, env);
      state = step.state;
      return step.effects.some(({ t }) => t === "close");
    };
    const hello = frameOf({
      type: "hello",
      request: 1,
      nonce: new Uint8Array(32),
    });
    let [closed, conn, left] = [0, 0, 0];
    for (let i = 0; i < FRAMES; i++) {
      if (left === 0) {
        tell({ t: "closed", conn });
        tell({ t: "connected", conn: ++conn });
        // Half of them say it, so that more is looked at than the beginning.
        if (random.bool(0.5)) tell({ t: "frame", conn, bytes: hello });
        left = MOST_ON_ONE;
      }
      const bytes = badly(random.pick(samples));
      left -= 1;
      if (!tell({ t: "frame", conn, bytes })) continue;
      closed += 1;
      left = 0;
    }
    tell({ t: "closed", conn });
    expect(state.connections.size).toBe(0);
    // What was damaged in a body is a frame still, of somebody who has said hello.
    expect(closed).toBeGreaterThan(FRAMES / 2);

    function badly(sample: Uint8Array): Uint8Array {
      const cut = random.int(FRAME_SIZES[0]);
      switch (random.int(3)) {
        case 0:
          return mutateBytes(sample, random);
        case 1:
          return sample.subarray(0, cut);
        default:
          return noise.subarray(cut, cut + FRAME_SIZES[0]);
      }
    }
  }, 60_000);
});
