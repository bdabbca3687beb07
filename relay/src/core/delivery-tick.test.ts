// Delivery on a tick: together, in mixed order, each log in its own.

import { BODY_SIZES, type RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  appending,
  bodyOf,
  connect,
  createWorld,
  disconnect,
  inboxKeys,
  logKeys,
  member,
  opening,
  openingInbox,
  owner,
  send,
  take,
  tell,
  tryOut,
  type Client,
  type LogKeys,
  type World,
} from "../testing/relay-world.ts";
import { MAX_DUE_BYTES } from "./relay-limits.ts";

const LOGS = Array.from({ length: 12 }, (_, i) => logKeys(`log ${i}`));
const log = LOGS[0]!;

const onTick = (): World => createWorld({ delivery: "on-tick" });

function following(world: World, logs: readonly LogKeys[]): Client {
  const client = connect(world);
  for (const keys of logs) {
    send(client, opening(client, keys), {
      type: "subscribe",
      logId: keys.logId,
      fromSeq: 1,
    });
  }
  take(client);
  return client;
}

/** The logs of the entries that a client was told, in order, by their number. */
function logsOf(commands: readonly RelayCommand[]): number[] {
  return commands.flatMap((command) =>
    command.type === "entry"
      ? [LOGS.findIndex(({ logId }) => equal(logId, command.logId))]
      : [],
  );
}

