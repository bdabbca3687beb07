/** Linking a device with either one dropped on the way: it goes on where it was, and nothing is granted twice or half. */
import { describe, expect, it } from "vitest";
import { heal, insist, peek, textsOf, until } from "./testing/crash-story.ts";
import { gather } from "./testing/story.ts";
import { addDevice, createWorld, deviceOf, settle } from "./testing/world.ts";
import type { World } from "./testing/world.ts";
import type { LinkingView } from "./views/view.ts";

// All of them with HALQA_EVERY_CRASH=1; by default a share of the places where a device can be dropped.
const stride = process.env["HALQA_EVERY_CRASH"] === undefined ? 17 : 1;

interface Told {
  readonly world: World;
  readonly circle: string;
  readonly from: number;
  readonly to: number;
}

function tell(device: "bob" | "phone", at: number): Told {
  const world = createWorld("crash link", "alice", "bob");
  const circle = gather(world, "alice", "bob");
  addDevice(world, "phone");
  settle(world);
  const from = deviceOf(world, device).effects;
  deviceOf(world, device).crashAt = from + at;
  const seen = (name: string): LinkingView | undefined =>
    peek(world, name, { query: "app" })?.linking;
  insist(world, "phone", {
    command: { command: "start-linking" },
    isDone: () => seen("phone") !== undefined,
  });
  const link = seen("phone")?.link ?? "";
  insist(world, "bob", {
    command: { command: "link-device", link },
    isDone: () => seen("bob") !== undefined,
  });
  until(world, () => seen("bob")?.code !== undefined);
  until(world, () => seen("phone")?.code !== undefined);
  expect(seen("bob")?.code).toBe(seen("phone")?.code);
  for (const name of ["phone", "bob"])
    insist(world, name, {
      command: { command: "confirm-linking" },
      isDone: () => seen(name)?.state !== "comparing",
    });
  until(world, () => standing(world, circle) === "member");
  insist(world, "phone", {
    command: { command: "send", circle, text: "here" },
    isDone: () => textsOf(world, "phone", circle).includes("here"),
  });
  until(world, () =>
    ["alice", "bob"].every((name) =>
      textsOf(world, name, circle).includes("here"),
    ),
  );
  heal(world);
  return { world, circle, from, to: deviceOf(world, device).effects };
}

function standing(world: World, circle: string): string | undefined {
  const view = peek(world, "phone", { query: "circle", circle });
  return view?.summary.standing;
}

describe("a device that is dropped while it links", () => {
  it.each(["bob", "phone"] as const)(
    "[LK-11] [LK-16] goes on where it was: %s",
    (device) => {
      const whole = tell(device, Number.MAX_SAFE_INTEGER);
      const places = whole.to - whole.from;
      for (let at = 1; at < places; at += stride) {
        const { world, circle } = tell(device, at);
        const view = peek(world, "alice", { query: "circle", circle });
        const devices = view?.members.map(({ devices: count }) => count);
        expect([at, devices]).toEqual([at, [1, 2]]);
        for (const name of ["bob", "phone"])
          expect(peek(world, name, { query: "app" })?.linking).toMatchObject({
            state: "done",
            circles: 1,
          });
      }
    },
    120_000,
  );
});
