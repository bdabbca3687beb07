// Waking: for those who are away and have news, once, and never telling why.

import { encodeUtf8 } from "@halqa/bytes";
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
  sendBytes,
  tell,
  tryOut,
  ask,
  type Asking,
  type Client,
  type World,
} from "../testing/relay-world.ts";
import { frameOf } from "../testing/relay-client.ts";
import { KEPT_DAYS } from "./relay-limits.ts";

const log = logKeys("a");
const other = logKeys("b");
const inbox = inboxKeys("i");
const key = new Uint8Array(65).fill(4);
const hosts = ["push.example", "push.test"];

const at = (name: string): string => `https://push.example/send/${name}`;

function registering(
  name: string,
  id: Uint8Array = log.logId,
): Asking & { readonly type: "register-push" } {
  return { type: "register-push", id, endpoint: encodeUtf8(at(name)) };
}

const withPush = (): World => createWorld({ push: { key, hosts } });

/** A device that waits for news of the log, and has gone. */
function away(world: World, name: string): void {
  const client = member(world, log);
  expect(tryOut(client, registering(name))).toBe("ok");
  disconnect(client);
}

/** Whom the relay wakes now. */
function woken(world: World): readonly string[] {
  const before = world.effects.length;
  tell(world, { t: "wake" });
  return world.effects
    .slice(before)
    .flatMap((effect) => (effect.t === "wake" ? effect.endpoints : []));
}

function write(world: World, keys = log): Client {
  const writer = member(world, keys);
  send(writer, appending(keys, bodyOf(world.effects.length)));
  return writer;
}

