// Whoever asks for something that is not theirs learns nothing from the answer, whatever the reason: the same octets, after
// the same work (docs/spec/forensics.md).

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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
  type RelayClient,
  type TestKey,
} from "../src/testing/relay-client.ts";
import { blobsIn, readRows } from "./support/disk.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

const REQUEST = 7;

/** When the first life of the relay is, and the second: later than anything of the first is kept (`short-lives`). */
const ONCE = "2035-02-03T04:05:06Z";
const LATER = "2037-03-14T15:09:26Z";

/** One thing of each kind. */
interface Things {
  readonly log: LogKeys;
  /** Its circle has a key. */
  readonly inbox: InboxKeys;
  /** Its circle has none. */
  readonly newInbox: InboxKeys;
  /** Announced, and of its parts none is there. */
  readonly blobId: Uint8Array;
}

/** What is somebody's, what was, and somebody who knows all ids and sends what proofs they like. */
interface Scene extends Things {
  readonly relay: WatchedRelay;
  /** Of these everything is gone, and all their keys are known to whoever asks. */
  readonly gone: Things;
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
  const before = await startWatchedRelay({ at: ONCE });
  relays.push(before);
  const gone = await makeThings(before);
  await before.stop();
  livedUntil(before, LATER);
  // Says in the output what it verifies, what it asks the store, and what that does for it.
  const told = [
    "work-in-output",
    "short-lives",
    ...(leak === undefined ? [] : [leak]),
  ];
  const relay = await startWatchedRelay({
    leak: told.join(","),
    statements: true,
    at: LATER,
    dataFolder: before.dataFolder,
    settings: { HALQA_PUSH_CONTACT: "mailto:relay@example.org" },
  });
  relays.push(relay);
  await isSwept(relay, gone);
  const things = await makeThings(relay);
  const stranger = await meetStranger(relay);
  return { relay, ...things, gone, stranger };
}

/** The relay has lived through the days between: otherwise its clock would be taken for wrong, and nothing be deleted (RN-31). */
function livedUntil({ dataFolder }: WatchedRelay, time: string): void {
  const day = Math.floor(Date.parse(time) / 86_400_000);
  const db = new DatabaseSync(join(dataFolder, "relay.db"));
  const { changes } = db
    .prepare("UPDATE totals SET count = ? WHERE kind = 'day'")
    .run(day);
  db.close();
  expect(changes).toBe(1);
}

async function makeThings({ port }: WatchedRelay): Promise<Things> {
  const owner = await connectClient(port);
  const [log, inbox, newInbox] = [
    createLogKeys(),
    createInboxKeys(),
    createInboxKeys(),
  ];
  await createLog(owner, log);
  await append(owner, log.id, createBody());
  await createInbox(owner, newInbox);
  await createInbox(owner, inbox);
  await giveKey(owner, inbox);
  const partHashes = [sha256(createBody(65_280))];
  await owner.expect("ok", {
    type: "blob-create",
    partHashes,
    access: undefined,
  });
  await owner.close();
  return { log, inbox, newInbox, blobId: blobIdOf(sha256, partHashes) };
}

async function giveKey(owner: RelayClient, inbox: InboxKeys): Promise<void> {
  const { id, owner: key } = inbox;
  const signature = prove(owner, { key, operation: "open-inbox", id });
  await owner.expect("inbox-caught-up", {
    type: "open-inbox",
    inboxId: id,
    signature,
  });
  await owner.expect("ok", {
    type: "set-inbox-key",
    inboxId: id,
    memberPub: createLogKeys().write.publicKey,
  });
}

/** Blobs are the last that the relay looks at for what is too old. */
async function isSwept(
  { dataFolder }: WatchedRelay,
  { blobId }: Things,
): Promise<void> {
  const isThere = (): boolean =>
    readRows(dataFolder)
      .flatMap(blobsIn)
      .some((bytes) => Buffer.compare(bytes, blobId) === 0);
  const until = Date.now() + 20_000;
  while (isThere()) {
    if (Date.now() > until) throw new Error("what is too old is still there");
    await setTimeout(20);
  }
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
      const before = relay.output().length;
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
  const until = Date.now() + 10_000;
  for (;;) {
    const work = workSince(relay, before);
    // Behind it may come what the store does on its own after a while.
    const end = work.indexOf("ping");
    if (end !== -1) return work.slice(0, end);
    if (Date.now() > until) throw new Error("no mark in the output");
    await setTimeout(2);
  }
}

