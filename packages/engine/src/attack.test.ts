/** What was tried to break the engine with: a hostile relay, hostile members, clocks that jump, commands that race. */
import {
  decodeClientFrame,
  decodeRelayFrame,
  packFrames,
} from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import * as mls from "@halqa/mls";
import { describe, expect, it } from "vitest";
import { MAX_DELIVERIES, WATCH_MS } from "./step/limits.ts";
import { startConnecting, watchLink } from "./step/link.ts";
import { createEngineState } from "./step/state.ts";
import type { EngineState, Link } from "./step/state.ts";
import type { Turn } from "./step/turn.ts";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  memberKey,
  say,
  standing,
  texts,
  timeline,
} from "./testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  must,
  setOnline,
  settle,
  tell,
  watchEffects,
} from "./testing/world.ts";
import type { World } from "./testing/world.ts";

/** What a hostile relay says to one device in the place of each answer. */
function answerInstead(
  world: World,
  name: string,
  change: (command: RelayCommand) => RelayCommand | undefined,
): void {
  const conns = deviceOf(world, name).conns;
  world.relay.tamper = (to, frame) => {
    const commands = decodeRelayFrame(frame);
    if (![...conns.values()].includes(to) || !commands.ok) return [frame];
    const said = commands.value.flatMap((one) => change(one) ?? []);
    return said.length === 0 ? [] : packFrames(said);
  };
}

function foundAnother(world: World, name: string): void {
  must(world, name, {
    command: "found-circle",
    name: "Another",
    memberName: name,
  });
  settle(world);
}

