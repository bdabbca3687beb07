// Flooding: whoever sends as much as they can waits behind themselves, and nobody else waits for them.

import {
  BODY_SIZES,
  MAX_PENDING_BYTES,
  MAX_PENDING_REQUESTS,
} from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  answerTo,
  appending,
  bodyOf,
  connect,
  createWorld,
  creating,
  disconnect,
  inboxKeys,
  logKeys,
  member,
  opening,
  outcomeOf,
  owner,
  release,
  send,
  take,
  tryOut,
  type Client,
  type World,
} from "../testing/relay-world.ts";
import {
  MAX_STORE_BYTES,
  MAX_STORE_REQUESTS,
  MAX_TOTAL_BYTES,
  MAX_TOTAL_REQUESTS,
} from "./relay-limits.ts";

const log = logKeys("a");
const next = logKeys("the log that it goes on in");

let lastBody = 0;

/** Sends as many entries as may be unanswered, of this size. */
function flood(client: Client, size: number = BODY_SIZES[0]): void {
  const held = client.world.state.connections.get(client.id)?.load;
  if (held === undefined) return;
  const room = Math.min(
    MAX_PENDING_REQUESTS - held.requests,
    Math.floor((MAX_PENDING_BYTES - held.bytes) / size),
  );
  for (let i = 0; i < room; i++) {
    send(client, appending(log, bodyOf((lastBody += 1), size)));
  }
}

/** How many storefuls it takes until a request has its answer, while everybody else goes on flooding. */
function roundsUntil(
  world: World,
  asked: { readonly client: Client; readonly request: number },
  floodAgain: () => void,
): number {
  const { client, request } = asked;
  for (let round = 1; round <= 20; round++) {
    answerStore(world);
    if (answerTo(client, request) !== undefined) return round;
    floodAgain();
  }
  return Infinity;
}