function workSince(relay: WatchedRelay, before: number): readonly string[] {
  const said = Buffer.from(relay.output().subarray(before)).toString();
  return said
    .split("\n")
    .flatMap((line) => line.match(/^work: (.*)$/)?.[1] ?? []);
}

function unknownId(): Uint8Array {
  return Uint8Array.from(randomBytes(32));
}

type Ask = readonly [reason: string, command: ClientCommand];

/** Every way to ask in vain, in families that must do the same work. */
function vainRequests(scene: Scene): Readonly<Record<string, readonly Ask[]>> {
  return {
    ...vainMakings(scene),
    ...vainProofs(scene),
    ...vainUses(scene),
    ...vainParts(scene),
    ...vainSends(scene),
  };
}

const request = REQUEST;

/** With the keys of others, which are no secret to those who share a log, and without a proof of them. */
function vainMakings({ log, inbox, gone }: Scene) {
  const signature = Uint8Array.from(randomBytes(64));
  const access = undefined;
  const logs = [
    ["of a log that never was", createLogKeys()],
    ["of a log that is there", log],
    ["of a log that has expired", gone.log],
  ] as const;
  const inboxes = [
    ["of an inbox that never was", createInboxKeys()],
    ["of an inbox that is there", inbox],
    ["of an inbox that has expired", gone.inbox],
  ] as const;
  return {
    "create-log": logs.map(([why, { write, read }]) => [
      why,
      {
        type: "create-log",
        request,
        writePub: write.publicKey,
        readPub: read.publicKey,
        writeSignature: signature,
        readSignature: signature,
        access,
      },
    ]),
    "create-inbox": inboxes.map(([why, { owner, sendId }]) => [
      why,
      {
        type: "create-inbox",
        request,
        ownerPub: owner.publicKey,
        sendId,
        signature,
        access,
      },
    ]),
  } satisfies Record<string, readonly Ask[]>;
}

function vainProofs({ log, inbox, gone, stranger }: Scene) {
  const stray = createLogKeys();
  const other = { ...stranger, challenge: unknownId() };
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
      ["of a log that has expired", reading(gone.log.id, gone.log.read)],
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
      [
        "for writing, of a log that has expired",
        writing(gone.log.id, gone.log.write),
      ],
      ["for writing, with the key for reading", writing(log.id, log.read)],
    ],
    "open-inbox": [
      ["that never was", opening(unknownId(), stray.read)],
      ["that has expired", opening(gone.inbox.id, gone.inbox.owner)],
      ["with another key", opening(inbox.id, stray.read)],
      [
        "with a proof of another connection",
        opening(inbox.id, inbox.owner, other),
      ],
    ],
  } satisfies Record<string, readonly Ask[]>;
}

function vainUses({ log, inbox, gone }: Scene) {
  const body = createBody();
  const expectedHead = undefined;
  const logs = [
    ["of a log that never was", unknownId()],
    ["of a log that has expired", gone.log.id],
    ["of a log that was not opened", log.id],
  ] as const;
  const inboxes = [
    ["of an inbox that never was", unknownId()],
    ["of an inbox that has expired", gone.inbox.id],
    ["of an inbox that was not opened", inbox.id],
  ] as const;
  const endpoint = Buffer.from("https://fcm.googleapis.com/fcm/send/a");
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
    "set-inbox-key": inboxes.map(([why, inboxId]) => [
      why,
      { type: "set-inbox-key", request, inboxId, memberPub: unknownId() },
    ]),
    "register-push": [...logs, ...inboxes].map(([why, id]) => [
      why,
      { type: "register-push", request, id, endpoint },
    ]),
  } satisfies Record<string, readonly Ask[]>;
}

