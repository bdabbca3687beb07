// Delivery: everything once and in order, in pages and live, to readers of every pace.

import {
  BODY_SIZES,
  MAX_PENDING_REQUESTS,
  type RelayCommand,
} from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  answerTo,
  appending,
  ask,
  bodyOf,
  connect,
  createWorld,
  creating,
  disconnect,
  drain,
  failStore,
  logKeys,
  member,
  opening,
  outcomeOf,
  release,
  send,
  take,
  tell,
  tryOut,
  type Client,
  type LogKeys,
  type World,
} from "../testing/relay-world.ts";
import { PAGE_BYTES, PAGE_PULLS } from "./relay-limits.ts";

const log = logKeys("a");
const { logId } = log;

/** What a client was told, in short: `e3` an entry, `h3` a head, `c3` caught up, or the outcome. */
function tellShort(commands: readonly RelayCommand[]): string[] {
  return commands.map((command) => {
    if (command.type === "entry") return `e${command.seq}`;
    if (command.type === "head") return `h${command.seq}`;
    return command.type === "caught-up"
      ? `c${command.seq}`
      : outcomeOf(command);
  });
}

function seqs(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `e${from + i}`);
}

/** A member of a log that has this many entries. */
function withEntries(world: World, count: number, keys: LogKeys = log): Client {
  const client = member(world, keys);
  for (let i = 1; i <= count; i++) send(client, appending(keys, bodyOf(i)));
  take(client);
  return client;
}

