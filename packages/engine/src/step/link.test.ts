import { encodeBase64url } from "@halqa/bytes";
import {
  decodeClientFrame,
  decodeRelayFrame,
  packFrames,
} from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { createSimulatedRelay } from "../testing/simulated-relay.ts";
import { circleView, found, gather, say, texts } from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import { ANSWER_MS, LAST_RETRY_MS, QUIET_MS } from "./limits.ts";

/** Replaces what the relay says. */
function tamper(
  world: World,
  change: (command: RelayCommand) => readonly RelayCommand[],
): void {
  world.relay.tamper = (_, frame) => {
    const commands = decodeRelayFrame(frame);
    return commands.ok ? packFrames(commands.value.flatMap(change)) : [frame];
  };
}

function relayStates(world: World, name: string): readonly string[] {
  return look(world, name, { query: "app" }).relays.map(({ state }) => state);
}

describe("a connection to a relay", () => {
  it("[EN-20] is made to relays of the person's circles and to no other", () => {
    const world = createWorld("only", "alice", "bob");
    const urls: string[] = [];
    watchEffects(world, (_, effect) => {
      if (effect.type === "connect") urls.push(effect.url);
    });
    must(world, "alice", { command: "set-profile", name: "alice" });
    restart(world, "bob");
    expect(urls).toEqual([]);
    found(world, "alice");
    expect(new Set(urls)).toEqual(new Set([world.relay.url]));
    expect(look(world, "bob", { query: "app" }).relays).toEqual([]);
  });

  it("[EN-20] ends when no circle needs the relay any more", () => {
    const world = createWorld("end", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const [member] = circleView(world, "alice", circle).members.filter(
      ({ own }) => !own,
    );
    must(world, "alice", {
      command: "remove-member",
      circle,
      member: member?.member ?? "",
    });
    settle(world);
    expect(look(world, "bob", { query: "app" }).relays).toEqual([]);
    expect(deviceOf(world, "bob").conns.size).toBe(0);
  });

  it("[EN-21] proves nothing to whoever has not the pinned key", () => {
    const world = createWorld("pinned", "alice");
    const circle = found(world, "alice");
    const other = createSimulatedRelay("other", world.relay.url);
    const honest = { ...world.relay };
    const sent: string[] = [];
    watchEffects(world, (_, effect) => {
      if (effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      if (commands.ok) sent.push(...commands.value.map(({ type }) => type));
    });
    Object.assign(world.relay, {
      connect: other.connect,
      frame: other.frame,
      close: other.close,
    });
    honest.restart();
    advance(world, 300_000);
    expect(relayStates(world, "alice")).toEqual(["refused"]);
    expect(new Set(sent)).toEqual(new Set(["hello"]));
    Object.assign(world.relay, {
      connect: honest.connect,
      frame: honest.frame,
      close: honest.close,
    });
    advance(world, 300_000);
    expect(relayStates(world, "alice")).toEqual(["online"]);
    say(world, "alice", { circle, text: "still here" });
    expect(circleView(world, "alice", circle).summary.queued).toBe(0);
  });

  it("[EN-21] believes no welcome for another nonce", () => {
    const world = createWorld("replayed", "alice");
    const recorded: Uint8Array[] = [];
    world.relay.tamper = (_, frame) => {
      const commands = decodeRelayFrame(frame);
      const isWelcome =
        commands.ok && commands.value.some(({ type }) => type === "welcome");
      if (isWelcome) recorded.push(frame);
      return isWelcome ? [recorded[0] ?? frame] : [frame];
    };
    found(world, "alice");
    expect(relayStates(world, "alice")).toEqual(["online"]);
    restart(world, "alice");
    expect(relayStates(world, "alice")).toEqual(["refused"]);
  });

  it("[EN-22] is tried again after waits that double, with jitter, up to two minutes", () => {
    const world = createWorld("waits", "alice", "bob");
    gather(world, "alice", "bob");
    const waits = new Map<string, number[]>();
    watchEffects(world, (device, effect) => {
      if (effect.type !== "timer" || !effect.id.startsWith("retry ")) return;
      waits.set(device, [...(waits.get(device) ?? []), effect.afterMs]);
    });
    for (const name of ["alice", "bob"]) deviceOf(world, name).isOnline = false;
    world.relay.restart();
    advance(world, 1_500_000);
    const [alice = [], bob = []] = [...waits.values()];
    expect(alice.length).toBeGreaterThan(8);
    for (const [index, wait] of alice.entries()) {
      const whole = Math.min(1_000 * 2 ** index, LAST_RETRY_MS);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole);
    }
    expect(alice).not.toEqual(bob);
    expect(relayStates(world, "alice")).toEqual(["offline"]);
  });

  it("[EN-23] is given up when an answer does not come, and everything goes on from what is stored", () => {
    const world = createWorld("silent", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    tamper(world, (command) =>
      command.type === "appended" || command.type === "entry" ? [] : [command],
    );
    say(world, "alice", { circle, text: "no answer" });
    expect(relayStates(world, "alice")).toEqual(["online"]);
    world.relay.tamper = undefined;
    advance(world, ANSWER_MS + 200_000);
    expect(texts(world, "bob", circle)).toEqual(["no answer"]);
    expect(texts(world, "alice", circle)).toEqual(["no answer"]);
    expect(circleView(world, "alice", circle).summary.queued).toBe(0);
  });

  it("[EN-23] asks a silent relay for a sign, and goes when there is none", () => {
    const world = createWorld("ping", "alice");
    found(world, "alice");
    const conns = new Set<number>();
    watchEffects(world, (_, effect) => {
      if (effect.type === "connect") conns.add(effect.conn);
    });
    advance(world, 10 * QUIET_MS);
    expect(conns.size).toBe(0);
    tamper(world, () => []);
    advance(world, 3 * QUIET_MS);
    expect(conns.size).toBeGreaterThan(0);
  });

  it("[EN-24] ends on bytes that are no frame, and on an answer to another question", () => {
    const world = createWorld("garbage", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    world.relay.tamper = (_, frame) => [frame.slice(0, 100)];
    say(world, "alice", { circle, text: "one" });
    expect(relayStates(world, "alice")).toEqual(["offline"]);
    tamper(world, (command) =>
      command.type === "appended"
        ? [{ type: "ok", request: command.request }]
        : [command],
    );
    setOnline(world, "alice", true);
    world.relay.tamper = undefined;
    advance(world, 300_000);
    expect(texts(world, "bob", circle)).toEqual(["one"]);
    expect(relayStates(world, "alice")).toEqual(["online"]);
  });

  it("[EN-24] passes over what nobody asked for", () => {
    const world = createWorld("unasked", "alice");
    const circle = found(world, "alice");
    const logId = new Uint8Array(32);
    tamper(world, (command) => [
      { type: "ok", request: 4_000_000 },
      { type: "entry", logId, seq: 1, body: new Uint8Array(3_840) },
      {
        type: "inbox-message",
        inboxId: logId,
        seq: 1,
        body: new Uint8Array(3_840),
      },
      command,
    ]);
    say(world, "alice", { circle, text: "one" });
    expect(texts(world, "alice", circle)).toEqual(["one"]);
  });

  it("[EN-28] keeps the default relay's key from its first use on", () => {
    const world = createWorld("home", "alice");
    found(world, "alice");
    const { homes } = deviceOf(world, "alice").state.durable.root;
    expect(homes.map(({ url }) => url)).toEqual([world.relay.url]);
    const changed = { ...world.relay, relayPub: new Uint8Array(32).fill(7) };
    world.defaultRelay = changed;
    must(world, "alice", {
      command: "found-circle",
      name: "Second",
      memberName: "alice",
    });
    settle(world);
    const links = [...deviceOf(world, "alice").state.links.keys()];
    expect(links).toEqual([
      `${encodeBase64url(world.relay.relayPub)} ${world.relay.url}`,
    ]);
  });

  it("[EN-28] founds nothing while no relay is known", () => {
    const world = createWorld("none", "alice");
    world.defaultRelay = undefined;
    must(world, "alice", { command: "set-profile", name: "alice" });
    expect(
      run(world, "alice", {
        command: "found-circle",
        name: "X",
        memberName: "alice",
      }),
    ).toEqual({
      ok: false,
      error: "no-relay",
    });
  });
});
