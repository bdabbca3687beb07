// What every store promises (docs/spec/relay.md, "The store"; docs/spec/relay-node.md, RN-14), as one suite
// that each of them runs.

import { assertInvariant, concatBytes } from "@halqa/bytes";
import { firstChainHead, nextChainHead } from "@halqa/protocol";
import { createSeededRandom, type SeededRandom } from "@halqa/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createMemoryStore,
  type LogStore,
  type StoreRequest,
  type StoreResult,
} from "../core/index.ts";
import { sha256 } from "../node/node-crypto.ts";

export interface StoreUnderTest extends LogStore {
  close(): Promise<void>;
}

type Append = Extract<StoreRequest, { t: "append" }>;
type Send = Extract<StoreRequest, { t: "send" }>;
type Sweep = Extract<StoreRequest, { t: "sweep" }>;

const DAY = 20_000;
const ABSENT = { t: "absent" };

/** Runs the suite over the stores that `open` makes; each is new and empty. */
export function describeLogStore(
  name: string,
  open: () => Promise<StoreUnderTest>,
): void {
  describe(name, () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const run = (...requests: readonly StoreRequest[]) => store.run(requests);
    const one = async (request: StoreRequest): Promise<StoreResult> => {
      const [result] = await run(request);
      assertInvariant(result !== undefined, "one result for each request");
      return result;
    };

    it("[RN-14] has nothing at first, and says so in one way", async () => {
      expect(
        await run(
          { t: "find-log", logId: id(1) },
          append(1, body(1)),
          read(1),
          { t: "find-inbox", inboxId: id(1) },
          send(1, body(1)),
          readInbox(1),
          { t: "ack", inboxId: id(1), seq: 1 },
          putPart(1, 0),
          { t: "get-part", blobId: id(1), index: 0 },
          touch("log", 1, DAY),
          touch("inbox", 1, DAY),
          setKey(1, 1),
          findSender(1),
        ),
      ).toEqual(Array.from({ length: 13 }, () => ABSENT));
    });

    it("[RN-14] gives entries dense sequences and the chain, in one run or many", async () => {
      await one(createLog(1));
      let at = { seq: 0, head: head(1) };
      const bodies = [1, 2, 3, 4].map((n) => body(n));
      const [first, second] = await run(
        append(1, bodies[0]),
        append(1, bodies[1]),
      );
      const results = [
        first,
        second,
        await one(append(1, bodies[2])),
        await one(append(1, bodies[3])),
      ];
      for (const [i, result] of results.entries()) {
        at = nextChainHead(sha256, at, sha256(bodies[i] ?? body(0)));
        expect(result).toEqual({ t: "appended", ...at, isNew: true });
      }
      expect(await one(read(1))).toEqual({
        t: "entries",
        entries: bodies.map((stored, i) => ({ seq: i + 1, body: stored })),
        ...at,
        gone: { seq: 0, head: head(1) },
      });
    });

    it("[RN-14] finds a log as it was made, however often", async () => {
      const made = createLog(1);
      expect(await one(made)).toEqual({ t: "done" });
      await one(append(1, body(1)));
      expect(await one(made)).toEqual({ t: "done" });
      expect(await one({ t: "find-log", logId: made.logId })).toEqual({
        t: "log",
        writePub: made.writePub,
        readPub: made.readPub,
      });
      expect(await one(read(1))).toMatchObject({ seq: 1 });
    });

    it("[RN-14] knows an entry again, whatever is expected, until its log's end and after it", async () => {
      await one(createLog(1));
      const first = await one(append(1, body(1)));
      await one(append(1, body(2), { maxSeq: 2 }));
      for (const more of [{}, { expectedHead: 0 }, { maxSeq: 2 }]) {
        const again = await one(append(1, body(1), more));
        expect(again).toEqual({ ...first, isNew: false });
      }
      expect(await one(append(1, body(3), { maxSeq: 2 }))).toEqual({
        t: "refused",
        why: "log-full",
      });
      // The same body in another log is another entry.
      await one(createLog(2));
      expect(await one(append(2, body(1)))).toMatchObject({
        seq: 1,
        isNew: true,
      });
    });

    it("[RN-14] refuses where the head has moved, and goes on with what is beside it", async () => {
      await one(createLog(1));
      expect(
        await run(
          append(1, body(1), { expectedHead: 0 }),
          append(1, body(2), { expectedHead: 0 }),
          append(1, body(3), { expectedHead: 1 }),
        ),
      ).toMatchObject([
        { seq: 1 },
        { t: "refused", why: "head-moved" },
        { seq: 2 },
      ]);
    });

    it("[RN-14] reads within both bounds, and one entry at least", async () => {
      await one(createLog(1));
      for (const n of [1, 2, 3]) await one(append(1, body(n)));
      const seqs = async (more: Partial<ReturnType<typeof read>>) => {
        const result = await one({ ...read(1), ...more });
        assertInvariant(result.t === "entries", "the log is there");
        expect(result.seq).toBe(3);
        return result.entries.map(({ seq }) => seq);
      };
      const { length } = body(1);
      expect(await seqs({ fromSeq: 2 })).toEqual([2, 3]);
      expect(await seqs({ maxEntries: 2 })).toEqual([1, 2]);
      expect(await seqs({ maxBytes: 2 * length })).toEqual([1, 2]);
      expect(await seqs({ maxBytes: 2 * length - 1 })).toEqual([1]);
      expect(await seqs({ maxBytes: 1, fromSeq: 3 })).toEqual([3]);
      expect(await seqs({ maxEntries: 0 })).toEqual([]);
      expect(await seqs({ fromSeq: 4 })).toEqual([]);
    });

    it("[RN-14] keeps bodies of every size as they are", async () => {
      await one(createLog(1));
      const bodies = [3_840, 16_128, 65_280].map((size) =>
        createSeededRandom(size).bytes(size),
      );
      for (const stored of bodies) await one(append(1, stored));
      const result = await one({ ...read(1), maxBytes: 100_000 });
      assertInvariant(result.t === "entries", "the log is there");
      for (const [i, { body: stored }] of result.entries.entries()) {
        expect(Buffer.compare(stored, bodies[i] ?? body(0))).toBe(0);
      }
      expect(result.entries).toHaveLength(3);
    });

    it("[RN-14] refuses what is over quota, and still finds what is there", async () => {
      await run(createLog(1, 2), createLog(2, 2));
      expect(await run(createLog(3, 2), createLog(2, 2))).toEqual([
        { t: "refused", why: "quota" },
        { t: "done" },
      ]);
      await one(createInbox(1, 1, 1));
      expect(await run(createInbox(2, 2, 1), createInbox(1, 1, 1))).toEqual([
        { t: "refused", why: "quota" },
        { t: "done" },
      ]);
      await one(createBlob(1, 4, 4));
      expect(await run(createBlob(2, 1, 4), createBlob(1, 4, 4))).toEqual([
        { t: "refused", why: "quota" },
        { t: "done" },
      ]);
    });

    it("[RN-14] keeps messages until they are acknowledged, and gives no sequence twice", async () => {
      await one(createInbox(1, 9));
      const inboxId = id(1);
      expect(await run(send(9, body(1)), send(9, body(2)))).toEqual([
        { t: "sent", inboxId, seq: 1, isNew: true },
        { t: "sent", inboxId, seq: 2, isNew: true },
      ]);
      expect(await one(send(9, body(1)))).toEqual({
        t: "sent",
        inboxId,
        seq: 1,
        isNew: false,
      });
      expect(await one(send(9, body(3), 2))).toEqual({
        t: "refused",
        why: "quota",
      });
      const ack = { t: "ack", inboxId, seq: 1 } as const;
      expect(await run(ack, ack)).toEqual([{ t: "done" }, { t: "done" }]);
      // Gone, so that the same body is a new message; and there is room again.
      expect(await one(send(9, body(1), 2))).toMatchObject({
        seq: 3,
        isNew: true,
      });
      expect(await one(readInbox(1))).toEqual({
        t: "messages",
        messages: [
          { seq: 2, body: body(2) },
          { seq: 3, body: body(1) },
        ],
        seq: 3,
      });
      const rest = { t: "ack", inboxId } as const;
      await run({ ...rest, seq: 2 }, { ...rest, seq: 3 });
      expect(await one(readInbox(1))).toEqual({
        t: "messages",
        messages: [],
        seq: 3,
      });
    });

    it("[RN-14] gives a send id to one inbox, and an inbox one send id", async () => {
      await one(createInbox(1, 9));
      expect(await one(createInbox(1, 8))).toEqual(ABSENT);
      expect(await one(createInbox(2, 9))).toEqual(ABSENT);
      expect(await one({ t: "find-inbox", inboxId: id(2) })).toEqual(ABSENT);
      expect(await one(createInbox(1, 9))).toEqual({ t: "done" });
    });

    it("[RN-14] keeps a share of an inbox for members, and one for all others", async () => {
      await one(createInbox(1, 9));
      await run(send(9, body(1), 2), send(9, body(2), 2));
      const full = { t: "refused", why: "quota" };
      expect(
        await run(
          send(9, body(3), 2),
          asMember(send(9, body(3), 2)),
          asMember(send(9, body(4), 2)),
          asMember(send(9, body(5), 2)),
          // Known again, whoever sends it.
          asMember(send(9, body(1), 2)),
          send(9, body(4), 2),
        ),
      ).toMatchObject([
        full,
        { seq: 3, isNew: true },
        { seq: 4, isNew: true },
        full,
        { seq: 1, isNew: false },
        { seq: 4, isNew: false },
      ]);
      // What leaves makes room in its own share.
      await one({ t: "ack", inboxId: id(1), seq: 3 });
      expect(
        await run(send(9, body(6), 2), asMember(send(9, body(6), 2))),
      ).toMatchObject([full, { seq: 5 }]);
    });

    it("[RN-14] keeps the key that members sign with, and the one before", async () => {
      await one(createInbox(1, 9));
      const keys = async () => {
        const result = await one(findSender(9));
        assertInvariant(result.t === "sender", "the inbox is there");
        return result.memberPubs;
      };
      expect(await keys()).toEqual([]);
      expect(await one(setKey(1, 1))).toEqual({ t: "done" });
      expect(await keys()).toEqual([id(1)]);
      await run(setKey(1, 2), setKey(1, 2));
      expect(await keys()).toEqual([id(2), id(1)]);
      await one(setKey(1, 3));
      expect(await keys()).toEqual([id(3), id(2)]);
      await one(setKey(1, 2));
      expect(await keys()).toEqual([id(2), id(3)]);
    });

    it("[RN-14] sweeps the oldest entries of a log, and goes on with its chain", async () => {
      await one(createLog(1));
      const results: StoreResult[] = [];
      for (const [n, day] of [1, 2, 2, 1, 3].entries()) {
        results.push(await one(append(1, body(n), { day: DAY + day })));
      }
      expect(await one(sweep({ entriesBefore: DAY + 2 }))).toEqual({
        t: "swept",
        isDone: true,
      });
      const [first, , , fourth] = results;
      assertInvariant(
        first?.t === "appended" && fourth?.t === "appended",
        "appended",
      );
      // The fourth is of an older day than those before it: they protect it.
      expect(await one(read(1))).toMatchObject({
        entries: [2, 3, 4, 5].map((seq) => ({ seq })),
        seq: 5,
        gone: { seq: 1, head: first.head },
      });
      await one(sweep({ entriesBefore: DAY + 3 }));
      expect(await one({ ...read(1), fromSeq: 2 })).toMatchObject({
        entries: [{ seq: 5, body: body(4) }],
        gone: { seq: 4, head: fourth.head },
      });
      await one(sweep({ entriesBefore: DAY + 4 }));
      const last = results[4];
      assertInvariant(last?.t === "appended", "appended");
      const at = { seq: 5, head: last.head };
      expect(await one(read(1))).toEqual({
        t: "entries",
        entries: [],
        ...at,
        gone: at,
      });
      // What is gone is not known again; what is expected and where the log ends go by all that ever was.
      expect(
        await run(
          append(1, body(0), { expectedHead: 0 }),
          append(1, body(0), { maxSeq: 5 }),
          append(1, body(0), { expectedHead: 5 }),
        ),
      ).toEqual([
        { t: "refused", why: "head-moved" },
        { t: "refused", why: "log-full" },
        {
          t: "appended",
          ...nextChainHead(sha256, at, sha256(body(0))),
          isNew: true,
        },
      ]);
      expect(await one(read(1))).toMatchObject({ entries: [{ seq: 6 }] });
    });

    it("[RN-14] sweeps a little at a time until all is done", async () => {
      await run(createLog(1), createLog(2), createInbox(1, 9));
      for (let n = 0; n < 20; n++) {
        await run(append(1, body(n)), append(2, body(n)));
        await one(send(9, body(n), 64));
      }
      const old = { entriesBefore: DAY + 1, messagesBefore: DAY + 1 };
      let rounds = 0;
      for (let isDone = false; !isDone; rounds++) {
        expect(rounds).toBeLessThan(100);
        const result = await one(sweep({ ...old, maxRows: 7 }));
        assertInvariant(result.t === "swept", "swept");
        isDone = result.isDone;
      }
      expect(rounds).toBeGreaterThan(4);
      expect(await run(read(1), read(2), readInbox(1))).toMatchObject([
        { entries: [], gone: { seq: 20 } },
        { entries: [], gone: { seq: 20 } },
        { messages: [], seq: 20 },
      ]);
    });

    it("[RN-14] sweeps logs and inboxes that nobody came back to, with all they hold", async () => {
      await run(createLog(1, 2), createLog(2, 2), append(1, body(1)));
      await run(createInbox(1, 1, 2), createInbox(2, 2, 2));
      await run(send(1, body(1)), send(2, body(1)), setKey(1, 5));
      await run(touch("log", 2, DAY + 5), touch("inbox", 2, DAY + 5));
      // A day is not taken back, and a stranger's message prolongs nothing.
      await run(touch("log", 2, DAY), touch("inbox", 2, DAY));
      await one({ ...send(1, body(2)), day: DAY + 9 });
      await one(sweep({ logsBefore: DAY + 1, inboxesBefore: DAY + 1 }));
      expect(
        await run(
          { t: "find-log", logId: id(1) },
          read(1),
          { t: "find-inbox", inboxId: id(1) },
          send(1, body(3)),
          findSender(1),
        ),
      ).toEqual(Array.from({ length: 5 }, () => ABSENT));
      expect(await run(read(2), readInbox(2))).toMatchObject([
        { seq: 0 },
        { messages: [{ seq: 1 }] },
      ]);
      // There is room again, and nothing of what was is left.
      expect(
        await run(createLog(1, 2), read(1), createInbox(1, 1, 2), readInbox(1)),
      ).toMatchObject([
        { t: "done" },
        { seq: 0, entries: [] },
        { t: "done" },
        { seq: 0, messages: [] },
      ]);
      expect(await one(findSender(1))).toEqual({ t: "sender", memberPubs: [] });
    });

    it("[RN-14] keeps what is made again from that day on", async () => {
      await run(createLog(1), createInbox(1, 1), createBlob(1, 1));
      const later = { day: DAY + 5 };
      await run(
        { ...createLog(1), ...later },
        { ...createInbox(1, 1), ...later },
        { ...createBlob(1, 1), ...later },
        append(1, body(1), { day: DAY }),
      );
      await one(putPart(1, 0));
      const before = DAY + 5;
      await one(
        sweep({
          logsBefore: before,
          inboxesBefore: before,
          blobsBefore: before,
          unfinishedBefore: before,
        }),
      );
      expect(
        await run(
          { t: "find-log", logId: id(1) },
          { t: "find-inbox", inboxId: id(1) },
          { t: "get-part", blobId: id(1), index: 0 },
        ),
      ).toMatchObject([{ t: "log" }, { t: "inbox" }, { t: "part" }]);
    });

    it("[RN-14] sweeps old blobs, and those that were not finished earlier", async () => {
      await run(createBlob(1, 4, 8), createBlob(2, 4, 8));
      await run(
        ...[0, 1, 2, 3].map((index) => putPart(1, index)),
        putPart(2, 0),
      );
      await one(sweep({ unfinishedBefore: DAY + 1 }));
      const get = (n: number): StoreRequest => ({
        t: "get-part",
        blobId: id(n),
        index: 0,
      });
      expect(await run(get(1), get(2), putPart(2, 0))).toMatchObject([
        { t: "part" },
        ABSENT,
        ABSENT,
      ]);
      // Its parts count no more, and come back only if they are put again.
      expect(await one(createBlob(2, 4, 8))).toEqual({ t: "done" });
      expect(await one(get(2))).toEqual(ABSENT);
      await one(sweep({ blobsBefore: DAY + 1 }));
      expect(
        await run(get(1), createBlob(3, 4, 8), createBlob(4, 4, 8)),
      ).toEqual([ABSENT, { t: "done" }, { t: "done" }]);
    });

    it("[RN-14] takes the parts that a blob announced, in any order and once", async () => {
      await one(createBlob(1, 4));
      expect(
        await run(putPart(1, 3), putPart(1, 0), putPart(1, 3), putPart(1, 4), {
          ...putPart(1, 1),
          partHash: sha256(part(2)),
        }),
      ).toEqual([{ t: "done" }, { t: "done" }, { t: "done" }, ABSENT, ABSENT]);
      const get = (index: number): StoreRequest => ({
        t: "get-part",
        blobId: id(1),
        index,
      });
      expect(await run(get(3), get(0), get(1), get(4))).toEqual([
        { t: "part", bytes: part(3) },
        { t: "part", bytes: part(0) },
        ABSENT,
        ABSENT,
      ]);
    });

    it.each([1, 2, 3])(
      "[RN-14] answers as the store in memory does, seed %d",
      async (seed) => {
        const random = createSeededRandom(seed);
        const reference = createMemoryStore(sha256);
        for (let round = 0; round < 120; round++) {
          const requests = Array.from({ length: 1 + random.int(5) }, () =>
            draw(random),
          );
          const [expected, actual] = await Promise.all([
            reference.run(requests),
            store.run(requests),
          ]);
          expect(actual).toEqual(expected);
        }
      },
      // A store that flushes a disk in each round waits for it.
      60_000,
    );
  });
}

