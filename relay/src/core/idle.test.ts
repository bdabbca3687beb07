// What a connection takes that does nothing, and that nothing is left of those that came and went.

import { describe, expect, it } from "vitest";
import {
  answerStore,
  appending,
  bodyOf,
  connect,
  connectSilently,
  createWorld,
  disconnect,
  drain,
  inboxKeys,
  logKeys,
  member,
  openingInbox,
  owner,
  release,
  send,
  type Client,
  type World,
} from "../testing/relay-world.ts";

const log = logKeys("a");
const inbox = inboxKeys("i");

/** The size of everything in the state that grows, by its name. */
function sizesOf(value: object, path = ""): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, part] of Object.entries(value)) {
    const at = `${path}/${name}`;
    if (part instanceof Map || part instanceof Set) sizes[at] = part.size;
    else if (typeof part === "object" && part !== null) {
      Object.assign(sizes, sizesOf(part, at));
    } else if (typeof part === "number") sizes[at] = part;
  }
  // Both only go up, and mean no memory.
  delete sizes["/nextTag"];
  delete sizes["/refusals"];
  return sizes;
}

/** What clients do before they leave, some in the middle of it. */
const stays: readonly ((world: World) => Client)[] = [
  connectSilently,
  connect,
  (world) => member(world, log),
  (world) => {
    const client = member(world, log);
    send(client, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    return client;
  },
  (world) => {
    const client = member(world, log);
    send(client, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    send(client, { type: "unsubscribe", logId: log.logId });
    return client;
  },
  (world) => {
    const client = connect(world);
    send(client, openingInbox(client, inbox));
    return client;
  },
  (world) => {
    const client = member(world, log);
    world.held.add("store").add("drains");
    send(client, appending(log, bodyOf(client.id)));
    send(client, { type: "read", logId: log.logId, fromSeq: 1, limit: 9 });
    return client;
  },
];

describe("the relay's state", () => {
  it("[RL-20] has its size again after a thousand connections have come and gone", () => {
    const world = createWorld();
    disconnect(member(world, log));
    disconnect(owner(world, inbox));
    const before = sizesOf(world.state);
    for (let i = 0; i < 1_000; i++) {
      const client = stays[i % stays.length]!(world);
      if (i % 3 === 0) answerStore(world);
      disconnect(client);
      release(world);
      world.effects.length = 0;
      world.clients.delete(client.id);
    }
    expect(sizesOf(world.state)).toEqual(before);
  });

  it("[RL-20] has nothing empty on a connection that has done what it came for", () => {
    const world = createWorld();
    const client = member(world, log);
    send(
      client,
      { type: "subscribe", logId: log.logId, fromSeq: 1 },
      { type: "read", logId: log.logId, fromSeq: 1, limit: 9 },
      openingInbox(client, inbox),
      appending(log, bodyOf(1)),
      { type: "unsubscribe", logId: log.logId },
    );
    drain(world, client.id);
    expect(world.state.connections.get(client.id)).toMatchObject({
      inboxes: undefined,
      opening: undefined,
      following: undefined,
      tickets: undefined,
      queue: undefined,
      pulls: undefined,
      page: { t: "idle" },
      load: { requests: 0, bytes: 0 },
    });
  });
});