function seqsOf(commands: readonly RelayCommand[]): number[] {
  return commands.flatMap((command) =>
    command.type === "entry" ? [command.seq] : [],
  );
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe("delivery on a tick", () => {
  it("[RL-51] waits for the tick, while the writer is answered at once", () => {
    const world = onTick();
    const writer = member(world, log);
    const reader = following(world, [log]);
    expect(tryOut(writer, appending(log, bodyOf(1)))).toBe("appended");
    send(writer, appending(log, bodyOf(2)));
    expect(take(reader)).toEqual([]);
    tell(world, { t: "deliver" });
    expect(take(reader)).toMatchObject([
      { type: "entry", seq: 1, body: bodyOf(1) },
      { type: "entry", seq: 2, body: bodyOf(2) },
      { type: "head", seq: 2 },
    ]);
    tell(world, { t: "deliver" });
    expect(take(reader)).toEqual([]);
    expect(world.state.dueBytes).toBe(0);
  });

  it("[RL-51] is delivery at once where nothing else is set", () => {
    const world = createWorld();
    const writer = member(world, log);
    const reader = following(world, [log]);
    send(writer, appending(log, bodyOf(1)));
    expect(take(reader)).toHaveLength(2);
  });

  it("[RL-51] does not let more wait than its bound", () => {
    const world = onTick();
    const writer = member(world, log);
    const reader = following(world, [log]);
    const fit = Math.floor(MAX_DUE_BYTES / BODY_SIZES[2]);
    for (let i = 0; i < fit; i++) {
      send(writer, appending(log, bodyOf(i, BODY_SIZES[2])));
    }
    expect(take(reader)).toEqual([]);
    send(writer, appending(log, bodyOf(fit, BODY_SIZES[2])));
    expect(take(reader).length).toBeGreaterThan(fit);
    expect(world.state.dueBytes).toBe(0);
  });

  it("[RL-52] mixes logs and inboxes, and keeps the order of each", () => {
    const world = onTick();
    const inbox = inboxKeys("i");
    owner(world, inbox);
    const writers = LOGS.map((keys) => member(world, keys));
    const reader = following(world, LOGS);
    send(reader, openingInbox(reader, inbox));
    take(reader);
    const orders = new Set<string>();
    for (let tick = 0; tick < 6; tick++) {
      for (let round = 0; round < 3; round++) {
        for (const [i, writer] of writers.entries()) {
          send(writer, appending(LOGS[i]!, bodyOf(10 * tick + round)));
        }
      }
      const { sendId } = inbox;
      send(writers[0]!, { type: "inbox-send", sendId, body: bodyOf(tick) });
      tell(world, { t: "deliver" });
      const told = take(reader);
      const order = logsOf(told);
      orders.add(order.join());
      expect(told.filter(({ type }) => type === "inbox-message")).toHaveLength(
        1,
      );
      // Three entries of each log, in their order, and its head after them.
      for (const { logId } of LOGS) {
        const own = told.filter(
          (command) => "logId" in command && equal(command.logId, logId),
        );
        expect(own).toMatchObject([
          { type: "entry", seq: 3 * tick + 1 },
          { type: "entry", seq: 3 * tick + 2 },
          { type: "entry", seq: 3 * tick + 3 },
          { type: "head", seq: 3 * tick + 3 },
        ]);
      }
      // Frames of different logs lie between each other.
      const runs = order.filter((each, i) => each !== order[i - 1]);
      expect(runs.length).toBeGreaterThan(LOGS.length + 5);
    }
    expect(orders.size).toBe(6);
  });

  it("[RL-52] makes each log come first about as often as every other", () => {
    const world = onTick();
    const four = LOGS.slice(0, 4);
    const writers = four.map((keys) => member(world, keys));
    const reader = following(world, four);
    const first = four.map(() => 0);
    const last = four.map(() => 0);
    const rounds = 800;
    for (let tick = 0; tick < rounds; tick++) {
      for (const [i, writer] of writers.entries()) {
        send(writer, appending(four[i]!, bodyOf(tick)));
      }
      tell(world, { t: "deliver" });
      const order = logsOf(take(reader));
      first[order[0]!]! += 1;
      last[order.at(-1)!]! += 1;
    }
    // Within five standard deviations of the mean of 200.
    for (const count of [...first, ...last]) {
      expect(Math.abs(count - rounds / 4)).toBeLessThan(62);
    }
  });

  it("[RN-65] [RL-29] [RL-52] goes out in parts where there is much, each log whole and in order", () => {
    const world = onTick();
    const writers = LOGS.map((keys) => member(world, keys));
    const reader = following(world, LOGS);
    // One log alone is more than a part.
    const counts = LOGS.map((_, i) => (i === 0 ? 1_500 : 100));
    for (const [i, writer] of writers.entries()) {
      for (let n = 0; n < counts[i]!; n++) {
        send(writer, appending(LOGS[i]!, bodyOf(n)));
      }
    }
    world.effects.length = 0;
    tell(world, { t: "deliver" });
    const agains = world.effects.filter(({ t }) => t === "again").length;
    expect(agains).toBeGreaterThan(1);
    const told = take(reader);
    for (const [i, { logId }] of LOGS.entries()) {
      const own = told.flatMap((command) =>
        "logId" in command && equal(command.logId, logId) ? [command] : [],
      );
      const entries = own.slice(0, -1).map((command) => {
        expect(command.type).toBe("entry");
        return "seq" in command ? command.seq : 0;
      });
      expect(entries).toEqual(
        Array.from({ length: counts[i]! }, (_, n) => n + 1),
      );
      expect(own.at(-1)).toMatchObject({ type: "head", seq: counts[i] });
    }
    expect([world.state.leaving.length, world.state.dueBytes]).toEqual([0, 0]);
  });

  it("[RN-65] [RL-28] [RL-32] lets others in between two parts, and forgets those who leave", () => {
    const world = onTick();
    const writer = member(world, log);
    const follow = (): Client => following(world, [log]);
    const [stayer, leaver, quitter] = [follow(), follow(), follow()];
    for (let n = 0; n < 1_500; n++) send(writer, appending(log, bodyOf(n)));
    world.held.add("again");
    tell(world, { t: "deliver" });
    const { logId } = log;
    disconnect(leaver);
    take(quitter);
    expect(tryOut(quitter, { type: "unsubscribe", logId })).toBe("ok");
    take(quitter);
    // Comes in between, and is given what is stored by a page.
    const late = following(world, [log]);
    // Waits for the next tick, although a part of this one is still to come.
    send(writer, appending(log, bodyOf(9_999)));
    world.held.clear();
    tell(world, { t: "again" });
    expect(take(quitter)).toEqual([]);
    expect(take(late)).toEqual([]);
    expect(seqsOf(take(stayer))).toEqual(
      Array.from({ length: 1_500 }, (_, n) => n + 1),
    );
    tell(world, { t: "deliver" });
    for (const client of [stayer, late]) {
      expect(seqsOf(take(client))).toEqual([1_501]);
    }
  });

  it("[RL-28] [RL-51] gives each entry once to one who comes between two ticks", () => {
    const world = onTick();
    const writer = member(world, log);
    const early = following(world, [log]);
    send(writer, appending(log, bodyOf(1)), appending(log, bodyOf(2)));
    const late = member(world, log);
    send(late, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    send(writer, appending(log, bodyOf(3)));
    tell(world, { t: "deliver" });
    send(writer, appending(log, bodyOf(4)));
    tell(world, { t: "deliver" });
    for (const client of [early, late]) {
      expect(seqsOf(take(client))).toEqual([1, 2, 3, 4]);
    }
  });

  it("[RL-32] [RL-20] forgets what was due to those who left", () => {
    const world = onTick();
    const writer = member(world, log);
    const [leaver, quitter] = [
      following(world, [log]),
      following(world, [log]),
    ];
    send(writer, appending(log, bodyOf(1)));
    expect(tryOut(quitter, { type: "unsubscribe", logId: log.logId })).toBe(
      "ok",
    );
    take(quitter);
    disconnect(leaver);
    expect([world.state.due.size, world.state.dueBytes]).toEqual([0, 0]);
    tell(world, { t: "deliver" });
    expect(take(quitter)).toEqual([]);
    send(quitter, { type: "subscribe", logId: log.logId, fromSeq: 2 });
    send(writer, appending(log, bodyOf(2)));
    tell(world, { t: "deliver" });
    expect(take(quitter).map(({ type }) => type)).toEqual([
      "caught-up",
      "entry",
      "head",
    ]);
  });
});
