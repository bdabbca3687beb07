// The relay under a store and a network that take their time, fail, and lose connections. Whatever the order of events,
// what was promised holds. A failure names its seed.

import { InvariantError } from "@halqa/bytes";
import { createSeededRandom, type SeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  appending,
  bodyOf,
  connect,
  createWorld,
  disconnect,
  drain,
  failStore,
  inboxKeys,
  logKeys,
  member,
  opening,
  openingInbox,
  outcomeOf,
  owner,
  release,
  send,
  take,
  type Client,
  type World,
} from "../testing/relay-world.ts";

const numberOfBody = (body: Uint8Array): number =>
  new DataView(body.buffer).getUint32(0);

describe("the relay in disorder", () => {
  it.each(Array.from({ length: 25 }, (_, i) => i))(
    "[RL-15] [RL-20] [RL-23] [RL-24] [RL-27] [RL-28] [RL-30] [RL-36] keeps its promises, seed %d",
    (seed) => {
      const random = createSeededRandom(`disorder ${seed}`);
      const world = createWorld();
      const run = beginRun(world, random);
      for (let round = 0; round < 300; round++) disturb(run);
      release(world);
      for (const writer of run.writers) listen(run, writer);
      checkRun(run);
      for (const client of world.clients.values()) disconnect(client);
      const { connections, feeds, waiting, load } = world.state;
      expect([connections.size, feeds.size, waiting.size, load]).toEqual([
        0,
        0,
        0,
        { requests: 0, bytes: 0 },
      ]);
    },
  );
});

// One log and one inbox, writers that send again until they are answered, followers that come back where they were.

interface Run {
  readonly world: World;
  readonly random: SeededRandom;
  readonly writers: Writer[];
  readonly followers: Follower[];
  readonly readers: Reader[];
  lastBody: number;
}

interface Writer {
  client: Client;
  /** Bodies that are not known to be stored. */
  readonly open: Set<number>;
  /** What each request was for, on this connection. */
  asked: Map<number, number>;
  /** Where each body was said to be stored. */
  readonly stored: Map<number, number>;
}

interface Follower {
  client: Client;
  readonly from: number;
  readonly seen: number[];
  caughtUp: number;
}

interface Reader {
  client: Client;
  readonly seen: Map<number, number>;
}

const log = logKeys("a");
const inbox = inboxKeys("i");

function beginRun(world: World, random: SeededRandom): Run {
  const makers = [member(world, log), owner(world, inbox)];
  const writers = Array.from({ length: 3 }, (): Writer => ({
    client: member(world, log),
    open: new Set(),
    asked: new Map(),
    stored: new Map(),
  }));
  for (let body = 1; body <= 20; body++) {
    send(makers[0]!, appending(log, bodyOf(body)));
  }
  for (const maker of makers) disconnect(maker);
  const followers = Array.from({ length: 4 }, (): Follower => ({
    client: member(world, log),
    from: 1 + random.int(20),
    seen: [],
    caughtUp: 0,
  }));
  const readers = [connect(world), connect(world)].map((client): Reader => ({
    client,
    seen: new Map(),
  }));
  world.held.add("store").add("drains");
  for (const follower of followers) followAgain(follower);
  for (const { client } of readers) send(client, openingInbox(client, inbox));
  return { world, random, writers, followers, readers, lastBody: 1_000 };
}

function followAgain({ client, from, seen }: Follower): void {
  const fromSeq = (seen.at(-1) ?? from - 1) + 1;
  send(client, opening(client, log), {
    type: "subscribe",
    logId: log.logId,
    fromSeq,
  });
}

function disturb(run: Run): void {
  const { world, random } = run;
  random.pick<() => void>([
    () => write(run, random.pick(run.writers)),
    () => write(run, random.pick(run.writers)),
    () => sendAgain(random.pick(run.writers)),
    () => mail(run),
    () => answerStore(world, 1 + random.int(3)),
    () => answerStore(world),
    () => answerStore(world),
    () => {
      const waiting = [...world.undrained];
      if (waiting.length > 0) drain(world, random.pick(waiting));
    },
    () => {
      if (random.bool(0.15)) failStore(world);
    },
    () => {
      if (random.bool(0.3)) reconnect(run);
    },
  ])();
  for (const writer of run.writers) listen(run, writer);
  for (const follower of run.followers) hear(follower);
  for (const reader of run.readers) receiveMail(reader);
}

function write(run: Run, writer: Writer): void {
  const count = 1 + run.random.int(4);
  for (let i = 0; i < count; i++) {
    run.lastBody += 1;
    writer.open.add(run.lastBody);
    put(writer, run.lastBody);
  }
}

function put(writer: Writer, body: number): void {
  const [request = 0] = send(writer.client, appending(log, bodyOf(body)));
  writer.asked.set(request, body);
}

