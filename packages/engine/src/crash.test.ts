import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { describe, expect, it } from "vitest";
import { tellCrashStory, textsOf } from "./testing/crash-story.ts";
import { deviceOf } from "./testing/world.ts";

// All of them with HALQA_EVERY_CRASH=1; by default a share of the places where a device can be dropped.
const stride = process.env["HALQA_EVERY_CRASH"] === undefined ? 29 : 1;

describe("a device dropped after an effect", () => {
  for (const [index, device] of ["alice", "bob", "carol"].entries()) {
    it(`[EN-12] [EN-46] [EN-56] loses nothing and doubles nothing: ${device}`, () => {
      permitNonceReuse(
        "what was built and not stored is built again, byte for byte, before it leaves",
      );
      const whole = tellCrashStory({ seed: "crash", device, at: 1e9 });
      const effects = deviceOf(whole.world, device).effects;
      const faults: string[] = [];
      for (let at = 1 + index * 7; at <= effects; at += stride) {
        try {
          const { world, circle, texts } = tellCrashStory({
            seed: `crash ${at}`,
            device,
            at,
          });
          const alice = textsOf(world, "alice", circle);
          expect(alice.toSorted()).toEqual([...texts].toSorted());
          expect(textsOf(world, "bob", circle)).toEqual(alice);
          expect(textsOf(world, "carol", circle)).toEqual(alice.slice(0, 6));
        } catch (fault) {
          faults.push(`${device} at ${at}: ${String(fault).slice(0, 400)}`);
        }
      }
      expect(faults).toEqual([]);
    }, 600_000);
  }
});
