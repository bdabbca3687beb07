// Where things lie on a relay's disk does not tell in which order they came (docs/spec/forensics.md).

import { join } from "node:path";
import { readFileSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { BLOB_PART_SIZE, blobIdOf } from "@halqa/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../src/node/node-crypto.ts";
import {
  append,
  connectClient,
  createBody,
  createInbox,
  createLog,
  type RelayClient,
} from "../src/testing/relay-client.ts";
import { placesOf } from "./support/search.ts";
import { createSecretInbox, createSecretLog } from "./support/secrets.ts";
import {
  kendallDeviation,
  kendallTau,
  type Placed,
} from "./support/statistics.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

const LOGS_A_WAVE = 120;
const INBOXES_A_WAVE = 40;
const PARTS_A_WAVE = 40;
const MOST = 0.1;

/** Something that was stored, as bytes that stand nowhere else, of a log or an inbox. */
interface Arrived {
  readonly of: string;
  /** Its beginning, which lies in a table's page. */
  readonly head: Uint8Array;
  /** Its end: of a body it lies in a page of its own, which is given out otherwise. */
  readonly tail: Uint8Array;
}

interface History {
  readonly file: Uint8Array;
  readonly logs: readonly Arrived[];
  readonly inboxes: readonly Arrived[];
  readonly entries: readonly Arrived[];
  readonly entryIds: readonly Arrived[];
  readonly messages: readonly Arrived[];
  readonly parts: readonly Arrived[];
}

/** Logs and inboxes that are made and written to in waves, with the relay at rest in between. */
async function liveInWaves(leak?: string, waves = 2): Promise<History> {
  const told = ["quick-settling", ...(leak === undefined ? [] : [leak])];
  const relay = await startWatchedRelay({ leak: told.join(",") });
  relays.push(relay);
  const client = await connectClient(relay.port);
  const made = {
    logs: [] as Arrived[],
    inboxes: [] as Arrived[],
    entries: [] as Arrived[],
    entryIds: [] as Arrived[],
    messages: [] as Arrived[],
    parts: [] as Arrived[],
  };
  const logIds: Uint8Array[] = [];
  for (let wave = 0; wave < waves; wave++) {
    await makeLogs(client, made, logIds);
    await makeInboxes(client, made);
    await putParts(client, made);
    await writeTo(client, made, logIds);
    await rest(relay);
  }
  const file = readFileSync(join(relay.dataFolder, "relay.db"));
  await client.close();
  return { ...made, file };
}

/** Until the relay has put everything in its place, and cut its log to nothing. */
async function rest({ dataFolder }: WatchedRelay): Promise<void> {
  const log = join(dataFolder, "relay.db-wal");
  const until = Date.now() + 10_000;
  while (statSync(log).size > 0) {
    expect(Date.now()).toBeLessThan(until);
    await setTimeout(20);
  }
}

type Made = { [K in keyof Omit<History, "file">]: Arrived[] };

async function makeLogs(
  client: RelayClient,
  made: Made,
  logIds: Uint8Array[],
): Promise<void> {
  for (let i = 0; i < LOGS_A_WAVE; i++) {
    const log = createSecretLog();
    await createLog(client, log);
    logIds.push(log.id);
    made.logs.push({ of: hex(log.id), ...row(log.write.publicKey) });
  }
}

async function makeInboxes(client: RelayClient, made: Made): Promise<void> {
  for (let i = 0; i < INBOXES_A_WAVE; i++) {
    const inbox = createSecretInbox();
    const body = createBody();
    await createInbox(client, inbox);
    const { sendId } = inbox;
    await client.expect("ok", { type: "inbox-send", sendId, body });
    made.inboxes.push({ of: hex(inbox.id), ...row(inbox.owner.publicKey) });
    made.messages.push({ of: hex(inbox.id), ...row(body) });
  }
}

async function putParts(client: RelayClient, made: Made): Promise<void> {
  for (let i = 0; i < PARTS_A_WAVE; i++) {
    const bytes = createBody(BLOB_PART_SIZE);
    const partHashes = [sha256(bytes)];
    const blobId = blobIdOf(sha256, partHashes);
    const access = undefined;
    await client.expect("ok", { type: "blob-create", partHashes, access });
    await client.expect("ok", { type: "blob-part", blobId, index: 0, bytes });
    made.parts.push({ of: hex(blobId), ...row(bytes) });
  }
}

/** One entry to every log that there is, in an order of chance. */
async function writeTo(
  client: RelayClient,
  made: Made,
  logIds: readonly Uint8Array[],
): Promise<void> {
  const shuffled = logIds
    .map((id) => ({ id, by: Math.random() }))
    .toSorted((a, b) => a.by - b.by);
  for (const { id } of shuffled) {
    const body = createBody();
    await append(client, id, body);
    made.entries.push({ of: hex(id), ...row(body) });
    made.entryIds.push({ of: hex(id), ...row(sha256(body)) });
  }
}

function row(bytes: Uint8Array): Pick<Arrived, "head" | "tail"> {
  return { head: bytes.slice(0, 24), tail: bytes.slice(-24) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

interface Telling {
  /** How far place tells order: 1 and -1 tell it wholly, 0 not at all. */
  readonly tau: number;
  /** What chance alone does not exceed, by five standard deviations. */
  readonly bound: number;
}

/** What the places of the beginnings and the ends tell, for each kind of thing. */
function tellings({ file, ...kinds }: History): Record<string, Telling> {
  const all = Object.entries(kinds).flatMap(([kind, arrived]) =>
    (["head", "tail"] as const).map((part) => {
      const { tau } = kendallTau(placed(file, arrived, part));
      const bound = Math.max(MOST, 5 * kendallDeviation(arrived.length));
      return [`${kind}, ${part}`, { tau, bound }] as const;
    }),
  );
  return Object.fromEntries(all);
}

function placed(
  file: Uint8Array,
  arrived: readonly Arrived[],
  part: "head" | "tail",
): readonly Placed[] {
  const places = placesOf(
    file,
    arrived.map((one) => one[part]),
  );
  return arrived.flatMap(({ of: group }, rank) => {
    const [place] = places[rank] ?? [];
    expect(place).toBeDefined();
    return place === undefined ? [] : [{ group, rank, place }];
  });
}

function beyond(all: Readonly<Record<string, Telling>>): readonly string[] {
  return Object.entries(all)
    .filter(([, { tau, bound }]) => Math.abs(tau) >= bound)
    .map(([what]) => what);
}

/** Bodies and ids of entries that lie in more than one place: what is left of where they were first. */
function leftovers({
  file,
  entries,
  entryIds,
  messages,
  parts,
}: History): number {
  const all = [...entries, ...entryIds, ...messages, ...parts];
  const places = placesOf(
    file,
    all.map(({ tail }) => tail),
  );
  return places.filter(({ length }) => length > 1).length;
}

describe("where things lie on a relay's disk", () => {
  let history: History;

  beforeAll(async () => {
    history = await liveInWaves(undefined, 4);
  });

  it("[FO-14] does not tell in which order they came", () => {
    const all = tellings(history);
    expect({ all, beyond: beyond(all) }).toMatchObject({ beyond: [] });
    // Enough of them that the rule's own bound decides.
    expect(all["entries, tail"]?.bound).toBe(MOST);
  });

  it("[FO-15] is one place for each, with nothing left where they were before", () => {
    expect(leftovers(history)).toBe(0);
  });
});

describe("a leak", () => {
  it("[FO-14] of places that are given out in order is found", async () => {
    const found = beyond(tellings(await liveInWaves("places-in-order")));
    expect(found).toEqual(
      expect.arrayContaining(["entries, head", "entries, tail"]),
    );
    expect(found).toEqual(expect.arrayContaining(["messages, tail"]));
  });

  it("[FO-15] of what was freed is found", async () => {
    expect(leftovers(await liveInWaves("freed-on-disk"))).toBeGreaterThan(0);
  });
});