describe("waking", () => {
  it("[RL-58] is off where the relay has no key for it, and for all who do not ask", () => {
    const world = createWorld();
    const client = member(world, log);
    expect(tryOut(client, { type: "get-push-key" })).toBe("unavailable");
    expect(tryOut(client, registering("a"))).toBe("unavailable");
    const waking = withPush();
    expect(ask(connect(waking), { type: "get-push-key" })).toMatchObject({
      type: "push-key",
      key,
    });
    disconnect(member(waking, log));
    write(waking);
    expect(woken(waking)).toEqual([]);
  });

  it("[RL-58] takes a proof of the read key or the owner's key on this connection", () => {
    const world = withPush();
    member(world, log);
    owner(world, inbox);
    const client = connect(world);
    expect(tryOut(client, registering("a"))).toBe("unavailable");
    const { readSignature: _, ...writing } = opening(client, log);
    send(client, { ...writing, readSignature: undefined });
    expect(tryOut(client, registering("a"))).toBe("unavailable");
    expect(tryOut(client, registering("a", inbox.inboxId))).toBe("unavailable");
    // With the proof in one frame.
    send(client, opening(client, log), registering("a"));
    send(client, openingInbox(client, inbox), registering("a", inbox.inboxId));
    expect(world.state.push.registrations).toBe(2);
    expect(tryOut(client, registering("a", other.logId))).toBe("unavailable");
  });

  it.each([
    "http://push.example/a",
    "https://push.example",
    "https://push.example:8443/a",
    "https://user@push.example/a",
    "https://user@a.push.example/a",
    "https://push.example@10.0.0.1/a",
    "https://PUSH.example/a",
    "https://10.0.0.1/a",
    "https://[::1]/a",
    "https://localhost/a",
    "https://notpush.example/a",
    "https://push.example.org/a",
    "https://push.example\\@10.0.0.1/a",
    "https://push.example/a b",
    "https://push.example/a#b",
    "https://push.example/\u00e9",
    " https://push.example/a",
    "https://push.example/a\n",
  ])("[RL-59] refuses %j as an endpoint", (text) => {
    const world = withPush();
    const endpoint = encodeUtf8(text);
    const client = member(world, log);
    const asking = { ...registering("a"), endpoint };
    expect(tryOut(client, asking)).toBe("unavailable");
    expect(world.state.push.devices.size).toBe(0);
  });

  it("[RL-59] takes endpoints at the hosts of push services and below them", () => {
    const world = withPush();
    for (const text of [
      "https://push.example/a:b_c-D.e~?f=g%20",
      "https://updates.push.test/",
    ]) {
      const endpoint = encodeUtf8(text);
      expect(
        tryOut(member(world, log), { ...registering("a"), endpoint }),
      ).toBe("ok");
    }
    const broken = { ...registering("a"), endpoint: Uint8Array.of(255) };
    expect(tryOut(member(world, log), broken)).toBe("unavailable");
  });

  it("[RL-60] reaches who is away, once until it has been back", () => {
    const world = withPush();
    away(world, "a");
    away(world, "b");
    expect(woken(world)).toEqual([]);
    const writer = write(world);
    expect([...woken(world)].toSorted()).toEqual([at("a"), at("b")]);
    send(writer, appending(log, bodyOf(5_000)));
    expect(woken(world)).toEqual([]);
    away(world, "a");
    expect(woken(world)).toEqual([]);
    send(writer, appending(log, bodyOf(5_001)));
    expect(woken(world)).toEqual([at("a")]);
  });

  it("[RL-60] is for what was asked for alone: a log, an inbox", () => {
    const world = withPush();
    const client = owner(world, inbox);
    send(client, registering("a", inbox.inboxId));
    disconnect(client);
    write(world, log);
    expect(woken(world)).toEqual([]);
    const { sendId } = inbox;
    const asking = { type: "inbox-send", sendId, body: bodyOf(1) } as const;
    send(connect(world), asking);
    expect(woken(world)).toEqual([at("a")]);
  });

  it("[RL-60] spares who is here, but not who vanished without a word", () => {
    const world = withPush();
    const here = member(world, log);
    send(here, registering("a"));
    const writer = write(world);
    expect(woken(world)).toEqual([]);
    // It is alive after that, so it has what came.
    send(here, { type: "ping" });
    disconnect(here);
    expect(woken(world)).toEqual([]);
    const vanishing = member(world, log);
    send(vanishing, registering("a"));
    send(writer, appending(log, bodyOf(5_000)));
    disconnect(vanishing);
    expect(woken(world)).toEqual([at("a")]);
  });

  it("[RL-60] is in mixed order and says nothing but whom", () => {
    const orders = new Set<string>();
    const world = withPush();
    const names = ["a", "b", "c", "d", "e", "f"];
    for (let round = 0; round < 5; round++) {
      for (const name of names) away(world, name);
      write(world);
      const endpoints = woken(world);
      expect(endpoints).toHaveLength(names.length);
      orders.add(endpoints.join());
    }
    expect(orders.size).toBeGreaterThan(3);
  });

  it("[RL-61] replaces what was asked for on an earlier connection, and is taken back", () => {
    const world = withPush();
    away(world, "a");
    const client = member(world, other);
    send(client, registering("a", other.logId));
    disconnect(client);
    write(world, log);
    expect(woken(world)).toEqual([]);
    write(world, other);
    expect(woken(world)).toEqual([at("a")]);
    const forgetting: Asking = {
      type: "forget-push",
      endpoint: encodeUtf8(at("a")),
    };
    expect(tryOut(connect(world), forgetting)).toBe("ok");
    expect(tryOut(connect(world), forgetting)).toBe("ok");
    const { devices, watchers, registrations } = world.state.push;
    expect([devices.size, watchers.size, registrations]).toEqual([0, 0, 0]);
  });

  it("[RL-61] belongs to the latest connection of a device", () => {
    const world = withPush();
    const [old, late] = [member(world, log), member(world, log)];
    send(old, registering("a"));
    send(late, registering("a"));
    disconnect(old);
    write(world);
    expect(woken(world)).toEqual([]);
    disconnect(late);
    expect(woken(world)).toEqual([at("a")]);
  });

  it("[RL-61] is one endpoint for a connection, and bounded in all", () => {
    const world = withPush();
    const client = member(world, log);
    expect(tryOut(client, registering("a"))).toBe("ok");
    expect(tryOut(client, registering("a"))).toBe("ok");
    expect(world.state.push.registrations).toBe(1);
    expect(tryOut(client, registering("b"))).toBe("limit");
    world.state.push.registrations = 400_000;
    const full = member(world, other);
    expect(tryOut(full, registering("c", other.logId))).toBe("quota");
    world.state.push.registrations = 1;
    for (let i = world.state.push.devices.size; i < 20_000; i++) {
      world.state.push.devices.set(`${i}`, {
        endpoint: `${i}`,
        feeds: new Set(),
        conn: undefined,
        hasNews: false,
        isWoken: false,
        day: 1,
      });
    }
    expect(tryOut(member(world, log), registering("d"))).toBe("quota");
  });

  it("[RL-61] ends with an endpoint that is no more, and after 60 days away", () => {
    const world = withPush();
    away(world, "a");
    away(world, "b");
    tell(world, { t: "push-gone", endpoint: at("a") });
    tell(world, { t: "push-gone", endpoint: at("a") });
    write(world);
    expect(woken(world)).toEqual([at("b")]);
    const here = member(world, log);
    send(here, registering("c"));
    tell(world, { t: "tick", day: 1 + KEPT_DAYS.devices });
    expect(world.state.push.devices.size).toBe(2);
    tell(world, { t: "tick", day: 2 + KEPT_DAYS.devices });
    expect([...world.state.push.devices.keys()]).toEqual([at("c")]);
    disconnect(here);
    sendBytes(here, frameOf({ type: "ping", request: 1 }));
    tell(world, { t: "tick", day: 3 + KEPT_DAYS.devices });
    expect(world.state.push.watchers.size).toBe(0);
  });
});
