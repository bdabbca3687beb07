// How long things are kept, who prolongs it, and what those are told who come too late.

import { blobIdOf, headToSign, type RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  answerStore,
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
  release,
  send,
  signatureOf,
  take,
  tell,
  tryOut,
  type Client,
  type World,
} from "../testing/relay-world.ts";
import { KEPT_DAYS } from "./relay-limits.ts";

const log = logKeys("a");
const { logId } = log;
const inbox = inboxKeys("i");

const dayOf = (world: World, day: number): void =>
  tell(world, { t: "tick", day });

/** What a client was told, in short: `e3` an entry, `h3` a head, `c3` caught up, or the outcome. */
function short(commands: readonly RelayCommand[]): string[] {
  return commands.map((command) => {
    if (command.type === "entry") return `e${command.seq}`;
    if (command.type === "head") return `h${command.seq}`;
    return command.type === "caught-up"
      ? `c${command.seq}`
      : outcomeOf(command);
  });
}

/** What one who knows the log is told from here on. */
function readFrom(
  world: World,
  fromSeq: number,
  limit = 1_000,
): RelayCommand[] {
  const reader = connect(world);
  send(reader, opening(reader, log), { type: "read", logId, fromSeq, limit });
  return take(reader).slice(1);
}

function write(writer: Client, ...bodies: readonly number[]): void {
  for (const n of bodies) send(writer, appending(log, bodyOf(n)));
  take(writer);
}

describe("what is too old", () => {
  it("[RL-54] is entries of more than 30 days, and the head stays", () => {
    const world = createWorld();
    const writer = member(world, log);
    write(writer, 1, 2);
    dayOf(world, 2);
    write(writer, 3);
    dayOf(world, 1 + KEPT_DAYS.entries);
    expect(short(readFrom(world, 1))).toEqual(["e1", "e2", "e3", "c3"]);
    dayOf(world, 2 + KEPT_DAYS.entries);
    expect(short(readFrom(world, 3))).toEqual(["e3", "c3"]);
    dayOf(world, 3 + KEPT_DAYS.entries);
    expect(short(readFrom(world, 4))).toEqual(["c3"]);
    expect(ask(writer, appending(log, bodyOf(4)))).toMatchObject({ seq: 4 });
  });

  it("[RL-55] is told by the head from which the chain goes on, wherever the reader stands", () => {
    const world = createWorld();
    const writer = member(world, log);
    write(writer, 1, 2);
    const [, h2] = readFrom(world, 2);
    dayOf(world, 5);
    write(writer, 3);
    dayOf(world, 2 + KEPT_DAYS.entries);
    for (const from of [1, 2]) {
      const told = readFrom(world, from);
      expect(short(told)).toEqual(["h2", "e3", "c3"]);
      const [gone] = told;
      if (gone?.type !== "head" || h2?.type !== "caught-up") {
        throw new Error("heads");
      }
      expect(gone.head).toEqual(h2.head);
      expect(gone.signature).toEqual(
        signatureOf(world.env.relayPub, headToSign(logId, gone)),
      );
    }
    expect(short(readFrom(world, 3))).toEqual(["e3", "c3"]);
    expect(short(readFrom(world, 1, 0))).toEqual(["h2", "c3"]);
    const follower = member(world, log);
    send(follower, { type: "subscribe", logId, fromSeq: 1 });
    expect(short(take(follower))).toEqual(["h2", "e3", "c3"]);
    write(writer, 4);
    expect(short(take(follower))).toEqual(["e4", "h4"]);
  });

  it("[RL-55] is told also where it goes while the log is read", () => {
    const world = createWorld();
    const writer = member(world, log);
    write(writer, ...Array.from({ length: 100 }, (_, i) => i));
    dayOf(world, 5);
    write(writer, 1_000);
    const reader = member(world, log);
    world.held.add("drains");
    send(reader, { type: "subscribe", logId, fromSeq: 1 });
    const first = short(take(reader));
    expect(first.length).toBeLessThan(100);
    dayOf(world, 2 + KEPT_DAYS.entries);
    release(world);
    expect(short(take(reader))).toEqual(["h100", "e101", "c101"]);
  });

  it("[RL-56] is a log 400 days after its last entry or proof, and answers as one that never was", () => {
    const world = createWorld();
    write(member(world, log), 1);
    dayOf(world, 1 + KEPT_DAYS.logs);
    const late = connect(world);
    // This proof prolongs it; a proof of nothing does not.
    expect(tryOut(late, opening(late, log))).toBe("ok");
    dayOf(world, 1 + 2 * KEPT_DAYS.logs);
    const isThere = world.store.runNow([{ t: "find-log", logId }]);
    expect(isThere).toMatchObject([{ t: "log" }]);
    const wrong = connect(world);
    expect(tryOut(wrong, opening(late, log))).toBe("unavailable");
    dayOf(world, 2 + 2 * KEPT_DAYS.logs);
    const tooLate = connect(world);
    const gone = ask(tooLate, opening(tooLate, log));
    const never = ask(tooLate, opening(tooLate, logKeys("never")));
    expect([outcomeOf(gone), outcomeOf(never)]).toEqual([
      "unavailable",
      "unavailable",
    ]);
    expect(tryOut(tooLate, creating(tooLate, log))).toBe("ok");
    expect(short(readFrom(world, 1))).toEqual(["c0"]);
  });

  it("[RL-56] is an inbox 400 days after its owner's last proof, whoever writes to it", () => {
    const world = createWorld();
    owner(world, inbox);
    const sending = (n: number) =>
      ({ type: "inbox-send", sendId: inbox.sendId, body: bodyOf(n) }) as const;
    const sender = connect(world);
    dayOf(world, 100);
    const again = connect(world);
    expect(tryOut(again, openingInbox(again, inbox))).toBe("inbox-caught-up");
    dayOf(world, 100 + KEPT_DAYS.inboxes);
    expect(tryOut(sender, sending(1))).toBe("ok");
    dayOf(world, 101 + KEPT_DAYS.inboxes);
    expect(tryOut(sender, sending(2))).toBe("unavailable");
    const late = connect(world);
    expect(tryOut(late, openingInbox(late, inbox))).toBe("unavailable");
    // Its send id is free again.
    expect(tryOut(late, creatingInbox(late, inbox))).toBe("ok");
  });

  it("[RL-54] is a message after 60 days", () => {
    const world = createWorld();
    owner(world, inbox);
    send(connect(world), {
      type: "inbox-send",
      sendId: inbox.sendId,
      body: bodyOf(1),
    });
    const count = (): number => {
      const reader = connect(world);
      send(reader, openingInbox(reader, inbox));
      return take(reader).length - 1;
    };
    dayOf(world, 1 + KEPT_DAYS.messages);
    expect(count()).toBe(1);
    dayOf(world, 2 + KEPT_DAYS.messages);
    expect(count()).toBe(0);
  });

  it("[RL-54] is a blob after 31 days, and one that was not finished after a day", () => {
    const world = createWorld();
    const client = connect(world);
    const part = bodyOf(1, 65_280);
    const whole = [world.env.sha256(part)];
    const half = [0, 1, 2, 3].map((n) => world.env.sha256(bodyOf(n, 65_280)));
    const blobs = [whole, half].map((partHashes) => {
      send(client, { type: "blob-create", partHashes, access: undefined });
      return blobIdOf(world.env.sha256, partHashes);
    });
    const [one, other] = blobs;
    if (one === undefined || other === undefined) throw new Error("two blobs");
    const put = { type: "blob-part", bytes: part } as const;
    expect(tryOut(client, { ...put, blobId: one, index: 0 })).toBe("ok");
    expect(tryOut(client, { ...put, blobId: other, index: 1 })).toBe("ok");
    const get = (blobId: Uint8Array, index: number): string =>
      tryOut(client, { type: "blob-get", blobId, index });
    dayOf(world, 2);
    expect([get(one, 0), get(other, 1)]).toEqual(["blob-data", "blob-data"]);
    dayOf(world, 3);
    expect([get(one, 0), get(other, 1)]).toEqual(["blob-data", "unavailable"]);
    dayOf(world, 1 + KEPT_DAYS.blobs);
    expect(get(one, 0)).toBe("blob-data");
    dayOf(world, 2 + KEPT_DAYS.blobs);
    expect(get(one, 0)).toBe("unavailable");
  });
});