function vainParts({ blobId, gone }: Scene) {
  const bytes = createBody(65_280);
  const blobs = [
    ["of a blob that never was", unknownId(), 0],
    ["of a blob that has expired", gone.blobId, 0],
    ["of a part that is not there", blobId, 0],
    ["of a part that there cannot be", blobId, 15],
  ] as const;
  return {
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

function vainSends({ inbox, newInbox, gone, stranger }: Scene) {
  const body = createBody();
  const sending = (
    sendId: Uint8Array,
    memberSignature?: Uint8Array,
  ): ClientCommand => ({
    type: "inbox-send",
    request,
    sendId,
    memberSignature,
    body,
  });
  const stray = createLogKeys().write;
  const signed = (id: Uint8Array): ClientCommand =>
    sending(
      id,
      prove(stranger, {
        key: stray,
        operation: "inbox-send",
        id,
        args: sha256(body),
      }),
    );
  return {
    "inbox-send": [
      ["to nobody", sending(unknownId())],
      ["to an inbox that has expired", sending(gone.inbox.sendId)],
      // Whoever has read the relay's disk, and mistakes the one for the other.
      ["to an inbox's own id", sending(inbox.id)],
    ],
    "inbox-send, as a member": [
      ["to nobody", signed(unknownId())],
      ["to an inbox that has expired", signed(gone.inbox.sendId)],
      ["to an inbox without a key", signed(newInbox.sendId)],
      ["with another key", signed(inbox.sendId)],
    ],
  } satisfies Record<string, readonly Ask[]>;
}

interface Outcome {
  readonly family: string;
  readonly reason: string;
  /** Of every try. */
  readonly frames: readonly string[];
  /** Of the try with the least of it: now and then the relay does something of its own beside. */
  readonly work: string;
}

/** Asks for everything so often, one thing after the other, so that no try follows one of its own kind. */
async function askAll(scene: Scene, tries: number): Promise<Outcome[]> {
  const asks = Object.entries(vainRequests(scene)).flatMap(
    ([family, reasons]) =>
      reasons.map(([reason, command]) => ({ family, reason, command })),
  );
  const answers = asks.map((): Answered[] => []);
  for (let i = 0; i < tries; i++) {
    for (const [at, { command }] of asks.entries()) {
      answers[at]?.push(await scene.stranger.ask(command));
    }
  }
  return asks.map(({ family, reason }, at) => {
    const all = answers[at] ?? [];
    const [least] = all.map(({ work }) => work).toSorted(byLength);
    const frames = all.map(({ frame }) => frame);
    return { family, reason, frames, work: (least ?? []).join("; ") };
  });
}

function byLength(a: readonly string[], b: readonly string[]): number {
  return a.length - b.length;
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}

/** The families in which the work tells something, with what each reason costs. */
function toldApart(
  outcomes: readonly Outcome[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const families = Object.groupBy(outcomes, ({ family }) => family);
  return Object.fromEntries(
    Object.entries(families).flatMap(([family, own = []]) =>
      distinct(own.map(({ work }) => work)).length > 1
        ? [
            [
              family,
              Object.fromEntries(own.map((one) => [one.reason, one.work])),
            ],
          ]
        : [],
    ),
  );
}

function framesOf(outcomes: readonly Outcome[]): readonly string[] {
  return distinct(outcomes.flatMap(({ frames }) => frames));
}

describe("a request for what is not one's own", () => {
  const tries = 12;
  let outcomes: readonly Outcome[];

  beforeAll(async () => {
    outcomes = await askAll(await setScene(), tries);
  });

  it("[FO-12] is refused in the same octets whatever was asked for and whatever the reason", () => {
    const count = outcomes.flatMap(({ frames }) => frames).length;
    expect(count).toBeGreaterThanOrEqual(500);
    expect(framesOf(outcomes)).toHaveLength(1);
    const unavailable = {
      type: "error",
      request: REQUEST,
      code: "unavailable",
    };
    const [frame = ""] = framesOf(outcomes);
    expect(
      decodeRelayFrame(Uint8Array.from(Buffer.from(frame, "hex"))),
    ).toEqual({
      ok: true,
      value: [unavailable],
    });
  });

  it("[FO-13] is refused after the same work whatever the reason", () => {
    expect(toldApart(outcomes)).toEqual({});
    // What is checked against a key costs a look at the store and a check of a signature.
    const opened = outcomes.find(({ family }) => family === "open-log");
    expect(opened?.work).toMatch(
      /^find-log; PRAGMA data_version; (?:SELECT [^;]+; )+verify$/,
    );
  });
});

describe("a leak", () => {
  it("[FO-12] of whether a log exists, by the answer, is found", async () => {
    const outcomes = await askAll(await setScene("wrong-key-told-apart"), 1);
    expect(framesOf(outcomes).length).toBeGreaterThan(1);
  });

  it("[FO-12] of what is too old, by the answer, is found", async () => {
    const outcomes = await askAll(await setScene("expired-kept"), 1);
    expect(framesOf(outcomes).length).toBeGreaterThan(1);
  });

  it.each(["absent-without-work", "absent-looked-for-twice"])(
    "[FO-13] of whether a log exists, by work that is %s, is found",
    async (leak) => {
      const outcomes = await askAll(await setScene(leak), 2);
      expect(framesOf(outcomes)).toHaveLength(1);
      expect(toldApart(outcomes)).toHaveProperty("open-log");
    },
  );
});