describe("a subscription", () => {
  it("[RL-28] gives what is stored, then the marker, then what is new", () => {
    const world = createWorld();
    const writer = withEntries(world, 3);
    const reader = member(world, log);
    send(reader, { type: "subscribe", logId, fromSeq: 2 });
    expect(tellShort(take(reader))).toEqual(["e2", "e3", "c3"]);
    send(writer, appending(log, bodyOf(4)));
    send(writer, appending(log, bodyOf(5)));
    expect(tellShort(take(reader))).toEqual(["e4", "h4", "e5", "h5"]);
  });

  it("[RL-28] loses and doubles nothing that is appended at any moment of it", () => {
    // The store and the network each let one thing happen at a time, and an entry is appended before each of them.
    for (let moment = 0; moment < 12; moment++) {
      const world = createWorld();
      const writer = withEntries(world, 150);
      const reader = member(world, log);
      world.held.add("store").add("drains");
      send(reader, { type: "subscribe", logId, fromSeq: 1 });
      for (let i = 0; i < 12; i++) {
        if (i === moment)
          send(
            writer,
            appending(log, bodyOf(1_000)),
            appending(log, bodyOf(1_001)),
          );
        if (i % 2 === 0) answerStore(world, moment % 3 === 0 ? 1 : undefined);
        else if (world.undrained.has(reader.id)) drain(world, reader.id);
      }
      release(world);
      send(writer, appending(log, bodyOf(2_000)));
      const told = tellShort(take(reader));
      expect(told.filter((each) => each.startsWith("e"))).toEqual(seqs(1, 153));
      expect(told.filter((each) => each.startsWith("c"))).toHaveLength(1);
      expect(told.at(-1)).toBe("h153");
    }
  });

  it("[RL-28] takes what one batch brings before and after its page, once", () => {
    const world = createWorld();
    const writer = withEntries(world, 2);
    const reader = member(world, log);
    world.held.add("store");
    send(writer, appending(log, bodyOf(3)));
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    send(writer, appending(log, bodyOf(4)));
    send(writer, appending(log, bodyOf(5)));
    answerStore(world);
    expect(tellShort(take(reader))).toEqual([
      "e1",
      "e2",
      "e3",
      "c3",
      "e4",
      "e5",
      "h5",
    ]);
  });

  it("[RL-29] gives the same octets to all, and one head for a batch", () => {
    const world = createWorld();
    const writer = withEntries(world, 1);
    const readers = [1, 2, 1, 2].map((fromSeq) => {
      const reader = member(world, log);
      send(reader, { type: "subscribe", logId, fromSeq });
      take(reader);
      return reader;
    });
    world.held.add("store");
    for (const n of [2, 3, 4]) send(writer, appending(log, bodyOf(n)));
    world.effects.length = 0;
    release(world);
    const deliveries = world.effects.filter(
      (effect) => effect.t === "send" && effect.to.length > 1,
    );
    expect(
      deliveries.map((effect) => effect.t === "send" && effect.to),
    ).toEqual(Array(3).fill(readers.map(({ id }) => id)));
    for (const reader of readers)
      expect(tellShort(take(reader))).toEqual(["e2", "e3", "e4", "h4"]);
  });

  it("[RL-29] costs one signature for a batch and for all who catch up at it", () => {
    let signed = 0;
    const { env } = createWorld();
    const world = createWorld({
      sign: (message) => {
        signed += 1;
        return env.sign(message);
      },
    });
    const writer = withEntries(world, 1);
    const readers = Array.from({ length: 20 }, () => member(world, log));
    signed = 0;
    for (const reader of readers)
      send(reader, { type: "subscribe", logId, fromSeq: 1 });
    expect(signed).toBe(1);
    send(writer, appending(log, bodyOf(2)));
    expect(signed).toBe(2);
  });

  it("[RL-32] ends with unsubscribe, also where there was none", () => {
    const world = createWorld();
    const writer = withEntries(world, 1);
    const reader = member(world, log);
    expect(tryOut(reader, { type: "unsubscribe", logId })).toBe("ok");
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    expect(tryOut(reader, { type: "subscribe", logId, fromSeq: 1 })).toBe(
      "subscribed",
    );
    expect(tryOut(reader, { type: "unsubscribe", logId })).toBe("ok");
    take(reader);
    send(writer, appending(log, bodyOf(2)));
    expect(take(reader)).toEqual([]);
    send(reader, { type: "subscribe", logId, fromSeq: 2 });
    expect(tellShort(take(reader))).toEqual(["e2", "c2"]);
  });

  it("[RL-32] ends at once wherever it stands, and may begin again", () => {
    for (const stage of ["queued", "reading", "draining"] as const) {
      const world = createWorld();
      const writer = withEntries(world, 200);
      const reader = member(world, log);
      world.held.add("store").add("drains");
      if (stage === "queued")
        send(reader, { type: "read", logId, fromSeq: 1, limit: 3 });
      const [first = 0] = send(reader, {
        type: "subscribe",
        logId,
        fromSeq: 1,
      });
      if (stage === "draining") answerStore(world);
      take(reader);
      const [stop = 0, again = 0] = send(
        reader,
        { type: "unsubscribe", logId },
        { type: "subscribe", logId, fromSeq: 199 },
      );
      release(world);
      expect(outcomeOf(answerTo(reader, first))).toBe("cancelled");
      expect(outcomeOf(answerTo(reader, stop))).toBe("ok");
      expect(outcomeOf(answerTo(reader, again))).toBe("caught-up");
      const entries = tellShort(take(reader)).filter((each) =>
        each.startsWith("e"),
      );
      expect(entries).toEqual([
        ...(stage === "queued" ? ["e1", "e2", "e3"] : []),
        "e199",
        "e200",
      ]);
      send(writer, appending(log, bodyOf(1_000)));
      expect(tellShort(take(reader))).toEqual(["e201", "h201"]);
    }
  });

  it("[RL-33] from beyond the end tells the true head and goes on with what comes", () => {
    const world = createWorld();
    const writer = withEntries(world, 2);
    const reader = member(world, log);
    send(reader, { type: "subscribe", logId, fromSeq: 10 });
    expect(tellShort(take(reader))).toEqual(["c2"]);
    send(writer, appending(log, bodyOf(3)));
    expect(tellShort(take(reader))).toEqual(["e3", "h3"]);
  });

  it("[RL-27] that cannot be read is refused, and may be tried again", () => {
    const world = createWorld();
    withEntries(world, 2);
    const reader = member(world, log);
    world.held.add("store");
    send(
      reader,
      { type: "subscribe", logId, fromSeq: 1 },
      { type: "read", logId, fromSeq: 1, limit: 1 },
    );
    failStore(world);
    expect(tellShort(take(reader))).toEqual(["storage", "storage"]);
    release(world);
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    expect(tellShort(take(reader))).toEqual(["e1", "e2", "c2"]);
  });
});

