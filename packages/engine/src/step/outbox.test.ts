import {
  decodeRelayFrame,
  MAX_PENDING_BYTES,
  MAX_PENDING_REQUESTS,
  packFrames,
} from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  circleView,
  gather,
  memberKey,
  say,
  texts,
  timeline,
} from "../testing/story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  must,
  releaseDelayed,
  restart,
  run,
  setOnline,
  settle,
  watchSteps,
} from "../testing/world.ts";
import { MAX_OUTBOX, MAX_SEALED } from "./limits.ts";
import { decodeOutboxItem, encodeOutboxItem } from "./stored-outbox.ts";

describe("the outbox", () => {
  it("[EN-40] keeps what was written offline, over a restart, and sends it in its order", () => {
    const world = createWorld("offline", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    const written = Array.from({ length: 40 }, (_, i) => `m${i}`);
    for (const text of written) say(world, "bob", { circle, text });
    restart(world, "bob");
    expect(texts(world, "bob", circle)).toEqual(written);
    expect(circleView(world, "bob", circle).summary.queued).toBe(40);
    setOnline(world, "bob", true);
    expect(texts(world, "alice", circle)).toEqual(written);
    expect(texts(world, "bob", circle)).toEqual(written);
    expect(circleView(world, "bob", circle).summary.queued).toBe(0);
  }, 60_000);

  it("[EN-34] seals nothing before it has caught up in this run", () => {
    const world = createWorld("caught-up", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    say(world, "bob", { circle, text: "mine" });
    const item = deviceOf(world, "bob").state.durable.circles.get(circle)
      ?.outbox[0];
    expect(item?.sealed).toBeUndefined();
  });

  it("[EN-42] sends the same bytes again after a restart, and the log has them once", () => {
    const world = createWorld("same", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const [conn] = deviceOf(world, "bob").conns.values();
    world.relay.tamper = (to, frame) => (to === conn ? [] : [frame]);
    begin(world, "bob", { command: "send", circle, text: "once" });
    settle(world);
    const sealed = deviceOf(world, "bob").state.durable.circles.get(circle)
      ?.outbox[0]?.sealed;
    expect(sealed).toBeDefined();
    world.relay.tamper = undefined;
    restart(world, "bob");
    settle(world);
    expect(texts(world, "alice", circle)).toEqual(["once"]);
    expect(texts(world, "bob", circle)).toEqual(["once"]);
    const bodies = world.relay.history.flatMap((r) =>
      r.t === "append" ? [r.body] : [],
    );
    expect(
      bodies.filter(
        (body) => sealed?.body.every((x, i) => x === body[i]) === true,
      ).length,
    ).toBeGreaterThanOrEqual(1);
  });

  it("[EN-42] takes another seal after a restart where the key of the first one is gone", () => {
    const world = createWorld("key gone", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const [conn] = deviceOf(world, "bob").conns.values();
    world.relay.tamper = (to, frame) => (to === conn ? [] : [frame]);
    begin(world, "bob", { command: "send", circle, text: "once" });
    settle(world);
    const item = deviceOf(world, "bob").state.durable.circles.get(circle)
      ?.outbox[0];
    if (item?.sealed === undefined) throw new Error("it is sealed");
    const { entryId } = item.sealed;
    const keys =
      deviceOf(world, "bob").state.durable.circles.get(circle)?.circle
        ?.epochKeys ?? [];
    const bytes = encodeOutboxItem(item);
    expect(decodeOutboxItem(bytes, keys)).toEqual({ ok: true, value: item });
    const [key] = keys;
    if (key === undefined) throw new Error("there is a key");
    const other = { ...key, envelopeKey: new Uint8Array(32) };
    for (const left of [[], [other]]) {
      expect(decodeOutboxItem(bytes, left)).toEqual({
        ok: true,
        value: { ...item, sealed: undefined, earlier: [entryId] },
      });
    }
  });

  it("[EN-43] [EN-46] seals anew, under the same id, what the old log was closed before", () => {
    const world = createWorld("straggler", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    // Bob's message is sealed and stored, and never reaches the relay.
    deviceOf(world, "bob").isMute = true;
    begin(world, "bob", { command: "send", circle, text: "late" });
    settle(world);
    setOnline(world, "bob", false);
    deviceOf(world, "bob").isMute = false;
    const member = memberKey(world, { by: "alice", circle, name: "carol" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    const before = deviceOf(world, "bob").state.durable.circles.get(circle)
      ?.outbox[0];
    expect(before?.sealed).toBeDefined();
    setOnline(world, "bob", true);
    expect(texts(world, "alice", circle)).toEqual(["late"]);
    expect(texts(world, "bob", circle)).toEqual(["late"]);
    expect(texts(world, "carol", circle)).toEqual([]);
  });

  it("[EN-37] [EN-43] [EN-46] counts a message once when the entry of its first seal arrives after all", () => {
    const world = createWorld("double", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    // The first entry lies on the way while bob comes back, sees another epoch and seals again.
    bob.isDelayed = true;
    begin(world, "bob", { command: "send", circle, text: "twice?" });
    settle(world);
    bob.isDelayed = false;
    setOnline(world, "bob", false);
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    settle(world);
    setOnline(world, "bob", true);
    expect(texts(world, "alice", circle)).toEqual(["twice?"]);
    releaseDelayed(world, "bob");
    say(world, "alice", { circle, text: "after" });
    expect(texts(world, "alice", circle)).toEqual(["twice?", "after"]);
    expect(texts(world, "bob", circle)).toEqual(["twice?", "after"]);
  });

  it("[EN-80] holds a day of writing and no more, with few of them sealed", () => {
    const world = createWorld("bounds", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    for (let i = 0; i < MAX_OUTBOX; i++)
      begin(world, "bob", { command: "send", circle, text: `${i}` });
    settle(world);
    for (let i = 0; i < MAX_OUTBOX; i++) {
      const { outbox } = deviceOf(world, "bob").state.durable.circles.get(
        circle,
      ) ?? { outbox: [] };
      if (outbox.length >= MAX_OUTBOX) break;
      say(world, "bob", { circle, text: `more ${i}` });
    }
    expect(
      run(world, "bob", { command: "send", circle, text: "too much" }),
    ).toEqual({
      ok: false,
      error: "outbox-full",
    });
    deviceOf(world, "bob").isMute = true;
    setOnline(world, "bob", true);
    const outbox =
      deviceOf(world, "bob").state.durable.circles.get(circle)?.outbox ?? [];
    expect(
      outbox.filter(({ sealed }) => sealed !== undefined).length,
    ).toBeLessThanOrEqual(MAX_SEALED);
  }, 60_000);

  it("[EN-44] tries again what the relay has no room for now", () => {
    const world = createWorld("quota", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const [conn] = deviceOf(world, "bob").conns.values();
    world.relay.tamper = (to, frame) => {
      const commands = decodeRelayFrame(frame);
      if (to !== conn || !commands.ok) return [frame];
      return packFrames(
        commands.value.flatMap((one): readonly RelayCommand[] => {
          if (one.type === "entry" || one.type === "head") return [];
          return one.type === "appended"
            ? [{ type: "error", request: one.request, code: "busy" }]
            : [one];
        }),
      );
    };
    const id = begin(world, "bob", { command: "send", circle, text: "full" });
    settle(world);
    expect(deviceOf(world, "bob").replies.get(id)?.ok).toBe(true);
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      state: "queued",
    });
    world.relay.tamper = undefined;
    advance(world, 60_000);
    expect(texts(world, "alice", circle)).toEqual(["full"]);
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      state: "sent",
    });
  });

  it("[EN-47] seals anew what lies behind a copy of an own message, and it counts once", () => {
    const world = createWorld("copy", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    bob.isDelayed = true;
    for (const text of ["forgotten", "kept"])
      begin(world, "bob", { command: "send", circle, text });
    settle(world);
    bob.isDelayed = false;
    // Bob does not know the first one any more, as if somebody had sealed an older message of his again.
    const { durable } = bob.state;
    const record = durable.circles.get(circle);
    if (record === undefined) throw new Error("bob is in");
    const circles = new Map(durable.circles).set(circle, {
      ...record,
      outbox: record.outbox.slice(1),
    });
    bob.state = { ...bob.state, durable: { ...durable, circles } };
    releaseDelayed(world, "bob");
    advance(world, 60_000);
    expect(texts(world, "alice", circle)).toEqual(["forgotten", "kept"]);
    expect(texts(world, "bob", circle)).toEqual(["kept"]);
    expect(circleView(world, "bob", circle).summary.queued).toBe(0);
  });

  it("[EN-37] N04: counts what was sealed again under its message's id once, also in a later batch", () => {
    const world = createWorld("sealed again", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    const recordOf = () => {
      const record = bob.state.durable.circles.get(circle);
      if (record === undefined) throw new Error("bob is in");
      return record;
    };
    setOnline(world, "bob", false);
    must(world, "bob", { command: "send", circle, text: "once" });
    const { outbox } = recordOf();
    setOnline(world, "bob", true);
    expect(texts(world, "alice", circle)).toEqual(["once"]);
    // As a program would that forgot that it had sent it, or wants it to count twice.
    const { durable } = bob.state;
    const circles = new Map(durable.circles).set(circle, {
      ...recordOf(),
      outbox,
    });
    bob.state = { ...bob.state, durable: { ...durable, circles } };
    say(world, "bob", { circle, text: "after" });
    advance(world, 60_000);
    expect(recordOf().outbox).toEqual([]);
    for (const name of ["alice", "bob"])
      expect(texts(world, name, circle)).toEqual(["once", "after"]);
    expect(circleView(world, "alice", circle).summary.unread).toBe(2);
    const { items } = timeline(world, "alice", circle);
    expect(items.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3]);
  });

  it("[EN-25] has no more under way than the relay allows", () => {
    const world = createWorld("under-way", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    for (let i = 0; i < 40; i++)
      begin(world, "bob", {
        command: "send",
        circle,
        text: "x".repeat(15_000),
      });
    settle(world);
    let requests = 0;
    let bytes = 0;
    watchSteps(world, ({ state }) => {
      for (const link of state.links.values()) {
        requests = Math.max(requests, link.requests.size);
        bytes = Math.max(bytes, link.pendingBytes);
      }
    });
    setOnline(world, "bob", true);
    expect(texts(world, "alice", circle)).toHaveLength(40);
    expect(requests).toBeLessThanOrEqual(MAX_PENDING_REQUESTS);
    expect(bytes).toBeLessThanOrEqual(MAX_PENDING_BYTES);
  }, 60_000);

  it("[EN-49] takes back what never left, and nothing else", () => {
    const world = createWorld("discard", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    const id = say(world, "bob", { circle, text: "never mind" });
    must(world, "bob", { command: "discard", circle, id });
    expect(texts(world, "bob", circle)).toEqual([]);
    setOnline(world, "bob", true);
    deviceOf(world, "bob").isMute = true;
    const sealed = say(world, "bob", { circle, text: "may be there" });
    expect(
      run(world, "bob", { command: "discard", circle, id: sealed }),
    ).toEqual({
      ok: false,
      error: "unknown-item",
    });
    expect(run(world, "bob", { command: "retry", circle, id: sealed })).toEqual(
      {
        ok: true,
        value: { kind: "done" },
      },
    );
  });

  it("[VW-7] shows reactions and answers of the own person before they are sent", () => {
    const world = createWorld("overlay", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const id = say(world, "alice", { circle, text: "hello" });
    setOnline(world, "bob", false);
    must(world, "bob", { command: "react", circle, target: id, emoji: "👍" });
    const [item] = timeline(world, "bob", circle).items.filter(
      (one) => one.id === id,
    );
    expect(item?.item === "message" && item.reactions.length).toBe(1);
  });
});