/** A request over so few ids that most of them meet. */
function draw(random: SeededRandom): StoreRequest {
  const n = random.int(4);
  const seq = random.int(6);
  const some = body(random.int(8));
  return random.pick<() => StoreRequest>([
    () => createLog(n, 3),
    () => ({ t: "find-log", logId: id(n) }),
    () => append(n, some, { maxSeq: 6 }),
    () => append(n, some, { expectedHead: seq }),
    () => ({ ...read(n), fromSeq: seq + 1, maxEntries: random.int(4) }),
    () => createInbox(n, random.int(4), 3),
    () => ({ t: "find-inbox", inboxId: id(n) }),
    () => send(n, some, 3),
    () => asMember(send(n, some, 3)),
    () => ({ ...append(n, some), day: DAY + random.int(3) }),
    () => touch(random.pick(["log", "inbox"]), n, DAY + random.int(3)),
    () => setKey(n, random.int(3)),
    () => findSender(n),
    () => drawSweep(random),
    () => ({ ...readInbox(n), fromSeq: seq, maxMessages: random.int(4) }),
    () => ({ t: "ack", inboxId: id(n), seq }),
    () => createBlob(n, random.pick([1, 4]), 8),
    () => putPart(n, seq),
    () => ({ t: "get-part", blobId: id(n), index: seq }),
  ])();
}

