// The relay against a naive one, one command at a time: whatever anyone does, both say the same to everyone. Then all of
// it at once, where nothing may be left behind. A failure names its seed.

import { encodeHex, equalBytes } from "@halqa/bytes";
import {
  BLOB_PART_SIZE,
  BODY_SIZES,
  blobIdOf,
  headToSign,
  type BlobData,
  type CaughtUp,
  type Head,
  type RelayCommand,
} from "@halqa/protocol";
import { createSeededRandom, type SeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  act,
  createNaiveClient,
  PARTS_OF_BLOB,
  type Deed,
  type NaiveRelay,
  type Shown,
} from "../testing/naive-relay.ts";
import {
  answerStore,
  appending,
  bodyOf,
  connect,
  createWorld,
  creating,
  creatingInbox,
  disconnect,
  drain,
  failStore,
  inboxKeys,
  logKeys,
  named,
  opening,
  openingInbox,
  outcomeOf,
  release,
  send,
  sendingAsMember,
  sha256,
  signatureOf,
  take,
  type Asking,
  type Client,
  type World,
} from "../testing/relay-world.ts";

const LOGS = ["a", "b", "c", "d"];
const INBOXES = ["i", "j", "k"];
const BLOBS = ["x", "y", "z"];
const KEYS = ["k", "l", "m", "n"];
const QUOTAS = { logs: 3, inboxes: 2, blobParts: 2 * PARTS_OF_BLOB };
const WRONG = new Uint8Array(64);

const bodies = Array.from({ length: 200 }, (_, n) =>
  bodyOf(n, BODY_SIZES[n % 50 === 0 ? 2 : n % 20 === 0 ? 1 : 0]),
);
const numberOfBody = (body: Uint8Array): number =>
  new DataView(body.buffer).getUint32(0);
const partOf = (blob: string, index: number): Uint8Array =>
  bodyOf(100 * BLOBS.indexOf(blob) + index, BLOB_PART_SIZE);
const partHashes = new Map(
  BLOBS.map((name) => [
    name,
    Array.from({ length: PARTS_OF_BLOB }, (_, index) =>
      sha256(partOf(name, index)),
    ),
  ]),
);
const hashesOf = (blob: string): readonly Uint8Array[] =>
  partHashes.get(blob) ?? [];
const names = new Map(
  [
    ...LOGS.map((name) => [logKeys(name).logId, name] as const),
    ...INBOXES.map((name) => [inboxKeys(name).inboxId, name] as const),
    ...BLOBS.map((name) => [blobIdOf(sha256, hashesOf(name)), name] as const),
  ].map(([id, name]) => [encodeHex(id), name]),
);

describe("the relay beside a naive one", () => {
  it.each([1, 2, 3, 4])(
    "[RL-15] [RL-21] [RL-22] [RL-23] [RL-24] [RL-25] [RL-28] [RL-31] [RL-32] [RL-34] [RL-36] [RL-39] [RL-43] [RL-46] [RL-47] [RL-48] says the same to everyone, seed %d",
    (seed) => {
      const random = createSeededRandom(seed);
      const world = createWorld({ quotas: QUOTAS });
      const naive = createNaive(world);
      const clients: Client[] = [];
      for (let i = 0; i < 4; i++) {
        clients.push(connect(world));
        naive.clients.push(createNaiveClient());
      }
      const outcomes = new Map<string, number>();
      for (let round = 0; round < 1_000; round++) {
        const who = random.int(clients.length);
        if (random.bool(0.01)) {
          disconnect(clients[who]!);
          clients[who] = connect(world);
          naive.clients[who] = createNaiveClient();
          continue;
        }
        const deed = drawDeed(random, naive);
        act(naive, naive.clients[who]!, deed);
        send(clients[who]!, askingFor(clients[who]!, deed));
        for (const [i, client] of clients.entries()) {
          const told = take(client).map((said) => short(world, said));
          expect([round, deed, told]).toEqual([
            round,
            deed,
            naive.clients[i]!.told.splice(0),
          ]);
          for (const text of told) {
            const word = text.split(" ")[0] ?? "";
            outcomes.set(word, 1 + (outcomes.get(word) ?? 0));
          }
        }
      }
      // Otherwise the two would agree on little.
      for (const word of [
        "ok",
        "appended",
        "entry",
        "head",
        "caught-up",
        "message",
        "unavailable",
        "head-moved",
        "quota",
        "subscribed",
        "blob-data",
      ]) {
        expect([word, outcomes.get(word) ?? 0]).toEqual([
          word,
          expect.any(Number),
        ]);
        expect(outcomes.get(word) ?? 0).toBeGreaterThan(2);
      }
    },
  );
});