describe("a read", () => {
  it("[RL-31] gives at most as many as asked, and always the head", () => {
    const world = createWorld();
    const reader = withEntries(world, 5);
    const read = (fromSeq: number, limit: number): string[] => {
      ask(reader, { type: "read", logId, fromSeq, limit });
      return tellShort(take(reader));
    };
    expect(read(1, 0)).toEqual(["c5"]);
    expect(read(2, 2)).toEqual(["e2", "e3", "c5"]);
    expect(read(4, 0xffffffff)).toEqual(["e4", "e5", "c5"]);
    expect(read(6, 10)).toEqual(["c5"]);
    expect(read(Number.MAX_SAFE_INTEGER, 1)).toEqual(["c5"]);
  });

  it("[RL-31] of an empty log gives the head before its first entry", () => {
    const world = createWorld();
    const reader = member(world, log);
    expect(
      ask(reader, { type: "read", logId, fromSeq: 1, limit: 5 }),
    ).toMatchObject({ type: "caught-up", seq: 0 });
  });

  it("[RL-31] keeps to its limit over several pages", () => {
    const world = createWorld();
    const reader = withEntries(world, 300);
    ask(reader, { type: "read", logId, fromSeq: 2, limit: 200 });
    expect(tellShort(take(reader))).toEqual([...seqs(2, 201), "c300"]);
  });
});

