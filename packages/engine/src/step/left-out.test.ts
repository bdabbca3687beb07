import {
  decodeClientFrame,
  decodeRelayFrame,
  packFrames,
} from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { circleView, gather, say, texts } from "../testing/story.ts";
import {
  begin,
  createWorld,
  deviceOf,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

/** Changes what the relay says to bob. */
function tamper(
  world: World,
  change: (command: RelayCommand) => readonly RelayCommand[],
): void {
  const [conn] = deviceOf(world, "bob").conns.values();
  world.relay.tamper = (to, frame) => {
    const commands = decodeRelayFrame(frame);
    if (to !== conn || !commands.ok) return [frame];
    const changed = commands.value.flatMap(change);
    return changed.length === 0 ? [] : packFrames(changed);
  };
}

describe("what a relay leaves out", () => {
  it("[EN-35] is read before what came behind it", () => {
    const world = createWorld("gap", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    // Nothing tells of the first one, not even a head.
    tamper(world, () => []);
    say(world, "alice", { circle, text: "one" });
    world.relay.tamper = undefined;
    expect(texts(world, "bob", circle)).toEqual([]);
    say(world, "alice", { circle, text: "two" });
    expect(texts(world, "bob", circle)).toEqual(["one", "two"]);
  });

  it("[EN-33] is not asked for again at once", () => {
    const world = createWorld("stuck", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    let reads = 0;
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      const all = commands.ok ? commands.value : [];
      reads += all.filter(({ type }) => type === "read").length;
    });
    // It falls silent before a device that asks without end would keep the world from coming to rest.
    tamper(world, (one) => (one.type === "entry" || reads > 20 ? [] : [one]));
    begin(world, "alice", { command: "send", circle, text: "withheld" });
    settle(world);
    expect(reads).toBe(1);
  });

  it("[EN-38] is no head that nobody signed, and no contradiction either", () => {
    const world = createWorld("unsigned", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    let changed = 0;
    tamper(world, (one) => {
      if (one.type !== "head") return [one];
      changed++;
      return [{ ...one, head: one.head.map((octet) => octet ^ 1) }];
    });
    for (const text of ["one", "two"]) say(world, "alice", { circle, text });
    expect(changed).toBeGreaterThan(0);
    expect(texts(world, "bob", circle)).toEqual(["one", "two"]);
    expect(circleView(world, "bob", circle).summary.alarms).toEqual([]);
  });
});
