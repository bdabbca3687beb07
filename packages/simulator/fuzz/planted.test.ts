/** Faults that are planted into worlds, each of which its invariant has to see: a check that cannot fail checks nothing. */
import { describe, expect, it } from "vitest";
import { ready, xchacha20Poly1305 } from "@halqa/crypto";
import type { CircleRecord, EngineState } from "@halqa/engine/machine";
import type { Circle } from "@halqa/engine/machine";
import { drawPlan } from "../src/story/plan.ts";
import type { Plan } from "../src/story/plan-data.ts";
import { tellStory } from "../src/story/tell-story.ts";
import type { Story } from "../src/story/running-story.ts";
import { crash, start } from "../src/world/device.ts";
import type { SimDevice } from "../src/world/sim.ts";

await ready;

const calm: Plan = calmPlan();

/** A quiet story of some people who talk, with a gentle start. */
function calmPlan(): Plan {
  const drawn = drawPlan(4);
  return {
    ...drawn,
    swarm: {
      ...drawn.swarm,
      devices: 3,
      relays: 1,
      isGentleStart: true,
      attacks: [],
      weather: {
        delay: [1, 20],
        cut: 0,
        halfOpen: 0,
        twice: 0,
        swapped: 0,
        dropped: 0,
      },
    },
    happenings: [0, 1, 2, 0, 1, 2].map((who, index) => ({
      at: (index + 1) * 60_000,
      kind: "act",
      name: "say",
      who,
      dice: index,
    })),
  };
}

// As a bug would leave it; no type allows it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const broken = { lane: undefined } as unknown as Pick<EngineState, "lane">;

const AFTER_START_MS = 90_000;

/** Puts a fault into the world a while after its beginning. */
function withFault(plant: (story: Story) => void): string | undefined {
  return tellStory(calm, {
    plant: (story) =>
      story.sim.agenda.after(AFTER_START_MS, () => plant(story)),
  }).fault?.invariant;
}

function deviceOf({ sim }: Story, index: number): SimDevice {
  const device = sim.devices[index];
  if (device === undefined) throw new Error("the world has this device");
  return device;
}

/** Changes the circle of a device, as a bug in its engine would. */
function alter(
  device: SimDevice,
  change: (circle: Circle, record: CircleRecord) => Partial<CircleRecord>,
): void {
  const { durable } = device.state;
  const circles = new Map(
    [...durable.circles].map(([id, record]) => {
      const { circle } = record;
      const changed =
        circle === undefined
          ? record
          : { ...record, ...change(circle, record) };
      return [id, changed] as const;
    }),
  );
  device.state = { ...device.state, durable: { ...durable, circles } };
}

/** From now on, whenever the screen is told something. */
function onScreen(story: Story, run: (device: SimDevice) => void): void {
  story.sim.observers.push({ onScreen: run });
}

/** All read their circles again from their disks. */
function restartAll({ sim }: Story): void {
  for (const device of sim.devices) {
    crash(sim, device);
    start(sim, device);
  }
}

