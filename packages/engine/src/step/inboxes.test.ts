import { decodeRelayFrame, packFrames } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  approveAll,
  ask,
  circleView,
  found,
  invite,
  memberNames,
  standing,
} from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  setOnline,
  settle,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import { MAX_REQUESTS } from "./limits.ts";

/** Hands a message of an inbox to a device, as its relay would. */
function deliver(world: World, name: string, body: Uint8Array): void {
  const device = deviceOf(world, name);
  const [conn] = device.conns.values();
  const keys = [...device.state.inboxes.keys()];
  const messages = keys.map((key, index) => ({
    type: "inbox-message" as const,
    inboxId: new Uint8Array(Buffer.from(key, "base64url")),
    seq: 1_000 + index,
    body,
  }));
  const [frame] = packFrames(messages);
  let isDone = false;
  world.relay.tamper = (to, original) => {
    if (isDone || to !== conn || frame === undefined) return [original];
    isDone = true;
    return [original, frame];
  };
  must(world, name, { command: "set-profile", name });
}

function acksOf(world: World): number {
  return world.relay.history.filter(({ t }) => t === "ack").length;
}

describe("inboxes", () => {
  it("[EN-70] [EN-73] acknowledge noise at once, and requests when they are settled", () => {
    const world = createWorld("noise", "alice", "bob", "carol");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    const before = acksOf(world);
    ask(world, "bob", link);
    expect(acksOf(world)).toBe(before);
    deliver(world, "alice", new Uint8Array(3_840).fill(7));
    ask(world, "carol", link);
    world.relay.tamper = undefined;
    settle(world);
    expect(acksOf(world)).toBe(before + 1);
    expect(circleView(world, "alice", circle).requests).toHaveLength(2);
    approveAll(world, "alice", circle);
    expect(acksOf(world)).toBeGreaterThanOrEqual(before + 3);
    expect(
      deviceOf(world, "alice").state.durable.circles.get(circle)?.requests,
    ).toEqual([]);
  });

  it("[EN-71] are made again by whoever opens them", () => {
    const world = createWorld("made", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    const made = (): number =>
      world.relay.history.filter(({ t }) => t === "create-inbox").length;
    const before = made();
    restart(world, "alice");
    // That of the invite, and her own.
    expect(made()).toBe(before + 2);
    ask(world, "bob", link);
    approveAll(world, "alice", circle);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[EN-63] keep a Welcome that came while nobody was there", () => {
    const world = createWorld("kept", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    setOnline(world, "bob", false);
    approveAll(world, "alice", circle);
    setOnline(world, "alice", false);
    setOnline(world, "bob", true);
    expect(standing(world, "bob", circle)).toBe("unconfirmed");
    expect(memberNames(world, "bob", circle)).toEqual(["alice", "bob"]);
  });

  it("[EN-75] [EN-76] deliver Welcomes until they are there, and give up inboxes that take nothing", () => {
    const world = createWorld("deliver", "alice", "bob", "carol");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    let refused = 0;
    world.relay.tamper = (_, frame) => {
      const commands = decodeRelayFrame(frame);
      if (!commands.ok) return [frame];
      return packFrames(
        commands.value.map((command) => {
          const isBox =
            command.type === "ok" &&
            [...deviceOf(world, "alice").state.deliveries.values()].some(
              ({ state, taken }) => state === "asked" && taken === 2,
            );
          if (!isBox) return command;
          refused++;
          return { type: "error", request: command.request, code: "quota" };
        }),
      );
    };
    approveAll(world, "alice", circle);
    expect(refused).toBe(1);
    restart(world, "alice");
    expect(
      deviceOf(world, "alice").state.durable.circles.get(circle)?.deliveries,
    ).toHaveLength(1);
    advance(world, 300_000);
    expect(refused).toBeGreaterThan(3);
    expect(
      deviceOf(world, "alice").state.durable.circles.get(circle)?.deliveries,
    ).toEqual([]);
    world.relay.tamper = undefined;
    ask(world, "carol", link);
    approveAll(world, "alice", circle);
    expect(standing(world, "carol", circle)).toBe("member");
  });

  it("[EN-80] hold a bounded number of requests; the others stay where they are", () => {
    const world = createWorld("many", "alice", "bob");
    const circle = found(world, "alice");
    const links = [1, 2].map(() => invite(world, "alice", { circle }));
    const asked = MAX_REQUESTS + 4;
    for (let i = 0; i < asked; i++) {
      ask(world, "bob", links[i % 2] ?? "");
      must(world, "bob", { command: "forget-circle", circle });
    }
    const ids = circleView(world, "alice", circle).requests.map(({ id }) => id);
    expect(new Set(ids).size).toBe(MAX_REQUESTS);
    for (const request of ids.slice(0, 10))
      must(world, "alice", { command: "decline", circle, request });
    restart(world, "alice");
    expect(circleView(world, "alice", circle).requests).toHaveLength(
      asked - 10,
    );
  }, 60_000);
});