describe("a flooding member", () => {
  it("[RL-49] does not hold up a steward's entry", () => {
    const world = createWorld();
    const flooders = Array.from({ length: 16 }, () => member(world, log));
    const steward = member(world, log);
    world.held.add("store");
    const floodAgain = (): void => {
      for (const flooder of flooders) {
        take(flooder);
        flood(flooder);
      }
    };
    floodAgain();
    expect(world.state.inStore.requests).toBe(MAX_STORE_REQUESTS);
    expect(world.state.load.requests).toBeGreaterThan(1.5 * MAX_STORE_REQUESTS);
    const [request = 0] = send(steward, appending(log, bodyOf(1 << 30)));
    // The one that was before it, and the one that it is in.
    const rounds = roundsUntil(world, { client: steward, request }, floodAgain);
    expect(rounds).toBe(2);
    expect(outcomeOf(answerTo(steward, request))).toBe("appended");
  });

  it("[RL-49] gives each connection one turn after another", () => {
    const world = createWorld();
    const [first, second, third] = [1, 2, 3].map(() => member(world, log));
    world.held.add("store");
    world.state.inStore.requests += MAX_STORE_REQUESTS;
    flood(first!);
    for (let i = 0; i < 3; i++) {
      send(second!, appending(log, bodyOf((lastBody += 1))));
    }
    send(third!, appending(log, bodyOf((lastBody += 1))));
    world.state.inStore.requests = MAX_STORE_REQUESTS - 8;
    // Any event lets the store be given what there is room for.
    expect(tryOut(third!, { type: "ping" })).toBe("pong");
    const order = world.state.waiting
      .get(world.inStore.at(-1)?.tag ?? 0)
      ?.flatMap((one) => ("ticket" in one ? [one.ticket.conn.id] : []));
    const [a, b, c] = [first!.id, second!.id, third!.id];
    expect(order).toEqual([a, b, c, a, b, a, b, a]);
  });

  it("[RL-49] does not hold up those of another size, another log or an inbox", () => {
    const world = createWorld();
    const flooders = Array.from({ length: 24 }, () => member(world, log));
    const inbox = inboxKeys("i");
    owner(world, inbox);
    const honest = connect(world);
    world.held.add("store");
    const floodAgain = (): void => {
      for (const flooder of flooders) {
        take(flooder);
        flood(flooder, BODY_SIZES[2]);
      }
    };
    floodAgain();
    expect(world.state.inStore.bytes).toBeLessThan(
      MAX_STORE_BYTES + BODY_SIZES[2],
    );
    const numbers = send(
      honest,
      creating(honest, next),
      opening(honest, next),
      appending(next, bodyOf(1)),
      { type: "inbox-send", sendId: inbox.sendId, body: bodyOf(2) },
    );
    const request = numbers.at(-1) ?? 0;
    const rounds = roundsUntil(world, { client: honest, request }, floodAgain);
    // Made, opened, appended to; then the message: a storeful each, after the one that was before.
    expect(rounds).toBeLessThanOrEqual(5);
    expect(take(honest).map((said) => outcomeOf(said))).toContain("ok");
  });

  it("[RL-50] gives way to a lighter connection where all is full, and loses nothing that was accepted", () => {
    const world = createWorld();
    const flooders = Array.from({ length: 80 }, () => member(world, log));
    const honest = Array.from({ length: 20 }, () => member(world, log));
    world.held.add("store");
    for (const flooder of flooders) flood(flooder, BODY_SIZES[2]);
    const { load } = world.state;
    expect(load.bytes).toBeGreaterThan(MAX_TOTAL_BYTES - BODY_SIZES[2]);
    for (const flooder of flooders) {
      for (const said of take(flooder)) expect(outcomeOf(said)).toBe("busy");
    }
    const requests = honest.map(
      (client) =>
        send(
          client,
          appending(log, bodyOf((lastBody += 1), BODY_SIZES[2])),
        )[0] ?? 0,
    );
    expect(load.bytes).toBeLessThanOrEqual(MAX_TOTAL_BYTES);
    // Those who were shut out before are the heaviest.
    const refused = flooders.flatMap((flooder) => take(flooder));
    expect(refused.map((said) => outcomeOf(said))).toEqual(
      honest.map(() => "busy"),
    );
    release(world);
    for (const [i, client] of honest.entries()) {
      expect(outcomeOf(answerTo(client, requests[i] ?? 0))).toBe("appended");
    }
    expect(load).toEqual({ requests: 0, bytes: 0 });
  });

  it("[RL-50] gives way by number too, with the newest, and to nobody who would hold as much", () => {
    const world = createWorld();
    const [heavy, light] = [member(world, log), member(world, log)];
    world.held.add("store");
    world.state.inStore.requests += MAX_STORE_REQUESTS;
    const append = (client: Client): number =>
      send(client, appending(log, bodyOf((lastBody += 1))))[0] ?? 0;
    const [, , newest] = [1, 2, 3].map(() => append(heavy));
    world.state.load.requests = MAX_TOTAL_REQUESTS;
    const tries = [1, 2, 3].map(() => append(light));
    expect(take(heavy)).toEqual([
      { type: "error", request: newest, code: "busy" },
    ]);
    expect(tries.map((n) => outcomeOf(answerTo(light, n)))).toEqual([
      "nothing",
      "busy",
      "busy",
    ]);
    expect(world.state.load.requests).toBe(MAX_TOTAL_REQUESTS);
  });

  it("[RL-49] [RL-20] is forgotten with what the store had not got to", () => {
    const world = createWorld();
    const flooder = member(world, log);
    world.held.add("store");
    world.state.inStore.requests += MAX_STORE_REQUESTS;
    flood(flooder);
    expect(world.inStore).toEqual([]);
    disconnect(flooder);
    world.state.inStore.requests -= MAX_STORE_REQUESTS;
    expect(world.state.turns.size).toBe(0);
    expect(world.state.load).toEqual({ requests: 0, bytes: 0 });
    release(world);
    expect(tryOut(member(world, log), appending(log, bodyOf(1)))).toBe(
      "appended",
    );
  });

  it("[RL-26] can bring a log to its end, and the entry that was refused goes into the next", () => {
    const world = createWorld();
    const steward = member(world, log);
    send(steward, creating(steward, next), opening(steward, next));
    const end = 20;
    /** A store that is told of an earlier end, so that the log need not be filled. */
    const answerAsAtTheEnd = (): void =>
      answerStore(
        world,
        world.inStore.length,
        ({ store }) =>
          (requests) =>
            store.runNow(
              requests.map((each) =>
                each.t === "append" ? { ...each, maxSeq: end } : each,
              ),
            ),
      );
    const flooder = member(world, log);
    take(steward);
    world.held.add("store");
    for (let i = 0; i < 2 * end; i++) send(flooder, appending(log, bodyOf(i)));
    const entry = bodyOf(1 << 30);
    const [request = 0] = send(steward, appending(log, entry));
    answerAsAtTheEnd();
    const outcomes = take(flooder).map((said) => outcomeOf(said));
    expect(outcomes.filter((each) => each === "log-full")).toHaveLength(end);
    expect(outcomeOf(answerTo(steward, request))).toBe("log-full");
    const [again = 0] = send(steward, appending(next, entry, 0));
    answerAsAtTheEnd();
    expect(outcomeOf(answerTo(steward, again))).toBe("appended");
  });
});
