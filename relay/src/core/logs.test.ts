// Logs: who may make, open, write and read them, and what order and chain come of it.

import {
  bytesToSign,
  CLOSE_CODES,
  firstChainHead,
  headToSign,
  nextChainHead,
  REFUSAL_CODES,
  type RelayCommand,
} from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  answerTo,
  appending,
  ask,
  bodyOf,
  connect,
  createWorld,
  creating,
  creatingInbox,
  failStore,
  inboxKeys,
  logKeys,
  member,
  opening,
  openingInbox,
  outcomeOf,
  owner,
  prove,
  release,
  send,
  sha256,
  signatureOf,
  take,
  tryOut,
  type Client,
  type World,
} from "../testing/relay-world.ts";

const log = logKeys("a");
const other = logKeys("b");
const inbox = inboxKeys("i");

function entriesOf(client: Client, fromSeq = 1, limit = 1_000): RelayCommand[] {
  take(client);
  ask(client, { type: "read", logId: log.logId, fromSeq, limit });
  return take(client);
}

function expectHeadSigned(world: World, said: RelayCommand | undefined): void {
  if (said === undefined || !("head" in said) || !("seq" in said))
    throw new Error("no head");
  const { seq, head, signature } = said;
  const { relayPub } = world.env;
  expect(signature).toEqual(
    signatureOf(relayPub, headToSign(log.logId, { seq, head })),
  );
}

describe("proofs of keys", () => {
  it("[RL-11] are refused from another connection, log, key or operation, and for another relay", () => {
    const world = createWorld();
    member(world, log);
    member(world, other);
    const [client, stranger] = [connect(world), connect(world)];
    const { readPub, writePub, logId: id } = log;
    const attempts = [
      prove(stranger, "open-log/read", { key: readPub, id }),
      prove(client, "open-log/read", { key: readPub, id: other.logId }),
      prove(client, "open-log/read", { key: writePub, id }),
      prove(client, "open-log/write", { key: readPub, id }),
      prove(client, "create-log/read", { key: readPub, id }),
      prove(client, "open-log/read", { key: readPub, id, args: id }),
      signatureOf(
        readPub,
        bytesToSign({
          operation: "open-log/read",
          relayPub: other.readPub,
          challenge: client.challenge,
          id,
        }),
      ),
    ];
    const withRead = (readSignature: Uint8Array): string =>
      tryOut(client, {
        type: "open-log",
        logId: id,
        readSignature,
        writeSignature: undefined,
      });
    expect(attempts.map(withRead)).toEqual(attempts.map(() => "unavailable"));
    expect(withRead(prove(client, "open-log/read", { key: readPub, id }))).toBe(
      "ok",
    );
  });

  it("[RL-11] are refused for another inbox, send id or operation", () => {
    const world = createWorld();
    const client = owner(world, inboxKeys("j"));
    const { ownerPub: key, inboxId: id, sendId } = inbox;
    const make = creatingInbox(client, inbox);
    const other32 = log.logId;
    const attempts = [
      prove(client, "create-inbox", { key, id, args: other32 }),
      prove(client, "create-inbox", { key, id }),
      prove(client, "create-inbox", { key, id: other32, args: sendId }),
      prove(client, "open-inbox", { key, id, args: sendId }),
      prove(connect(world), "create-inbox", { key, id, args: sendId }),
    ];
    for (const signature of attempts)
      expect(tryOut(client, { ...make, signature })).toBe("unavailable");
    expect(tryOut(client, make)).toBe("ok");
    const open = openingInbox(client, inbox);
    const signature = prove(client, "create-inbox", { key, id, args: sendId });
    expect(tryOut(client, { ...open, signature })).toBe("unavailable");
    expect(tryOut(client, open)).toBe("inbox-caught-up");
  });

  it("[RL-22] open what they are for and nothing else", () => {
    const world = createWorld();
    member(world, log);
    const outcomes = (["readSignature", "writeSignature"] as const).map(
      (absent) => {
        const client = connect(world);
        const opened = tryOut(client, {
          ...opening(client, log),
          [absent]: undefined,
        });
        return [
          opened,
          tryOut(client, appending(log, bodyOf(1))),
          tryOut(client, {
            type: "read",
            logId: log.logId,
            fromSeq: 1,
            limit: 1,
          }),
          tryOut(client, { type: "subscribe", logId: log.logId, fromSeq: 1 }),
        ];
      },
    );
    expect(outcomes).toEqual([
      ["ok", "appended", "unavailable", "unavailable"],
      ["ok", "unavailable", "caught-up", "caught-up"],
    ]);
  });

  it("[RL-22] add up, and none is lost by a wrong one", () => {
    const world = createWorld();
    member(world, log);
    const client = connect(world);
    const full = opening(client, log);
    expect(tryOut(client, { ...full, readSignature: undefined })).toBe("ok");
    expect(
      tryOut(client, { ...full, writeSignature: new Uint8Array(64) }),
    ).toBe("unavailable");
    expect(
      tryOut(client, { type: "read", logId: log.logId, fromSeq: 1, limit: 1 }),
    ).toBe("unavailable");
    expect(tryOut(client, { ...full, writeSignature: undefined })).toBe("ok");
    expect(
      tryOut(client, { type: "read", logId: log.logId, fromSeq: 1, limit: 1 }),
    ).toBe("caught-up");
    expect(tryOut(client, appending(log, bodyOf(1)))).toBe("appended");
  });

  it("[RL-22] hold on their connection alone", () => {
    const world = createWorld();
    member(world, log);
    expect(tryOut(connect(world), appending(log, bodyOf(1)))).toBe(
      "unavailable",
    );
  });
});

