// Whoever asks for something that is not theirs learns nothing from the answer, whatever the reason: the same octets, after
// the same work (docs/spec/forensics.md).

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import {
  blobIdOf,
  decodeRelayFrame,
  type ClientCommand,
  type Operation,
} from "@halqa/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { sha256 } from "../src/node/node-crypto.ts";
import {
  append,
  connectClient,
  createBody,
  createInbox,
  createInboxKeys,
  createLog,
  createLogKeys,
  frameOf,
  prove,
  type InboxKeys,
  type LogKeys,
  type TestKey,
} from "../src/testing/relay-client.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

const REQUEST = 7;

/** Things that are somebody's, and somebody who knows their ids and no key. */
interface Scene {
  readonly relay: WatchedRelay;
  readonly log: LogKeys;
  readonly inbox: InboxKeys;
  readonly blobId: Uint8Array;
  readonly stranger: Stranger;
}

interface Stranger {
  readonly relayPub: Uint8Array;
  readonly challenge: Uint8Array;
  /** The octets of the answer, and the work that the relay did for it. */
  ask(command: ClientCommand): Promise<Answered>;
}

interface Answered {
  readonly frame: string;
  readonly work: readonly string[];
}

async function setScene(leak?: string): Promise<Scene> {
  // Says in the output what it verifies and what it asks the store.
  const told = ["work-in-output", ...(leak === undefined ? [] : [leak])];
  const relay = await startWatchedRelay({ leak: told.join(",") });
  relays.push(relay);
  const owner = await connectClient(relay.port);
  const [log, inbox] = [createLogKeys(), createInboxKeys()];
  await createLog(owner, log);
  await append(owner, log.id, createBody());
  await createInbox(owner, inbox);
  // Announced, and of its parts none is there.
  const partHashes = [sha256(createBody(65_280))];
  await owner.expect("ok", {
    type: "blob-create",
    partHashes,
    access: undefined,
  });
  const blobId = blobIdOf(sha256, partHashes);
  await owner.close();
  const stranger = await meetStranger(relay);
  return { relay, log, inbox, blobId, stranger };
}

async function meetStranger(relay: WatchedRelay): Promise<Stranger> {
  const ws = new WebSocket(`ws://127.0.0.1:${relay.port}/`, {
    perMessageDeflate: false,
  });
  await once(ws, "open");
  const ask = async (frame: Uint8Array): Promise<Uint8Array> => {
    ws.send(frame);
    const [data]: unknown[] = await once(ws, "message");
    if (!(data instanceof Uint8Array)) throw new Error("no bytes");
    return Uint8Array.from(data);
  };
  const nonce = Uint8Array.from(randomBytes(32));
  const hello = frameOf({ type: "hello", request: REQUEST, nonce });
  const commands = decodeRelayFrame(await ask(hello));
  const [welcome] = commands.ok ? commands.value : [];
  if (welcome?.type !== "welcome") throw new Error("not welcome");
  return {
    relayPub: welcome.relayPub,
    challenge: welcome.challenge,
    ask: async (command) => {
      const before = workOf(relay).length;
      const frame = await ask(frameOf(command));
      await ask(frameOf({ type: "ping", request: REQUEST }));
      return {
        frame: Buffer.from(frame).toString("hex"),
        work: await workUntilPing(relay, before),
      };
    },
  };
}

/** Output comes on a line of its own, and may come later than the answer. */
async function workUntilPing(
  relay: WatchedRelay,
  before: number,
): Promise<readonly string[]> {
  for (;;) {
    const work = workOf(relay).slice(before);
    if (work.at(-1) === "ping") return work.slice(0, -1);
    await setTimeout(2);
  }
}

function workOf(relay: WatchedRelay): readonly string[] {
  const lines = Buffer.from(relay.output()).toString().split("\n");
  return lines.flatMap((line) => line.match(/^work: (.*)$/)?.[1] ?? []);
}

function unknownId(): Uint8Array {
  return Uint8Array.from(randomBytes(32));
}

type Ask = readonly [reason: string, command: ClientCommand];

/** Every way to ask in vain, in families that must do the same work. */
function vainRequests(scene: Scene): Readonly<Record<string, readonly Ask[]>> {
  return { ...vainProofs(scene), ...vainUses(scene), ...vainSends(scene) };
}

function vainProofs({ log, inbox, stranger }: Scene) {
  const stray = createLogKeys();
  const other = { ...stranger, challenge: unknownId() };
  const request = REQUEST;
  const reading = (
    logId: Uint8Array,
    key: TestKey,
    more: { readonly by?: typeof other; readonly operation?: Operation } = {},
  ): ClientCommand => ({
    type: "open-log",
    request,
    logId,
    readSignature: prove(more.by ?? stranger, {
      key,
      operation: more.operation ?? "open-log/read",
      id: logId,
    }),
    writeSignature: undefined,
  });
  const writing = (logId: Uint8Array, key: TestKey): ClientCommand => ({
    type: "open-log",
    request,
    logId,
    readSignature: undefined,
    writeSignature: prove(stranger, {
      key,
      operation: "open-log/write",
      id: logId,
    }),
  });
  const opening = (
    inboxId: Uint8Array,
    key: TestKey,
    by = stranger,
  ): ClientCommand => ({
    type: "open-inbox",
    request,
    inboxId,
    signature: prove(by, { key, operation: "open-inbox", id: inboxId }),
  });
  return {
    "open-log": [
      ["of a log that never was", reading(unknownId(), stray.read)],
      ["with a key of another log", reading(log.id, stray.read)],
      ["with the key for writing", reading(log.id, log.write)],
      [
        "with a proof of another connection",
        reading(log.id, log.read, { by: other }),
      ],
      [
        "with a proof for something else",
        reading(log.id, log.read, { operation: "create-log/read" }),
      ],
      [
        "for writing, of a log that never was",
        writing(unknownId(), stray.write),
      ],
      ["for writing, with the key for reading", writing(log.id, log.read)],
    ],
    "open-inbox": [
      ["that never was", opening(unknownId(), stray.read)],
      ["with another key", opening(inbox.id, stray.read)],
      [
        "with a proof of another connection",
        opening(inbox.id, inbox.owner, other),
      ],
    ],
  } satisfies Record<string, readonly Ask[]>;
}