describe("a copy of an own entry", () => {
  it("[EN-47] makes what is under way be sealed anew once, not for ever", () => {
    const world = createWorld("copy", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    bob.isDelayed = true;
    for (const text of ["copied", "kept"]) say(world, "bob", { circle, text });
    // Bob does not know the first one, as if somebody had sealed an older message of his again.
    const { durable } = bob.state;
    const record = durable.circles.get(circle);
    if (record === undefined) throw new Error("bob is in");
    const outbox = record.outbox.slice(1);
    const circles = new Map(durable.circles).set(circle, { ...record, outbox });
    bob.state = { ...bob.state, durable: { ...durable, circles } };
    // Each seal of the second one reaches the log only when the next one was made.
    const [conn] = bob.conns.values();
    for (let round = 0; round < 12; round++) {
      const [next] = world.delayed.splice(0, 1);
      if (next !== undefined) world.relay.frame(conn ?? 0, next);
      settle(world);
    }
    expect(world.delayed).toEqual([]);
    expect(texts(world, "alice", circle)).toEqual(["copied", "kept"]);
    expect(texts(world, "bob", circle)).toEqual(["kept"]);
    expect(circleView(world, "bob", circle).summary.queued).toBe(0);
  });
});

describe("a relay that answers as it likes", () => {
  it("[EN-44] is not asked again at once when it says that the head moved, which nobody asked about", () => {
    const world = createWorld("moved", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    let appends = 0;
    answerInstead(world, "bob", (one) => {
      if (one.type === "entry" || one.type === "head") return undefined;
      if (one.type !== "appended") return one;
      if (++appends > 20) throw new Error("asked for ever");
      return { type: "error", request: one.request, code: "head-moved" };
    });
    begin(world, "bob", { command: "send", circle, text: "hot" });
    settle(world);
    expect(appends).toBeLessThan(5);
    world.relay.tamper = undefined;
    advance(world, 200_000);
    expect(texts(world, "alice", circle)).toEqual(["hot"]);
    expect(texts(world, "bob", circle)).toEqual(["hot"]);
  });

  it("[EN-33] does not stop a log by answering a page with a refusal that fits no page", () => {
    const world = createWorld("subscribed", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    let dropped = 0;
    answerInstead(world, "bob", (one) => {
      if (one.type === "entry" && dropped++ === 0) return undefined;
      if (one.type === "caught-up" && dropped < 3) {
        dropped = 3;
        return { type: "error", request: one.request, code: "subscribed" };
      }
      return one;
    });
    say(world, "alice", { circle, text: "one" });
    say(world, "alice", { circle, text: "two" });
    advance(world, 60_000);
    say(world, "bob", { circle, text: "three" });
    expect(texts(world, "alice", circle)).toEqual(["one", "two", "three"]);
    expect(texts(world, "bob", circle)).toEqual(["one", "two", "three"]);
  });

  it("[EN-38] raises no alarm when a page's end was overtaken by what came live", () => {
    const world = createWorld("overtaken", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const held: RelayCommand[] = [];
    let stage = 0;
    answerInstead(world, "bob", (one) => {
      // A gap makes bob read, the busy relay refuses the page, bob begins anew while his subscription still lives.
      if (stage === 0 && one.type === "entry") {
        stage = 1;
        return undefined;
      }
      if (stage === 1 && one.type === "caught-up") {
        stage = 2;
        return { type: "error", request: one.request, code: "busy" };
      }
      if (stage === 2 && one.type === "caught-up") {
        stage = 3;
        held.push(one);
        return undefined;
      }
      return one;
    });
    say(world, "alice", { circle, text: "one" });
    say(world, "alice", { circle, text: "two" });
    advance(world, 21_000);
    expect(stage).toBe(3);
    say(world, "alice", { circle, text: "three" });
    const bob = deviceOf(world, "bob");
    const [conn] = bob.conns.keys();
    for (const frame of packFrames(held))
      tell(world, bob, { type: "frame", conn: conn ?? 0, frame });
    settle(world);
    advance(world, 60_000);
    expect(circleView(world, "bob", circle).summary.alarms).toEqual([]);
    expect(texts(world, "bob", circle)).toEqual(["one", "two", "three"]);
  });

  it("[EN-80] fills no table with messages of an inbox whose acknowledgement it refuses", () => {
    const world = createWorld("acks", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    const alice = deviceOf(world, "alice");
    const [conn] = alice.conns.keys();
    const inbox = [...alice.state.inboxes].find(
      ([, run]) => run.circle === circle,
    );
    const inboxId = [...alice.state.durable.circles.values()][0]?.invites[0]
      ?.owner.inboxId;
    if (inbox === undefined || inboxId === undefined || conn === undefined)
      throw new Error("alice reads an inbox");
    world.relay.tamper = () => [];
    for (let seq = 1_000; seq < 1_600; seq++) {
      const message = {
        type: "inbox-message",
        inboxId,
        seq,
        body: new Uint8Array(3_840),
      } as const;
      for (const frame of packFrames([message]))
        tell(world, alice, { type: "frame", conn, frame });
      settle(world);
    }
    const acks = alice.state.inboxes.get(inbox[0])?.acks.size ?? 0;
    expect(acks).toBeLessThanOrEqual(128);
  });

  it("[EN-42] is not believed when it says that it has an entry and signs nothing", () => {
    const world = createWorld("claims", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    answerInstead(world, "bob", (one) => {
      if (one.type === "appended")
        return { ...one, signature: new Uint8Array(64) };
      return one.type === "entry" || one.type === "head" ? undefined : one;
    });
    begin(world, "bob", { command: "send", circle, text: "there?" });
    settle(world);
    const item = timeline(world, "bob", circle).items.at(-1);
    expect(item).toMatchObject({ text: "there?" });
    expect(JSON.stringify(item)).not.toContain('"sent"');
  });
});

describe("a relay that gives nothing to hold on to", () => {
  it("[EN-34] is not taken as read to its end when it signs no end", () => {
    const world = createWorld("unsigned", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const unsigned = new Uint8Array(64);
    answerInstead(world, "bob", (one) =>
      "signature" in one && one.type !== "welcome"
        ? { ...one, signature: unsigned }
        : one,
    );
    setOnline(world, "bob", false);
    setOnline(world, "bob", true);
    expect(circleView(world, "bob", circle).summary.caughtUp).toBe(false);
    const before = world.relay.history.length;
    say(world, "bob", { circle, text: "waits" });
    expect(
      world.relay.history.slice(before).filter(({ t }) => t === "append"),
    ).toEqual([]);
    world.relay.tamper = undefined;
    advance(world, 60_000);
    expect(texts(world, "alice", circle)).toEqual(["waits"]);
  });

  it("[EN-22] is not tried each second when it welcomes and then ends every connection", () => {
    const world = createWorld("revolving", "alice");
    found(world, "alice");
    let tries = 0;
    watchEffects(world, (_, effect) => {
      if (effect.type === "connect") tries++;
    });
    world.relay.tamper = (_, frame) => {
      const commands = decodeRelayFrame(frame);
      const isWelcome =
        commands.ok && commands.value.some(({ type }) => type === "welcome");
      return [isWelcome ? frame : new Uint8Array(7)];
    };
    setOnline(world, "alice", false);
    setOnline(world, "alice", true);
    advance(world, 600_000);
    expect(tries).toBeLessThan(25);
  });

  it("[EN-23] has as long to answer a later connection as the first one", () => {
    const link: Link = {
      key: "relay",
      url: "wss://relay.example/",
      relayPub: new Uint8Array(32),
      phase: { phase: "resting" },
      failures: 1,
      isRefused: false,
      nextRequest: 1,
      requests: new Map(),
      pendingBytes: 0,
      out: [],
      heardAt: 0,
    };
    const at = (now: number, state: EngineState): Turn => ({
      env: {
        now,
        random: () => new Uint8Array(2),
        mls,
        defaultRelay: undefined,
      },
      state,
      effects: [],
    });
    const begun = at(1_000_000, createEngineState());
    startConnecting(begun, link);
    const later = at(1_000_000 + WATCH_MS, begun.state);
    const connecting = later.state.links.get("relay");
    if (connecting === undefined) throw new Error("it connects");
    watchLink(later, connecting);
    expect(later.effects.map(({ type }) => type)).not.toContain("disconnect");
  });
});

describe("Welcomes that no relay takes", () => {
  it("[EN-75] [EN-80] keep nobody from being removed", () => {
    const world = createWorld("full", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const alice = deviceOf(world, "alice");
    const { durable } = alice.state;
    const record = durable.circles.get(circle);
    const relay = record?.circle?.info.relays[0];
    if (record === undefined || relay === undefined) throw new Error("in");
    // As many as there may be are on their way to where nothing takes them.
    const deliveries = Array.from({ length: MAX_DELIVERIES }, (_, index) => ({
      id: `stuck-${index}`,
      relay: { ...relay, url: "wss://nowhere.example/" },
      parts: [],
      boxes: [],
    }));
    const circles = new Map(durable.circles).set(circle, {
      ...record,
      deliveries,
    });
    alice.state = { ...alice.state, durable: { ...durable, circles } };
    const member = memberKey(world, { by: "alice", circle, name: "carol" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    expect(standing(world, "carol", circle)).toBe("removed");
  });
});

describe("a request to join", () => {
  it("[EN-60] [EN-61] leaves again when it was given up and made anew on the same connection", () => {
    const world = createWorld("again", "alice", "bob");
    const circle = found(world, "alice");
    // Another circle keeps the connection.
    foundAnother(world, "bob");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    must(world, "bob", { command: "forget-circle", circle });
    ask(world, "bob", link);
    advance(world, 60_000);
    const newest = circleView(world, "alice", circle).requests.at(-1);
    must(world, "alice", {
      command: "approve",
      circle,
      request: newest?.id ?? "",
    });
    settle(world);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[EN-60] is not taken as sent by the answer to an earlier one", () => {
    const world = createWorld("late-ok", "alice", "bob");
    const circle = found(world, "alice");
    foundAnother(world, "bob");
    const link = invite(world, "alice", { circle });
    const held: RelayCommand[] = [];
    let sent: number | undefined;
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      for (const one of commands.ok ? commands.value : [])
        if (one.type === "inbox-send") sent ??= one.request;
    });
    answerInstead(world, "bob", (one) => {
      if (one.type !== "ok" || one.request !== sent) return one;
      held.push(one);
      return undefined;
    });
    // The request of the first try reaches nobody.
    ask(world, "bob", link);
    deviceOf(world, "bob").isMute = true;
    must(world, "bob", { command: "forget-circle", circle });
    must(world, "bob", {
      command: "request-join",
      link,
      memberName: "bob",
    });
    settle(world);
    const bob = deviceOf(world, "bob");
    const [conn] = bob.conns.keys();
    for (const frame of packFrames(held))
      tell(world, bob, { type: "frame", conn: conn ?? 0, frame });
    settle(world);
    expect(bob.state.durable.circles.get(circle)?.joining?.isSent).toBe(false);
  });
});

describe("a clock that jumps", () => {
  it("[EN-23] back does not keep a dead connection", () => {
    const world = createWorld("back", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    deviceOf(world, "bob").isMute = true;
    begin(world, "bob", { command: "send", circle, text: "late" });
    settle(world);
    const year = 365 * 86_400_000;
    for (const device of world.devices.values())
      for (const [id, at] of device.timers) device.timers.set(id, at - year);
    world.now -= year;
    const before = [...deviceOf(world, "bob").conns.keys()];
    advance(world, 120_000);
    deviceOf(world, "bob").isMute = false;
    advance(world, 120_000);
    expect([...deviceOf(world, "bob").conns.keys()]).not.toEqual(before);
    expect(texts(world, "alice", circle)).toEqual(["late"]);
  });
});

describe("somebody who comes back", () => {
  it("[EN-36] sees the answer that was given after it, like all others", () => {
    const world = createWorld("back-in", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    for (let i = 0; i < 5; i++) say(world, "alice", { circle, text: `${i}` });
    const id = say(world, "alice", { circle, text: "who comes?" });
    must(world, "bob", { command: "react", circle, target: id, emoji: "👍" });
    settle(world);
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    expect(standing(world, "bob", circle)).toBe("removed");
    ask(world, "bob", invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    expect(standing(world, "bob", circle)).toBe("member");
    must(world, "bob", { command: "react", circle, target: id, emoji: "👎" });
    settle(world);
    for (const name of ["alice", "bob"]) {
      const item = timeline(world, name, circle).items.find(
        (one) => one.id === id,
      );
      expect([
        name,
        item?.item === "message" && item.reactions.map((one) => one.emoji),
      ]).toEqual([name, ["👎"]]);
    }
  });
});