/** As after a lost acknowledgement, or out of impatience. */
function sendAgain(writer: Writer): void {
  for (const body of [...writer.open].slice(0, 5)) put(writer, body);
}

function mail(run: Run): void {
  run.lastBody += 1;
  const body = bodyOf(run.lastBody);
  send(run.random.pick(run.writers).client, {
    type: "inbox-send",
    sendId: inbox.sendId,
    body,
  });
}

function reconnect(run: Run): void {
  const { world, random } = run;
  const again = (client: Client): Client => {
    disconnect(client);
    return connect(world);
  };
  const whose = random.int(3);
  if (whose === 0) {
    const writer = random.pick(run.writers);
    writer.client = again(writer.client);
    writer.asked = new Map();
    send(writer.client, opening(writer.client, log));
    sendAgain(writer);
  } else if (whose === 1) {
    const follower = random.pick(run.followers);
    follower.client = again(follower.client);
    follower.caughtUp = 0;
    followAgain(follower);
  } else {
    const reader = random.pick(run.readers);
    reader.client = again(reader.client);
    send(reader.client, openingInbox(reader.client, inbox));
  }
}

function listen(run: Run, writer: Writer): void {
  for (const said of take(writer.client)) {
    if (!("request" in said)) throw new InvariantError("a writer gets answers");
    const body = writer.asked.get(said.request);
    if (body === undefined) continue;
    writer.asked.delete(said.request);
    if (said.type === "appended") {
      const before = writer.stored.get(body);
      expect(before ?? said.seq).toBe(said.seq);
      writer.stored.set(body, said.seq);
      writer.open.delete(body);
    } else {
      const outcome = outcomeOf(said);
      expect(["storage", "busy", "unavailable"]).toContain(outcome);
      // The store failed at its proof.
      if (outcome === "unavailable") {
        send(writer.client, opening(writer.client, log));
      }
    }
  }
  // Nothing is left unanswered once everything has happened.
  if (run.world.held.size === 0) expect(writer.asked.size).toBe(0);
}

function hear(follower: Follower): void {
  let lastHead = 0;
  for (const said of take(follower.client)) {
    const last = follower.seen.at(-1);
    if (said.type === "entry") {
      expect(said.seq).toBe(last === undefined ? follower.from : last + 1);
      follower.seen.push(said.seq);
    } else if (said.type === "caught-up") {
      follower.caughtUp += 1;
      expect(follower.caughtUp).toBe(1);
      expect(said.seq).toBe(last ?? said.seq);
    } else if (said.type === "head") {
      expect(follower.caughtUp).toBe(1);
      expect(said.seq).toBe(last);
      expect(said.seq).toBeGreaterThan(lastHead);
      lastHead = said.seq;
    } else if (outcomeOf(said) === "storage") {
      // The store failed at it: begin again.
      followAgain(follower);
    }
  }
}

function receiveMail(reader: Reader): void {
  for (const said of take(reader.client)) {
    if (said.type === "inbox-message") {
      const body = numberOfBody(said.body);
      expect(reader.seen.get(said.seq) ?? body).toBe(body);
      reader.seen.set(said.seq, body);
    } else if (outcomeOf(said) === "storage") {
      send(reader.client, openingInbox(reader.client, inbox));
    }
  }
}

function checkRun({ world, writers, followers, readers }: Run): void {
  const [stored, kept] = world.store.runNow([
    {
      t: "read",
      logId: log.logId,
      fromSeq: 1,
      maxEntries: 10_000,
      maxBytes: 1e9,
    },
    {
      t: "read-inbox",
      inboxId: inbox.inboxId,
      fromSeq: 1,
      maxMessages: 1_000,
      maxBytes: 1e9,
    },
  ]);
  if (stored?.t !== "entries" || kept?.t !== "messages")
    throw new InvariantError("nothing stored");
  const bodyAt = new Map(
    stored.entries.map(({ seq, body }) => [seq, numberOfBody(body)]),
  );
  expect([...bodyAt.keys()]).toEqual(Array.from(bodyAt, (_, i) => i + 1));
  expect(new Set(bodyAt.values()).size).toBe(bodyAt.size);
  for (const writer of writers) {
    for (const [body, seq] of writer.stored) expect(bodyAt.get(seq)).toBe(body);
  }
  for (const follower of followers) {
    hear(follower);
    const { from, seen } = follower;
    const wanted = Array.from(
      { length: Math.max(0, bodyAt.size - from + 1) },
      (_, i) => from + i,
    );
    expect(seen).toEqual(wanted);
  }
  for (const reader of readers) {
    receiveMail(reader);
    for (const { seq, body } of kept.messages)
      expect(reader.seen.get(seq)).toBe(numberOfBody(body));
  }
}