describe("the relay with everything under way at once", () => {
  it.each(Array.from({ length: 12 }, (_, i) => i))(
    "[RL-15] [RL-19] [RL-20] answers each request once and forgets everything, seed %d",
    (seed) => {
      const random = createSeededRandom(`at once ${seed}`);
      const world = createWorld({ quotas: QUOTAS });
      const naive = createNaive(world);
      world.held.add("store").add("drains");
      const unanswered = new Map<Client, Set<number>>();
      for (let i = 0; i < 4; i++) unanswered.set(connect(world), new Set());
      for (let round = 0; round < 400; round++) {
        const client = random.pick([...unanswered.keys()]);
        random.pick<() => void>([
          () => {
            const deeds = Array.from({ length: 1 + random.int(8) }, () =>
              drawDeed(random, naive),
            );
            const askings = deeds.map((deed) => askingFor(client, deed));
            for (const n of send(client, ...askings))
              unanswered.get(client)?.add(n);
          },
          () => answerStore(world, 1 + random.int(2)),
          () => answerStore(world),
          () => {
            if (world.undrained.has(client.id)) drain(world, client.id);
          },
          () => {
            if (random.bool(0.1)) failStore(world);
          },
          () => {
            if (random.bool(0.7)) return;
            disconnect(client);
            unanswered.delete(client);
            unanswered.set(connect(world), new Set());
          },
        ])();
        for (const [each, numbers] of unanswered) hearAnswers(each, numbers);
      }
      release(world);
      for (const [client, numbers] of unanswered) {
        hearAnswers(client, numbers);
        expect([...numbers]).toEqual([]);
        disconnect(client);
      }
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

function hearAnswers(client: Client, unanswered: Set<number>): void {
  for (const said of take(client)) {
    if ("request" in said) expect(unanswered.delete(said.request)).toBe(true);
  }
}

function createNaive({ env }: World): NaiveRelay {
  return {
    logs: new Map(),
    inboxes: new Map(),
    blobs: new Map(),
    clients: [],
    quotas: QUOTAS,
    logIdOf: (log) => encodeHex(logKeys(log).logId),
    bodyIdOf: (body) => encodeHex(sha256(bodies[body]!)),
    relayPub: encodeHex(env.relayPub),
  };
}

function drawDeed(random: SeededRandom, naive: NaiveRelay): Deed {
  const [log, inbox, blob] = [
    random.pick(LOGS),
    random.pick(INBOXES),
    random.pick(BLOBS),
  ];
  const length = naive.logs.get(log)?.length ?? 0;
  const isProven = random.bool(0.9);
  const shown = (): Shown =>
    random.bool(0.7) ? "right" : random.pick(["wrong", "none"]);
  const body = random.int(bodies.length);
  const from = 1 + random.int(length + 3);
  const index = random.int(PARTS_OF_BLOB + 1);
  const append = (): Deed => ({
    t: "append",
    log,
    body,
    expected: random.bool(0.5)
      ? undefined
      : Math.max(0, length - random.int(2)),
  });
  return random.pick<() => Deed>([
    () => ({ t: "create-log", log, isProven }),
    () => ({ t: "open-log", log, read: shown(), write: shown() }),
    () => ({ t: "open-log", log, read: shown(), write: shown() }),
    append,
    append,
    append,
    append,
    () => ({ t: "read", log, from, limit: random.int(5) }),
    () => ({ t: "subscribe", log, from }),
    () => ({ t: "unsubscribe", log }),
    () => ({ t: "create-inbox", inbox, isProven }),
    () => ({ t: "open-inbox", inbox, isProven }),
    () => ({ t: "send", inbox, body: random.int(100), key: undefined }),
    () => ({ t: "send", inbox, body: random.int(200), key: random.pick(KEYS) }),
    () => ({ t: "set-key", inbox, key: random.pick(KEYS) }),
    () => ({ t: "ack", inbox, seq: 1 + random.int(30) }),
    () => ({ t: "create-blob", blob }),
    () => ({ t: "put", blob, index, isRight: random.bool(0.8) }),
    () => ({ t: "get", blob, index }),
  ])();
}

type Named<T> = Extract<Deed, { readonly t: T }>;

/** Declared as a method, so that what makes one command stands where one for any deed is asked for. */
type Asker<D extends Deed> = { ask(client: Client, deed: D): Asking }["ask"];

const askers: { readonly [T in Deed["t"]]: Asker<Named<T>> } = {
  "create-log": (client, deed) => {
    const right = creating(client, logKeys(deed.log));
    return deed.isProven ? right : { ...right, readSignature: WRONG };
  },
  "open-log": (client, deed) => {
    const right = opening(client, logKeys(deed.log));
    const readSignature = choose(deed.read, right.readSignature);
    const writeSignature = choose(deed.write, right.writeSignature);
    return { ...right, readSignature, writeSignature };
  },
  append: (_, { log: name, body, expected }) =>
    appending(logKeys(name), bodies[body]!, expected),
  read: (_, { log: name, from: fromSeq, limit }) => ({
    type: "read",
    logId: logKeys(name).logId,
    fromSeq,
    limit,
  }),
  subscribe: (_, { log: name, from: fromSeq }) => ({
    type: "subscribe",
    logId: logKeys(name).logId,
    fromSeq,
  }),
  unsubscribe: (_, { log: name }) => ({
    type: "unsubscribe",
    logId: logKeys(name).logId,
  }),
  "create-inbox": (client, deed) => {
    const right = creatingInbox(client, inboxKeys(deed.inbox));
    return deed.isProven ? right : { ...right, signature: WRONG };
  },
  "open-inbox": (client, deed) => {
    const right = openingInbox(client, inboxKeys(deed.inbox));
    return deed.isProven ? right : { ...right, signature: WRONG };
  },
  send: (client, { inbox: name, body: n, key }) => {
    const [keys, body] = [inboxKeys(name), bodies[n]!];
    return key === undefined
      ? { type: "inbox-send", sendId: keys.sendId, body }
      : sendingAsMember(client, keys, { key: named(key), body });
  },
  "set-key": (_, { inbox: name, key }) => ({
    type: "set-inbox-key",
    inboxId: inboxKeys(name).inboxId,
    memberPub: named(key),
  }),
  ack: (_, { inbox: name, seq }) => ({
    type: "inbox-ack",
    inboxId: inboxKeys(name).inboxId,
    messageSeq: seq,
  }),
  "create-blob": (_, { blob }) => ({
    type: "blob-create",
    partHashes: hashesOf(blob),
    access: undefined,
  }),
  put: (_, { blob, index, isRight }) => ({
    type: "blob-part",
    blobId: blobIdOf(sha256, hashesOf(blob)),
    index,
    bytes: partOf(blob, isRight ? index : 99),
  }),
  get: (_, { blob, index }) => ({
    type: "blob-get",
    blobId: blobIdOf(sha256, hashesOf(blob)),
    index,
  }),
};

function askingFor(client: Client, deed: Deed): Asking {
  const asker: Asker<Deed> = askers[deed.t];
  return asker(client, deed);
}

function choose(
  shown: Shown,
  right: Uint8Array | undefined,
): Uint8Array | undefined {
  if (shown === "none") return undefined;
  return shown === "right" ? right : WRONG;
}

/** A command as the naive relay puts it. */
function short(world: World, said: RelayCommand): string {
  if (said.type === "head" || said.type === "caught-up") {
    return shortHead(world, said);
  }
  if (said.type === "entry") {
    return `entry ${nameOf(said.logId)} ${said.seq} ${numberOfBody(said.body)}`;
  }
  if (said.type === "appended") {
    return `appended ${said.seq} ${encodeHex(said.head)}`;
  }
  if (said.type === "inbox-message") {
    return `message ${nameOf(said.inboxId)} ${said.seq} ${numberOfBody(said.body)}`;
  }
  if (said.type === "inbox-caught-up") {
    return `inbox-caught-up ${nameOf(said.inboxId)} ${said.seq}`;
  }
  return said.type === "blob-data" ? shortPart(said) : outcomeOf(said);
}

/** A head that is not signed as it should be has no name. */
function shortHead({ env }: World, said: Head | CaughtUp): string {
  const message = headToSign(said.logId, said);
  const isSigned = equalBytes(
    said.signature,
    signatureOf(env.relayPub, message),
  );
  const head = isSigned ? encodeHex(said.head) : "unsigned";
  return `${said.type} ${nameOf(said.logId)} ${said.seq} ${head}`;
}

function shortPart({ blobId, index, bytes }: BlobData): string {
  const blob = nameOf(blobId);
  const isRight = equalBytes(bytes, partOf(blob, index));
  return isRight ? `blob-data ${blob} ${index}` : "another part";
}

function nameOf(id: Uint8Array): string {
  return names.get(encodeHex(id)) ?? "unknown";
}