describe("a planted fault", () => {
  it("[SI-8] is missing at first: the quiet story holds", () => {
    expect(tellStory(calm).fault).toBeUndefined();
  });

  it("[SI-8] I0 sees an engine that breaks", () => {
    const fault = withFault((story) => {
      const device = deviceOf(story, 1);
      const { state } = device;
      device.state = {
        ...state,
        ...broken,
      };
    });
    expect(fault).toBe("I0");
  });

  it("[SI-8] I1 sees two members who read the same and are in different epochs", () => {
    const fault = withFault((story) => {
      alter(deviceOf(story, 1), (circle) => {
        const secrets = {
          ...circle.mls.secrets,
          epochAuthenticator: new Uint8Array(32),
        };
        return { circle: { ...circle, mls: { ...circle.mls, secrets } } };
      });
    });
    expect(["I1", "I2"]).toContain(fault);
  });

  it("[SI-8] I2 sees a device that is in one epoch twice", () => {
    const fault = withFault((story) => {
      for (const index of [0, 1, 2])
        alter(deviceOf(story, index), (circle) => {
          const secrets = {
            ...circle.mls.secrets,
            epochAuthenticator: new Uint8Array(32),
          };
          return { circle: { ...circle, mls: { ...circle.mls, secrets } } };
        });
    });
    expect(fault).toBe("I2");
  });

  it("[SI-8] I3 sees a message that is lost, and one that is there twice", () => {
    const lost = withFault((story) => {
      onScreen(story, ({ screen }) => {
        for (const [circle, view] of screen.timelines)
          screen.timelines.set(circle, {
            ...view,
            items: view.items.filter(
              (item) => item.item !== "message" || !item.text.endsWith("m2."),
            ),
          });
      });
    });
    const doubled = withFault((story) => {
      onScreen(story, ({ screen }) => {
        for (const [circle, view] of screen.timelines)
          screen.timelines.set(circle, {
            ...view,
            items: [...view.items, ...view.items],
          });
      });
    });
    expect([lost, doubled]).toEqual(["I3", "I3"]);
  });

  it("[SI-8] I4 sees what an author said in another order", () => {
    const fault = withFault((story) => {
      onScreen(story, ({ screen }) => {
        for (const [circle, view] of screen.timelines)
          screen.timelines.set(circle, {
            ...view,
            items: view.items.toReversed(),
          });
      });
    });
    expect(fault).toBe("I4");
  });

  it("[SI-8] I8 sees members who read different logs without an alarm", () => {
    const fault = withFault((story) => {
      story.sim.agenda.after(5 * 60_000, () => {
        alter(deviceOf(story, 1), (circle) => ({
          circle: {
            ...circle,
            log: { ...circle.log, relayHead: new Uint8Array(32) },
          },
        }));
      });
    });
    expect(["I8", "I12"]).toContain(fault);
  });

  it("[SI-8] I9 sees a screen that shows what the disk does not hold", () => {
    const fault = withFault((story) => {
      story.sim.agenda.after(5 * 60_000, () => {
        const { records } = deviceOf(story, 2).disk;
        for (const name of records.keys())
          if (name.startsWith("item/")) records.delete(name);
      });
    });
    expect(["I9", "I0"]).toContain(fault);
  });

  it("[SI-8] I10 sees what grows without end", () => {
    const fault = withFault((story) => {
      alter(deviceOf(story, 1), (_, { desk }) => ({
        desk: {
          ...desk,
          alarms: Array.from({ length: 100 }, () => ({
            kind: "halted",
            reason: "x",
          })),
        },
      }));
    });
    expect(["I10", "I0"]).toContain(fault);
  });

  it("[SI-8] I11 sees a key that seals twice under one nonce", () => {
    const fault = withFault(() => {
      for (let time = 0; time < 2; time++)
        xchacha20Poly1305.seal({
          key: new Uint8Array(32),
          nonce: new Uint8Array(24),
          aad: new Uint8Array(),
          plaintext: Uint8Array.of(time),
        });
    });
    expect(fault).toBe("I11");
  });

  it("[SI-8] I12 sees what never comes to rest", () => {
    const fault = withFault((story) => {
      // It hears nothing any more, whatever heals.
      Object.defineProperty(deviceOf(story, 2), "frozenUntil", {
        get: () => Number.MAX_SAFE_INTEGER,
        set: () => {
          // Healing does not reach it.
        },
      });
    });
    expect(fault).toBe("I12");
  });

  it("[SI-8] I13 sees somebody whom nobody let in", () => {
    const intruder = withFault((story) => {
      for (const ledger of story.ledger.circles.values())
        ledger.mayBeIn.clear();
      restartAll(story);
    });
    expect(intruder).toBe("I13");
  });

  it("[SI-8] I14 sees a screen that says sent of what nobody keeps", () => {
    const fault = withFault((story) => {
      const device = deviceOf(story, 1);
      story.sim.relays[0]?.restart();
      device.isOnline = false;
      story.sim.observers.unshift({
        onScreen: ({ screen, index }) => {
          if (index !== device.index) return;
          for (const [circle, view] of screen.timelines)
            screen.timelines.set(circle, {
              ...view,
              items: view.items.map((item) =>
                "state" in item && item.ordinal === undefined
                  ? { ...item, state: "sent" }
                  : item,
              ),
            });
        },
      });
    });
    expect(fault).toBe("I14");
  });

  it("[SI-8] I15 sees words and sizes that a relay must not see", () => {
    const talkative = withFault((story) => {
      const device = deviceOf(story, 1);
      const frame = new Uint8Array(4_096);
      frame.set(new TextEncoder().encode("qanarie"), 100);
      for (const { onFrame } of story.sim.observers)
        onFrame?.(device, frame, "up");
    });
    const odd = withFault((story) => {
      for (const { onFrame } of story.sim.observers)
        onFrame?.(deviceOf(story, 1), new Uint8Array(100), "up");
    });
    expect([talkative, odd]).toEqual(["I15", "I15"]);
  });
});