/** Half of them delete nothing, or nearly all of a run would be spent in an empty store. */
function drawSweep(random: SeededRandom): StoreRequest {
  const before = (): number => DAY - 1 + (random.bool(0.5) ? 0 : random.int(4));
  return sweep({
    entriesBefore: before(),
    logsBefore: DAY + random.int(2),
    messagesBefore: before(),
    inboxesBefore: DAY + random.int(2),
    blobsBefore: before(),
    unfinishedBefore: before(),
  });
}

/** Deletes nothing but what it is told to. */
function sweep(more: Partial<Sweep>): Sweep {
  return {
    t: "sweep",
    entriesBefore: 0,
    logsBefore: 0,
    messagesBefore: 0,
    inboxesBefore: 0,
    blobsBefore: 0,
    unfinishedBefore: 0,
    maxRows: 10_000,
    ...more,
  };
}

function touch(kind: "log" | "inbox", n: number, day: number): StoreRequest {
  return { t: `touch-${kind}`, id: id(n), day };
}

function setKey(n: number, key: number): StoreRequest {
  return { t: "set-member-key", inboxId: id(n), memberPub: id(key) };
}

function findSender(sender: number): StoreRequest {
  return { t: "find-sender", sendId: id(sender + 200) };
}

export function id(n: number): Uint8Array {
  return sha256(Uint8Array.of(n));
}

