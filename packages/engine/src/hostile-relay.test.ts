/** A relay that says anything at all, to any request or to none: nothing throws, nothing grows, and an honest one is believed again. */
import { packFrames } from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { MAX_QUEUED_ENTRIES, MAX_QUEUED_MESSAGES } from "./step/limits.ts";
import type { EngineState } from "./step/state.ts";
import { found, gather, invite, say, texts } from "./testing/story.ts";
import {
  addDevice,
  advance,
  begin,
  createWorld,
  deviceOf,
  must,
  settle,
  setOnline,
  tell,
} from "./testing/world.ts";
import type { World } from "./testing/world.ts";

const CODES = ["busy", "unavailable", "head-moved", "subscribed"] as const;
const SIZES = [3_840, 16_128, 65_280] as const;

function anySaying(random: SeededRandom, state: EngineState): RelayCommand {
  const links = [...state.links.values()];
  const asked = links.flatMap(({ requests }) => [...requests.keys()]);
  const request =
    asked.length > 0 && random.int(5) > 0
      ? random.pick(asked)
      : random.int(999);
  const runs = [...state.logs.values()];
  const logId = runs[random.int(runs.length + 1)]?.logId ?? random.bytes(32);
  const next = runs[0]?.nextSeq ?? 1;
  const seq = random.pick([
    1,
    next,
    next + 1,
    next + random.int(3),
    65_536,
    2 ** 40,
    Number.MAX_SAFE_INTEGER,
  ]);
  const inboxes = [...state.durable.circles.values()].flatMap(
    ({ desk, invites }) => [
      desk.inbox.owner.inboxId,
      ...invites.map(({ owner }) => owner.inboxId),
    ],
  );
  const inboxId = random.pick(inboxes);
  const head = random.bytes(32);
  const signature = random.bytes(64);
  const body = random.bytes(random.pick(SIZES));
  const sayings: readonly RelayCommand[] = [
    {
      type: "welcome",
      request,
      relayPub: random.bytes(32),
      challenge: random.bytes(32),
      signature,
    },
    { type: "ok", request },
    { type: "error", request, code: random.pick(CODES) },
    { type: "appended", request, seq, head, signature },
    { type: "entry", logId, seq, body },
    { type: "entry", logId, seq: next, body },
    { type: "head", logId, seq, head, signature },
    { type: "caught-up", request, logId, seq, head, signature },
    { type: "inbox-message", inboxId, seq, body },
    { type: "inbox-caught-up", request, inboxId, seq },
    {
      type: "blob-data",
      request,
      blobId: random.bytes(32),
      index: random.int(16),
      bytes: random.bytes(65_280),
    },
    { type: "pong", request },
  ];
  return random.pick(sayings);
}

function isBounded(state: EngineState): boolean {
  return (
    [...state.logs.values()].every(
      ({ queue, heads }) =>
        queue.length <= MAX_QUEUED_ENTRIES && heads.length <= 8,
    ) &&
    [...state.inboxes.values()].every(
      ({ queue, acks }) =>
        queue.length <= MAX_QUEUED_MESSAGES + 1 && acks.size <= 300,
    ) &&
    [...state.links.values()].every(({ requests }) => requests.size <= 300)
  );
}

/** In half of the worlds it invents no entries, so that no chain is broken and all has to be well afterwards. */
function beset(
  world: World,
  name: string,
  {
    random,
    invents,
  }: { readonly random: SeededRandom; readonly invents: boolean },
): void {
  const device = deviceOf(world, name);
  for (let round = 0; round < 150; round++) {
    const [conn] = device.conns.keys();
    const saying = anySaying(random, device.state);
    if (conn !== undefined && (invents || saying.type !== "entry"))
      for (const frame of packFrames([saying]))
        tell(world, device, { type: "frame", conn, frame });
    if (random.int(3) === 0) settle(world);
    if (random.int(25) === 0) advance(world, random.int(40_000));
    expect(isBounded(device.state)).toBe(true);
  }
}

describe("a relay that says anything", () => {
  it("[EN-24] [EN-80] makes nothing throw and nothing grow, and an honest one is believed again", () => {
    for (let seed = 0; seed < 8; seed++) {
      const random = createSeededRandom(`hostile/${seed}`);
      const world = createWorld(`hostile/${seed}`, "alice", "bob");
      const circle = gather(world, "alice", "bob");
      const name = seed % 2 === 0 ? "alice" : "bob";
      world.relay.tamper = (_, frame) => (random.int(4) === 0 ? [] : [frame]);
      begin(world, name, { command: "send", circle, text: "under siege" });
      beset(world, name, { random, invents: seed % 4 > 1 });
      world.relay.tamper = undefined;
      setOnline(world, name, false);
      setOnline(world, name, true);
      // Entries that nobody wrote were read: our chain is another one, and the honest relay's head says so. Nothing is sent then.
      const { desk } =
        deviceOf(world, name).state.durable.circles.get(circle) ?? {};
      if (desk?.alarms.some((one) => one.kind !== "halted") === true) {
        expect(seed % 4).toBeGreaterThan(1);
        continue;
      }
      say(world, name, { circle, text: "after" });
      advance(world, 60_000);
      for (const who of ["alice", "bob"])
        expect(texts(world, who, circle)).toEqual(["under siege", "after"]);
    }
  }, 60_000);

  it("[EN-24] [EN-60] lets a request be made once and taken as sent", () => {
    for (let seed = 0; seed < 6; seed++) {
      const random = createSeededRandom(`joiner/${seed}`);
      const world = createWorld(`joiner/${seed}`, "alice");
      const circle = found(world, "alice");
      const link = invite(world, "alice", { circle });
      addDevice(world, "bob");
      must(world, "bob", { command: "set-profile", name: "bob" });
      world.relay.tamper = (_, frame) => (random.int(4) === 0 ? [] : [frame]);
      must(world, "bob", { command: "request-join", link, memberName: "bob" });
      beset(world, "bob", { random, invents: true });
      world.relay.tamper = undefined;
      setOnline(world, "bob", false);
      setOnline(world, "bob", true);
      const asking =
        deviceOf(world, "alice").state.durable.circles.get(circle)?.requests ??
        [];
      // "ok" from a relay that never passed it on cannot be told from the truth.
      const isSent = deviceOf(world, "bob").state.durable.circles.get(circle)
        ?.joining?.isSent;
      expect(isSent).toBe(true);
      expect(asking.length).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});