describe("making a log", () => {
  it("[RL-21] takes both keys and may be done by anyone who has them, again and again", () => {
    const world = createWorld();
    const [first, second] = [connect(world), connect(world)];
    const wrong = new Uint8Array(64);
    for (const bad of [{ writeSignature: wrong }, { readSignature: wrong }]) {
      expect(tryOut(first, { ...creating(first, log), ...bad })).toBe(
        "unavailable",
      );
    }
    expect(tryOut(first, opening(first, log))).toBe("unavailable");
    expect(tryOut(first, creating(first, log))).toBe("ok");
    expect(tryOut(first, opening(first, log))).toBe("ok");
    expect(tryOut(first, appending(log, bodyOf(1)))).toBe("appended");
    expect(tryOut(second, creating(second, log))).toBe("ok");
    expect(tryOut(second, opening(second, log))).toBe("ok");
    expect(entriesOf(second)).toMatchObject([
      { seq: 1 },
      { type: "caught-up", seq: 1 },
    ]);
  });
});

describe("appending", () => {
  it("[RL-23] gives dense sequences over all writers and a chain that clients can reckon", () => {
    const world = createWorld();
    const writers = [
      member(world, log),
      member(world, log),
      member(world, log),
    ];
    let at = {
      seq: 0,
      head: firstChainHead(sha256, log.logId, world.env.relayPub),
    };
    for (let i = 0; i < 12; i++) {
      const body = bodyOf(i, [3_840, 16_128, 65_280][i % 3]);
      const appended = ask(writers[i % 3]!, appending(log, body));
      at = nextChainHead(sha256, at, sha256(body));
      expect(appended).toMatchObject({ type: "appended", ...at });
      expectHeadSigned(world, appended);
    }
    const end = entriesOf(writers[0]!).at(-1);
    expect(end).toMatchObject({ type: "caught-up", logId: log.logId, ...at });
    expectHeadSigned(world, end);
  });

  it("[RL-23] is acknowledged and delivered only when the store has answered", () => {
    const world = createWorld();
    const [writer, reader] = [member(world, log), member(world, log)];
    send(reader, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(reader);
    world.held.add("store");
    expect(tryOut(writer, appending(log, bodyOf(1)))).toBe("nothing");
    expect([...take(writer), ...take(reader)]).toEqual([]);
    release(world);
    expect(take(writer)).toMatchObject([{ type: "appended", seq: 1 }]);
    expect(take(reader).map(({ type }) => type)).toEqual(["entry", "head"]);
  });

  it("[RL-24] knows a body again and delivers it once", () => {
    const world = createWorld();
    const [writer, reader] = [member(world, log), member(world, log)];
    send(reader, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    const first = ask(writer, appending(log, bodyOf(1), 0));
    send(writer, appending(log, bodyOf(2)));
    take(reader);
    const again = ask(writer, appending(log, bodyOf(1), 0));
    const byAnother = ask(member(world, log), appending(log, bodyOf(1), 77));
    for (const answer of [again, byAnother]) {
      expect({ ...answer, request: 0 }).toEqual({ ...first, request: 0 });
    }
    expect(take(reader)).toEqual([]);
    expect(entriesOf(writer).map(({ type }) => type)).toEqual([
      "entry",
      "entry",
      "caught-up",
    ]);
  });

  it("[RL-24] knows it again while the first is on its way to the store", () => {
    const world = createWorld();
    const client = member(world, log);
    send(client, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(client);
    world.held.add("store");
    send(client, appending(log, bodyOf(1)), appending(log, bodyOf(1)));
    send(client, appending(log, bodyOf(1)));
    release(world);
    expect(
      take(client).map((said) => [said.type, "seq" in said && said.seq]),
    ).toEqual([
      ["appended", 1],
      ["appended", 1],
      ["appended", 1],
      ["entry", 1],
      ["head", 1],
    ]);
  });

  it("[RL-25] with an expected head loses to whoever was first", () => {
    const world = createWorld();
    const writers = Array.from({ length: 8 }, () => member(world, log));
    for (let round = 0; round < 5; round++) {
      world.held.add("store");
      const numbers = writers.map(
        (writer, i) =>
          send(writer, appending(log, bodyOf(100 * round + i), round))[0]!,
      );
      release(world);
      const outcomes = writers.map((writer, i) =>
        outcomeOf(answerTo(writer, numbers[i]!)),
      );
      expect(outcomes).toEqual([
        "appended",
        ...Array<string>(7).fill("head-moved"),
      ]);
    }
    expect(tryOut(writers[0]!, appending(log, bodyOf(1_000), 4))).toBe(
      "head-moved",
    );
    expect(tryOut(writers[0]!, appending(log, bodyOf(1_000), 6))).toBe(
      "head-moved",
    );
    expect(tryOut(writers[0]!, appending(log, bodyOf(1_000), 5))).toBe(
      "appended",
    );
  });

  it("[RL-26] ends with the log", () => {
    const world = createWorld();
    const client = member(world, log);
    world.held.add("store");
    /** The answer of a store that is told of an earlier end, so that the log need not be filled. */
    const tryAppend = (n: number): string => {
      const [request = 0] = send(client, appending(log, bodyOf(n)));
      const [wanted] = world.inStore[0]?.requests ?? [];
      expect(wanted).toMatchObject({ t: "append", maxSeq: 65_536 });
      answerStore(
        world,
        1,
        ({ store }) =>
          (requests) =>
            store.runNow(
              requests.map((each) =>
                each.t === "append" ? { ...each, maxSeq: 3 } : each,
              ),
            ),
      );
      return outcomeOf(answerTo(client, request));
    };
    expect([1, 2, 3, 4, 1].map(tryAppend)).toEqual([
      "appended",
      "appended",
      "appended",
      "log-full",
      "appended",
    ]);
    release(world);
    expect(entriesOf(client, 3)).toMatchObject([
      { seq: 3 },
      { type: "caught-up", seq: 3 },
    ]);
  });

  it("[RL-27] that the store fails at is refused and leaves nothing", () => {
    const world = createWorld();
    const [client, reader] = [member(world, log), member(world, log)];
    send(reader, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(reader);
    world.held.add("store");
    send(
      client,
      appending(log, bodyOf(1)),
      creating(client, other),
      opening(client, other),
    );
    send(client, appending(other, bodyOf(1)));
    send(client, { type: "inbox-send", sendId: inbox.sendId, body: bodyOf(1) });
    failStore(world);
    expect(take(client).map((said) => outcomeOf(said))).toEqual([
      "storage",
      "storage",
      "storage",
      "unavailable",
      "storage",
    ]);
    expect(take(reader)).toEqual([]);
    release(world);
    expect(ask(client, appending(log, bodyOf(1)))).toMatchObject({
      type: "appended",
      seq: 1,
    });
    expect(take(reader)).toMatchObject([
      { type: "entry", seq: 1 },
      { type: "head", seq: 1 },
    ]);
  });

  it("[RL-27] [RL-28] that the store fails at stays out of a batch that it is in", () => {
    const world = createWorld();
    const [client, reader] = [member(world, log), member(world, log)];
    send(reader, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(reader);
    world.held.add("store");
    send(client, appending(log, bodyOf(1)));
    send(client, appending(log, bodyOf(2)));
    answerStore(
      world,
      1,
      () => (requests) => requests.map(() => ({ t: "failed" })),
    );
    answerStore(world);
    expect(take(reader)).toMatchObject([
      { seq: 1, body: bodyOf(2) },
      { type: "head", seq: 1 },
    ]);
  });
});

describe("codes", () => {
  it("[RL-15] of refusals and closings have numbers of their own", () => {
    const refusals = Object.values(REFUSAL_CODES);
    expect(refusals).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const closings = Object.values(CLOSE_CODES);
    expect(closings).toEqual([4_400, 4_401, 4_402, 4_403, 4_404]);
  });
});