describe("a sweep", () => {
  const asked = (world: World): number =>
    world.inStore.flatMap(({ requests }) => requests).length;

  it("[RL-57] goes on until all is deleted, one request at a time, beside what others ask", () => {
    const world = createWorld();
    const writer = member(world, log);
    write(writer, ...Array.from({ length: 500 }, (_, i) => i));
    world.held.add("store");
    dayOf(world, 40);
    dayOf(world, 41);
    expect(asked(world)).toBe(1);
    send(writer, appending(log, bodyOf(1_000)));
    answerStore(world);
    expect(take(writer)).toMatchObject([{ type: "appended", seq: 501 }]);
    expect(asked(world)).toBe(1);
    let rounds = 0;
    for (; world.inStore.length > 0; rounds++) answerStore(world, 1);
    expect(rounds).toBeGreaterThan(1);
    release(world);
    expect(short(readFrom(world, 1))).toEqual(["h500", "e501", "c501"]);
    expect(world.state.inStore).toEqual({ requests: 0, bytes: 0 });
  });

  it("[RL-57] that fails is tried again on the next day, and none begins when the relay ends", () => {
    const world = createWorld();
    write(member(world, log), 1);
    world.held.add("store");
    dayOf(world, 40);
    failStore(world);
    expect(asked(world)).toBe(0);
    dayOf(world, 41);
    expect(asked(world)).toBe(1);
    tell(world, { t: "ending" });
    answerStore(world, 1, () => () => [{ t: "swept", isDone: false }]);
    expect(asked(world)).toBe(0);
    dayOf(world, 42);
    expect(asked(world)).toBe(0);
  });
});
