/** Roles, leaving, help without a steward, and the end of a circle, with one device dropped on the way. */
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { describe, expect, it } from "vitest";
import { insist, peek, until } from "./testing/crash-story.ts";
import { gather } from "./testing/story.ts";
import { createWorld, deviceOf } from "./testing/world.ts";
import type { World } from "./testing/world.ts";
import type { Command } from "./views/command.ts";
import type { CircleView } from "./views/view.ts";

// All of them with HALQA_EVERY_CRASH=1; by default a share of the places where a device can be dropped.
const stride = process.env["HALQA_EVERY_CRASH"] === undefined ? 23 : 1;
const NAMES = ["alice", "bob", "carol", "dave"] as const;

interface Told {
  readonly world: World;
  readonly circle: string;
  /** What each device had done when everybody was in, and at the end. */
  readonly from: number;
  readonly to: number;
}

/** Nothing is counted before all are in. */
function tell(device: string, at: number): Told {
  const world = createWorld("crash roles", ...NAMES);
  const circle = gather(world, "alice", "bob", "carol", "dave");
  const from = deviceOf(world, device).effects;
  deviceOf(world, device).crashAt = from + at;
  const seen = (name: string): CircleView | undefined =>
    peek(world, name, { query: "circle", circle });
  const member = (name: string): string =>
    seen("dave")?.members.find((one) => one.name === name)?.member ?? "";
  const role = (by: string, name: string): string =>
    seen(by)?.members.find((one) => one.name === name)?.role ?? "none";
  const acts = (
    name: string,
    o: { readonly command: Command; readonly isSo: () => boolean },
  ): void => {
    const { command, isSo } = o;
    const isDone = (): boolean =>
      isSo() || (seen(name)?.pending.length ?? 0) > 0;
    insist(world, name, { command, isDone });
    until(world, isSo);
  };
  const [bob, carol] = [member("bob"), member("carol")];
  acts("alice", {
    command: { command: "promote", circle, member: bob },
    isSo: () => role("bob", "bob") === "steward",
  });
  acts("bob", {
    command: { command: "rename-circle", circle, name: "Kitchen" },
    isSo: () => seen("dave")?.summary.name === "Kitchen",
  });
  acts("alice", {
    command: { command: "leave-circle", circle },
    isSo: () => role("dave", "alice") === "none",
  });
  for (const name of ["dave", "carol"])
    insist(world, name, {
      command: { command: "ask-promotion", circle, member: carol },
      isDone: () =>
        role(name, "carol") === "steward" ||
        seen(name)?.petitions.some(({ approved }) => approved) === true,
    });
  until(world, () => role("bob", "carol") === "steward");
  acts("carol", {
    command: { command: "close-circle", circle },
    isSo: () => seen("dave")?.summary.closed === true,
  });
  until(world, () => seen("bob")?.summary.closed === true);
  return { world, circle, from, to: deviceOf(world, device).effects };
}

describe("a device dropped while roles change", () => {
  for (const [index, device] of NAMES.entries()) {
    it(`[EN-12] [EN-121] [EN-122] [EN-123] [EN-124] comes to what everybody wanted: ${device}`, () => {
      permitNonceReuse(
        "what was built and not stored is built again, byte for byte, before it leaves",
      );
      const whole = tell(device, 1e9);
      for (let at = 1 + index; at <= whole.to - whole.from; at += stride) {
        const { world, circle } = tell(device, at);
        const views = ["bob", "carol", "dave"].map((name) =>
          peek(world, name, { query: "circle", circle }),
        );
        for (const view of views) {
          expect([at, view?.summary.alarms, view?.pending]).toEqual([
            at,
            [],
            [],
          ]);
          expect(view?.members.map(({ name, role }) => [name, role])).toEqual([
            ["bob", "steward"],
            ["carol", "steward"],
            ["dave", "member"],
          ]);
        }
      }
    }, 60_000);
  }
});