export function body(n: number): Uint8Array {
  return new Uint8Array(40).fill(n);
}

function head(n: number): Uint8Array {
  return firstChainHead(sha256, id(n), id(99));
}

export function createLog(n: number, maxLogs = 100) {
  return {
    t: "create-log" as const,
    logId: id(n),
    writePub: id(n + 100),
    readPub: id(n + 200),
    head: head(n),
    day: DAY,
    maxLogs,
  };
}

export function append(
  n: number,
  stored: Uint8Array = body(0),
  more: Partial<Append> = {},
): Append {
  return {
    t: "append",
    logId: id(n),
    entryId: sha256(stored),
    body: stored,
    expectedHead: undefined,
    day: DAY,
    maxSeq: 100,
    ...more,
  };
}

export function read(n: number) {
  return {
    t: "read" as const,
    logId: id(n),
    fromSeq: 1,
    maxEntries: 100,
    maxBytes: 10_000,
  };
}

export function createInbox(
  n: number,
  sender: number,
  maxInboxes = 100,
): StoreRequest {
  return {
    t: "create-inbox",
    inboxId: id(n),
    ownerPub: id(n + 100),
    sendId: id(sender + 200),
    day: DAY,
    maxInboxes,
  };
}

export function send(
  sender: number,
  stored: Uint8Array,
  maxMessages = 10,
): Send {
  return {
    t: "send",
    sendId: id(sender + 200),
    messageId: sha256(stored),
    body: stored,
    sender: "open",
    day: DAY,
    maxMessages,
  };
}

function asMember(request: Send): Send {
  return { ...request, sender: "member" };
}

function readInbox(n: number) {
  return {
    t: "read-inbox" as const,
    inboxId: id(n),
    fromSeq: 1,
    maxMessages: 100,
    maxBytes: 10_000,
  };
}

function part(index: number): Uint8Array {
  return concatBytes(body(index), body(7));
}

export function createBlob(
  n: number,
  count: number,
  maxParts = 100,
): StoreRequest {
  return {
    t: "create-blob",
    blobId: id(n),
    partHashes: Array.from({ length: count }, (_, index) =>
      sha256(part(index)),
    ),
    day: DAY,
    maxParts,
  };
}

export function putPart(n: number, index: number) {
  const bytes = part(index);
  return {
    t: "put-part" as const,
    blobId: id(n),
    index,
    partHash: sha256(bytes),
    bytes,
  };
}