describe("pages", () => {
  it("[RL-30] wait for the network, one after the other", () => {
    const world = createWorld();
    withEntries(world, 300);
    const reader = member(world, log);
    world.held.add("drains");
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    let last = 0;
    for (;;) {
      const page = take(reader).filter(({ type }) => type === "entry");
      const bytes = page.length * BODY_SIZES[0];
      expect(bytes).toBeLessThanOrEqual(PAGE_BYTES);
      last += page.length;
      // Nothing comes by itself.
      tell(world, { t: "tick", day: 1 });
      expect(take(reader)).toEqual([]);
      if (!world.undrained.has(reader.id)) break;
      drain(world, reader.id);
    }
    expect(last).toBe(300);
  });

  it("[RL-30] give each of the largest bodies its turn", () => {
    const world = createWorld();
    const reader = member(world, log);
    for (let i = 0; i < 10; i++)
      send(reader, appending(log, bodyOf(i, BODY_SIZES[2])));
    take(reader);
    world.held.add("drains");
    for (let i = 0; i < 20; i++)
      send(reader, { type: "read", logId, fromSeq: 1, limit: 10 });
    const sizes: number[] = [];
    while (world.undrained.has(reader.id)) {
      const bytes = take(reader).reduce(
        (sum, said) => sum + ("body" in said ? said.body.length : 0),
        0,
      );
      sizes.push(bytes);
      drain(world, reader.id);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(PAGE_PULLS * BODY_SIZES[2]);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(200 * BODY_SIZES[2]);
  });

  it("[RL-30] are shared, so that short logs do not wait for long ones", () => {
    const world = createWorld();
    const reader = connect(world);
    const make = (name: string, count: number): LogKeys => {
      const keys = logKeys(name);
      withEntries(world, count, keys);
      send(reader, opening(reader, keys));
      return keys;
    };
    const long = Array.from({ length: PAGE_PULLS }, (_, i) =>
      make(`long ${i}`, 60),
    );
    const short = Array.from({ length: PAGE_PULLS }, (_, i) =>
      make(`short ${i}`, 1),
    );
    take(reader);
    world.held.add("drains");
    send(
      reader,
      ...[...long, ...short].map((keys) => ({
        type: "subscribe" as const,
        logId: keys.logId,
        fromSeq: 1,
      })),
    );
    drain(world, reader.id);
    const caughtUp = (): RelayCommand[] =>
      take(reader).filter(({ type }) => type === "caught-up");
    expect(caughtUp()).toMatchObject(
      short.map(({ logId: id }) => ({ logId: id, seq: 1 })),
    );
    release(world);
    expect(caughtUp()).toHaveLength(long.length);
  });

  it("[RL-30] wait for the network if anything in them was sent", () => {
    const world = createWorld();
    const reader = withEntries(world, 100);
    const empty = logKeys("empty");
    send(reader, creating(reader, empty), opening(reader, empty));
    take(reader);
    world.held.add("store").add("drains");
    send(
      reader,
      { type: "read", logId, fromSeq: 1, limit: 100 },
      { type: "read", logId: empty.logId, fromSeq: 1, limit: 1 },
    );
    answerStore(world);
    expect(world.undrained.size).toBe(1);
    expect(world.inStore).toEqual([]);
  });

  it("[RL-30] are asked for once, whatever a shell reports", () => {
    const world = createWorld();
    const reader = withEntries(world, 300);
    world.held.add("store").add("drains");
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    for (let i = 0; i < 3; i++) tell(world, { t: "drained", conn: reader.id });
    expect(world.inStore).toHaveLength(1);
    release(world);
    expect(tellShort(take(reader))).toEqual([...seqs(1, 300), "c300"]);
  });

  it("[RL-30] are bounded for a reader who asks for everything and reads nothing", () => {
    const world = createWorld();
    const reader = withEntries(world, 500);
    world.held.add("drains");
    for (let i = 0; i < MAX_PENDING_REQUESTS; i++) {
      send(reader, { type: "read", logId, fromSeq: 1, limit: 0xffffffff });
    }
    const bytes = reader.frames.reduce((sum, frame) => sum + frame.length, 0);
    expect(tryOut(reader, { type: "ping" })).toBe("busy");
    reader.frames.length = 0;
    send(reader, { type: "ping" });
    expect(reader.frames).toHaveLength(1);
    expect(bytes).toBeLessThan(2 * 1_024 * 1_024 + PAGE_BYTES);
    disconnect(reader);
    expect(world.state.load.requests).toBe(0);
  });

  it("[RL-30] of empty logs do not wait for the network", () => {
    const world = createWorld();
    const reader = member(world, log);
    world.held.add("drains");
    const keys = Array.from({ length: 100 }, (_, i) => logKeys(`${i}`));
    send(
      reader,
      ...keys.flatMap((each) => [
        creating(reader, each),
        opening(reader, each),
      ]),
    );
    send(
      reader,
      ...keys.map((each) => ({
        type: "subscribe" as const,
        logId: each.logId,
        fromSeq: 1,
      })),
    );
    expect(
      take(reader).filter(({ type }) => type === "caught-up"),
    ).toHaveLength(100);
    expect(world.undrained.size).toBe(0);
  });

  it("[RL-30] do not hold up what is new in other logs", () => {
    const world = createWorld();
    const reader = withEntries(world, 500);
    const other = logKeys("other");
    const writer = member(world, other);
    send(reader, opening(reader, other), {
      type: "subscribe",
      logId: other.logId,
      fromSeq: 1,
    });
    world.held.add("drains");
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    take(reader);
    send(writer, appending(other, bodyOf(1)));
    expect(take(reader)).toMatchObject([
      { type: "entry", logId: other.logId },
      { type: "head" },
    ]);
  });
});