function vainUses({ log, inbox, blobId }: Scene) {
  const request = REQUEST;
  const [body, bytes] = [createBody(), createBody(65_280)];
  const expectedHead = undefined;
  const logs = [
    ["of a log that never was", unknownId()],
    ["of a log that was not opened", log.id],
  ] as const;
  const inboxes = [
    ["of an inbox that never was", unknownId()],
    ["of an inbox that was not opened", inbox.id],
  ] as const;
  const blobs = [
    ["of a blob that never was", unknownId(), 0],
    ["of a part that is not there", blobId, 0],
    ["of a part that there cannot be", blobId, 15],
  ] as const;
  return {
    append: logs.map(([why, logId]) => [
      why,
      { type: "append", request, logId, expectedHead, body },
    ]),
    read: logs.map(([why, logId]) => [
      why,
      { type: "read", request, logId, fromSeq: 1, limit: 1 },
    ]),
    subscribe: logs.map(([why, logId]) => [
      why,
      { type: "subscribe", request, logId, fromSeq: 1 },
    ]),
    "inbox-ack": inboxes.map(([why, inboxId]) => [
      why,
      { type: "inbox-ack", request, inboxId, messageSeq: 1 },
    ]),
    "blob-get": blobs.map(([why, id, index]) => [
      why,
      { type: "blob-get", request, blobId: id, index },
    ]),
    "blob-part": blobs.map(([why, id, index]) => [
      why,
      { type: "blob-part", request, blobId: id, index, bytes },
    ]),
  } satisfies Record<string, readonly Ask[]>;
}

function vainSends({ inbox }: Scene) {
  const [request, body] = [REQUEST, createBody()];
  return {
    "inbox-send": [
      ["to nobody", { type: "inbox-send", request, sendId: unknownId(), body }],
      // Whoever has read the relay's disk, and mistakes the one for the other.
      [
        "to an inbox's own id",
        { type: "inbox-send", request, sendId: inbox.id, body },
      ],
    ],
  } satisfies Record<string, readonly Ask[]>;
}

interface Outcome {
  readonly reason: string;
  readonly answered: Answered;
}

async function askAll(
  stranger: Stranger,
  asks: readonly Ask[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [reason, command] of asks) {
    outcomes.push({ reason, answered: await stranger.ask(command) });
  }
  return outcomes;
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}

describe("a request for what is not one's own", () => {
  let scene: Scene;
  const outcomes = new Map<string, readonly Outcome[]>();

  beforeAll(async () => {
    scene = await setScene();
    for (const [family, asks] of Object.entries(vainRequests(scene))) {
      outcomes.set(family, await askAll(scene.stranger, asks));
    }
  });

  it("[FO-12] is refused in the same octets whatever was asked for and whatever the reason", () => {
    const all = [...outcomes.values()].flat();
    expect(all.length).toBeGreaterThan(20);
    const frames = distinct(all.map(({ answered }) => answered.frame));
    expect(frames).toHaveLength(1);
    const unavailable = {
      type: "error",
      request: REQUEST,
      code: "unavailable",
    };
    const [frame = ""] = frames;
    expect(
      decodeRelayFrame(Uint8Array.from(Buffer.from(frame, "hex"))),
    ).toEqual({
      ok: true,
      value: [unavailable],
    });
  });

  it("[FO-13] is refused after the same work whatever the reason", () => {
    for (const [family, all] of outcomes) {
      const work = all.map(({ answered }) => answered.work.join("; "));
      expect({ family, work: distinct(work) }).toMatchObject({
        work: { length: 1 },
      });
    }
    // What is checked against a key costs a look at the store and a check of a signature.
    const opened = outcomes.get("open-log") ?? [];
    expect(opened[0]?.answered.work).toEqual(["find-log", "verify"]);
  });
});

describe("a leak", () => {
  it("[FO-12] of whether a log exists, by the answer, is found", async () => {
    const scene = await setScene("wrong-key-told-apart");
    const asks = vainRequests(scene)["open-log"] ?? [];
    const outcomes = await askAll(scene.stranger, asks);
    const frames = outcomes.map(({ answered }) => answered.frame);
    expect(distinct(frames).length).toBeGreaterThan(1);
  });

  it("[FO-13] of whether a log exists, by the work, is found", async () => {
    const scene = await setScene("absent-without-work");
    const asks = vainRequests(scene)["open-log"] ?? [];
    const outcomes = await askAll(scene.stranger, asks);
    expect(
      distinct(outcomes.map(({ answered }) => answered.frame)),
    ).toHaveLength(1);
    const work = outcomes.map(({ answered }) => answered.work.join("; "));
    expect(distinct(work).length).toBeGreaterThan(1);
  });
});
