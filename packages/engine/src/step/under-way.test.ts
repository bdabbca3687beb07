import { equalBytes } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { decodeClientFrame, packFrames } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { holdAppends, releaseAppend } from "../testing/hold-appends.ts";
import type { Append } from "../testing/hold-appends.ts";
import { gather, invite, say, texts, timeline } from "../testing/story.ts";
import { contradict, recordAt } from "../testing/trouble.ts";
import {
  advance,
  begin,
  crash,
  createWorld,
  deviceOf,
  restart,
  setOnline,
  settle,
  start,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import { EXPECTED_HEAD_TRIES, MAX_SEALED, MAX_SEALS } from "./limits.ts";
import { sealDue } from "./outbox.ts";

const APPENDING = { appends: new Map() };

/** Bob said something that is sealed and got no further, and the circle is in another epoch since. */
function lateSeal(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  const held = holdAppends(world, "bob");
  say(world, "bob", { circle, text: "late" });
  expect(held).toHaveLength(1);
  setOnline(world, "bob", false);
  invite(world, "alice", { circle });
  return { world, circle, held };
}

/** Each once: what is not answered is sent again. */
function bodiesOf(appends: readonly Append[]): readonly Uint8Array[] {
  const bodies = appends.map(({ body }) => body);
  return bodies.filter(
    (body, index) => bodies.findIndex((one) => equalBytes(one, body)) === index,
  );
}

function outboxOf(world: World, circle: string) {
  return recordAt(world, "bob", circle).outbox;
}

describe("what is under way", { timeout: 60_000 }, () => {
  it("[EN-43] is not sent with the seal of an epoch that is over, on another connection", () => {
    const { world, circle, held } = lateSeal("old-epoch");
    const [before] = outboxOf(world, circle);
    setOnline(world, "bob", true);
    const [after] = outboxOf(world, circle);
    const { circle: now } = recordAt(world, "bob", circle);
    expect(after?.sealed?.epoch).toBe(now?.mls.context.epoch);
    expect(after?.messageId).toEqual(before?.messageId);
    expect(bodiesOf(held)).toEqual([before?.sealed?.body, after?.sealed?.body]);
  });

  it("[EN-46] is in the log with an earlier seal, and nothing of it is sent any more", () => {
    const { world, circle, held } = lateSeal("earlier-seal");
    setOnline(world, "bob", true);
    expect(outboxOf(world, circle)[0]?.earlier).toHaveLength(1);
    releaseAppend(world, "bob", held[0]);
    expect(outboxOf(world, circle)).toEqual([]);
    for (const name of ["alice", "bob"])
      expect(texts(world, name, circle)).toEqual(["late"]);
    const before = held.length;
    setOnline(world, "bob", false);
    setOnline(world, "bob", true);
    expect(held).toHaveLength(before);
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      state: "sent",
    });
  });

  it("[EN-80] is sealed anew a bounded number of times, and then given up", () => {
    const { world, circle } = lateSeal("seals");
    setOnline(world, "bob", true);
    const device = deviceOf(world, "bob");
    const env = { mls, random: device.random.bytes };
    const record = recordAt(world, "bob", circle);
    const epoch = (record.circle?.mls.context.epoch ?? 0n) - 1n;
    const after = (seals: number) => {
      const outbox = record.outbox.map((item) => ({
        ...item,
        sealed: item.sealed && { ...item.sealed, epoch },
        earlier: Array.from({ length: seals - 1 }, () =>
          device.random.bytes(32),
        ),
      }));
      return sealDue(env, { ...record, outbox }, APPENDING).outbox[0];
    };
    const last = after(MAX_SEALS - 1);
    expect(last?.failure).toBeUndefined();
    expect(last?.earlier).toHaveLength(MAX_SEALS - 1);
    expect(last?.sealed?.epoch).toBe(epoch + 1n);
    expect(after(MAX_SEALS)?.failure).toBe("not-accepted");
  });

  it("[EN-80] are few of what waits, and the rest follows as the log shows them", () => {
    const world = createWorld("few", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const held = holdAppends(world, "bob");
    setOnline(world, "bob", false);
    const written = Array.from({ length: MAX_SEALED + 8 }, (_, i) => `${i}`);
    for (const text of written) say(world, "bob", { circle, text });
    setOnline(world, "bob", true);
    const isSealed = outboxOf(world, circle).map((item) => item.sealed);
    expect(isSealed.filter((sealed) => sealed !== undefined)).toHaveLength(
      MAX_SEALED,
    );
    expect(bodiesOf(held)).toHaveLength(MAX_SEALED);
    for (const one of held) releaseAppend(world, "bob", one);
    expect(texts(world, "alice", circle)).toEqual(written);
  });

  it("[EN-48] stays here when the relay has contradicted itself since it was sealed", () => {
    const world = createWorld("frozen", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const held = holdAppends(world, "bob");
    say(world, "bob", { circle, text: "waits" });
    expect(held).toHaveLength(1);
    contradict(world, "bob", circle);
    setOnline(world, "bob", false);
    setOnline(world, "bob", true);
    expect(held).toHaveLength(1);
    expect(texts(world, "bob", circle)).toEqual(["waits"]);
    // Without a contradiction it would have gone again with this connection.
    const honest = createWorld("not-frozen", "alice", "bob");
    const sound = gather(honest, "alice", "bob");
    const again = holdAppends(honest, "bob");
    say(honest, "bob", { circle: sound, text: "waits" });
    setOnline(honest, "bob", false);
    setOnline(honest, "bob", true);
    expect(again.length).toBeGreaterThan(1);
    expect(bodiesOf(again)).toHaveLength(1);
  });

  it("[EN-34] [EN-42] is not sent while what came in waits to be opened: it may be among that", () => {
    const world = createWorld("opened-first", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    const [conn] = bob.conns.values();
    // The entry is in the log, and bob's device does not hear of it.
    world.relay.tamper = (to, frame) => (to === conn ? [] : [frame]);
    begin(world, "bob", { command: "send", circle, text: "there" });
    settle(world);
    expect(texts(world, "alice", circle)).toEqual(["there"]);
    expect(outboxOf(world, circle)).toHaveLength(1);
    world.relay.tamper = undefined;
    crash(world, "bob");
    const held = holdAppends(world, "bob");
    bob.isDiskFull = true;
    start(world, "bob");
    advance(world, 60_000);
    bob.isDiskFull = false;
    advance(world, 60_000);
    expect(outboxOf(world, circle)).toEqual([]);
    expect(texts(world, "bob", circle)).toEqual(["there"]);
    expect(held).toEqual([]);
  });

  it("[EN-45] is a commit that asks to be the next entry twice, and then comes in however busy the circle is", () => {
    const world = createWorld("busy", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const heads: (number | undefined)[] = [];
    watchEffects(world, (device, effect) => {
      if (device !== "alice" || effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      for (const one of commands.ok ? commands.value : [])
        if (one.type === "append") heads.push(one.expectedHead);
    });
    refuseExpectedHeads(world);
    restart(world, "alice");
    const before = world.now;
    begin(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    settle(world);
    expect(world.now).toBe(before);
    expect(heads).toHaveLength(EXPECTED_HEAD_TRIES + 1);
    expect(heads.pop()).toBeUndefined();
    expect(heads.every((head) => head !== undefined)).toBe(true);
    const { circle: now } = recordAt(world, "bob", circle);
    expect(now?.info.invites).toHaveLength(2);
  });
});

/** As if somebody else were always a moment earlier; counts for connections that are made from now on. */
function refuseExpectedHeads(world: World): void {
  const { relay } = world;
  const answers = new Map<number, (frame: Uint8Array) => void>();
  world.relays.set(relay.url, {
    ...relay,
    connect: (conn, listener) => {
      answers.set(conn, listener.onFrame);
      relay.connect(conn, listener);
    },
    frame: (conn, bytes) => {
      const commands = decodeClientFrame(bytes);
      const all = commands.ok ? commands.value : [];
      const refused = all.filter(
        (one) => one.type === "append" && one.expectedHead !== undefined,
      );
      const others = all.filter((one) => !refused.includes(one));
      for (const frame of packFrames(others)) relay.frame(conn, frame);
      for (const frame of packFrames(
        refused.map(({ request }) => ({
          type: "error" as const,
          request,
          code: "head-moved" as const,
        })),
      ))
        answers.get(conn)?.(frame);
    },
  });
}
