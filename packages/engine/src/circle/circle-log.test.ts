/** Addresses, the two chains, and what a device remembers of the order it saw. */
import { describe, expect, it } from "vitest";
import { encodeHex } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { firstChainHead, logIdOf, nextChainHead } from "@halqa/protocol";
import { deepFreeze } from "@halqa/testkit";
import { logKeys } from "./address.ts";
import type { LogAddress } from "./address.ts";
import { describeSeen } from "./authenticated-data.ts";
import {
  extendWindow,
  markAt,
  newMarks,
  startWindow,
  windowBytes,
  windowLength,
  windowOf,
} from "./chain-window.ts";
import {
  advanceLog,
  checkHead,
  compareSeen,
  firstLog,
  followingLog,
  isFull,
} from "./circle-log.ts";
import type { CircleLog } from "./circle-log.ts";

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const address: LogAddress = {
  addressNumber: 0,
  part: 0,
  relayPub: key(1),
  logSeed: key(2),
};
const tag = new Uint8Array(8);
const entry = (n: number): Uint8Array =>
  sha256(Uint8Array.of(n & 0xff, n >> 8));

function readUpTo(log: CircleLog, seq: number, salt = 0): CircleLog {
  let at = log;
  while (at.seq < seq) at = advanceLog(at, entry(at.seq + 1 + salt));
  return at;
}

describe("addresses", () => {
  it("[CI-21] gives every member the same keys, and another log for any other seed, relay or part", () => {
    const keys = logKeys(address);
    expect(logKeys({ ...address })).toEqual(keys);
    expect(keys.logId).toEqual(logIdOf(sha256, keys.writePub, keys.readPub));
    expect(keys.writePub).not.toEqual(keys.readPub);
    const others = [{ logSeed: key(3) }, { relayPub: key(3) }, { part: 1 }].map(
      (changed) => encodeHex(logKeys({ ...address, ...changed }).logId),
    );
    expect(new Set([encodeHex(keys.logId), ...others]).size).toBe(4);
  });
});

describe("the relay's chain", () => {
  it("[CI-24] is computed from the entries, from the head that log and relay give", () => {
    const log = firstLog(address, key(9));
    const { logId } = logKeys(address);
    const head = firstChainHead(sha256, logId, key(1));
    expect(log.relayHead).toEqual(head);
    const next = nextChainHead(sha256, { seq: 0, head }, entry(1));
    expect(advanceLog(deepFreeze(log), entry(1))).toMatchObject({
      seq: 1,
      relayHead: next.head,
      entriesRead: 1,
    });
  });
});

describe("the members' chain", () => {
  it("[CI-25] goes on from log to log, and differs when any entry before differed", () => {
    const start = firstLog(address, key(9));
    const next = { ...address, addressNumber: 1, logSeed: key(4) };
    const one = followingLog(readUpTo(start, 3), next);
    const same = followingLog(readUpTo(start, 3), next);
    const other = followingLog(readUpTo(start, 3, 1), next);
    const shorter = followingLog(readUpTo(start, 2), next);
    expect(one).toEqual(same);
    expect(one).toMatchObject({ seq: 0, entriesRead: 3 });
    expect(one.relayHead).toEqual(other.relayHead);
    const origins = [one, other, shorter].map(({ origin }) =>
      encodeHex(origin),
    );
    expect(new Set(origins).size).toBe(3);
    expect(firstLog(address, key(8)).origin).not.toEqual(start.origin);
  });

  it("[CI-27] shows a fork that lies before the log in which it is found", () => {
    const start = firstLog(address, key(9));
    const next = { ...address, addressNumber: 1, logSeed: key(4) };
    const mine = readUpTo(followingLog(readUpTo(start, 3), next), 2);
    const theirs = readUpTo(followingLog(readUpTo(start, 3, 1), next), 1);
    const seen = describeSeen(theirs, tag);
    expect(seen.relayMark).toEqual(markAt(mine.window, 1));
    expect(compareSeen(mine, seen)).toEqual({ kind: "fork", seq: 1 });
  });
});

describe("the window", () => {
  it("[CI-26] keeps the heads of at least 1,024 positions and forgets older ones block by block", () => {
    let window = startWindow(0, key(0));
    const mark = (n: number): Uint8Array =>
      sha256(Uint8Array.of(n & 0xff, n >> 8)).slice(0, 16);
    for (let seq = 1; seq <= 3_000; seq++) {
      const before = windowLength(window);
      window = extendWindow(window, mark(seq));
      const length = windowLength(window);
      expect(length).toBeGreaterThanOrEqual(Math.min(seq + 1, 1_024));
      expect(length).toBeLessThanOrEqual(1_024 + 32);
      expect(length).toBeGreaterThan(before - 32);
      expect(window.from + length - 1).toBe(seq);
    }
    expect(markAt(window, 3_000)).toEqual(mark(3_000));
    expect(markAt(window, 3_000 - 1_023)).toEqual(mark(3_000 - 1_023));
    expect(markAt(window, window.from - 1)).toBeUndefined();
    expect(markAt(window, 3_001)).toBeUndefined();
    expect(markAt(window, 2_999.5)).toBeUndefined();
  });

  it("[CI-26] copies one block at most for one more entry", () => {
    const log = readUpTo(firstLog(address, key(9)), 100);
    const after = advanceLog(log, entry(1));
    const shared = after.window.blocks.filter((block) =>
      log.window.blocks.includes(block),
    );
    expect(shared.length).toBe(log.window.blocks.length - 1);
    expect(after.window.blocks.at(-1)?.length).toBeLessThanOrEqual(512);
  });

  it("[CI-62] gives the marks by which one window is longer than another, and no others", () => {
    const log = readUpTo(firstLog(address, key(9)), 70);
    const later = readUpTo(log, 75);
    const marks = newMarks(log.window, later.window);
    expect(marks?.map(encodeHex)).toEqual(
      [71, 72, 73, 74, 75].map((seq) =>
        encodeHex(markAt(later.window, seq) ?? key(0)),
      ),
    );
    expect(newMarks(log.window, log.window)).toEqual([]);
    expect(newMarks(later.window, log.window)).toBeUndefined();
    const fork = readUpTo(firstLog(address, key(9)), 75, 1);
    expect(newMarks(log.window, fork.window)).toBeUndefined();
  });

  it("[CI-63] is read back from its bytes, and not from others", () => {
    const { window } = readUpTo(firstLog(address, key(9)), 1_500);
    expect(windowOf(window.from, windowBytes(window))).toEqual(window);
    expect(windowOf(0, new Uint8Array())).toBeUndefined();
    expect(windowOf(0, new Uint8Array(17))).toBeUndefined();
    expect(windowOf(0, new Uint8Array(16 * 1_057))).toBeUndefined();
  });
});

describe("what others saw", () => {
  const log = readUpTo(firstLog(address, key(9)), 50);

  it("[CI-27] agrees with every position that we saw too", () => {
    for (const seq of [0, 1, 31, 32, 49]) {
      const seen = describeSeen(readUpTo(firstLog(address, key(9)), seq), tag);
      expect(compareSeen(log, seen)).toBeUndefined();
    }
  });

  it("[CI-27] is a fork when the relay showed them other entries", () => {
    const other = readUpTo(firstLog(address, key(9)), 20, 1);
    const fault = { kind: "fork", seq: 20 };
    expect(compareSeen(log, describeSeen(other, tag))).toEqual(fault);
  });

  it("[CI-27] is a fork when they saw what stands at or behind their own entry", () => {
    const seen = describeSeen(log, tag);
    expect(compareSeen(log, seen)).toEqual({ kind: "fork", seq: 50 });
  });

  it("[CI-27] is not compared where the window does not reach", () => {
    const far = readUpTo(firstLog(address, key(9)), 2_000);
    const early = readUpTo(firstLog(address, key(9)), 10, 1);
    expect(compareSeen(far, describeSeen(early, tag))).toBeUndefined();
  });
});

describe("what the relay signs", () => {
  const log = readUpTo(firstLog(address, key(9)), 50);
  const at = readUpTo(firstLog(address, key(9)), 40);

  it("[CI-28] is a fork when it is not the head that its entries give", () => {
    const right = { seq: 40, head: at.relayHead, isEnd: false };
    expect(checkHead(log, right)).toBeUndefined();
    const wrong = { seq: 40, head: key(7), isEnd: false };
    expect(checkHead(log, wrong)).toEqual({ kind: "fork", seq: 40 });
  });

  it("[CI-28] is a rollback when its log ends before what it has shown", () => {
    const end = { seq: 40, head: at.relayHead, isEnd: true };
    expect(checkHead(log, end)).toEqual({ kind: "rollback", seq: 40 });
    const same = { seq: 50, head: log.relayHead, isEnd: true };
    expect(checkHead(log, same)).toBeUndefined();
  });

  it("[CI-28] says nothing of what was not read yet", () => {
    const ahead = { seq: 60, head: key(7), isEnd: true };
    expect(checkHead(log, ahead)).toBeUndefined();
  });
});

describe("a full log", () => {
  it("[CI-23] ends at its last sequence", () => {
    const log = firstLog(address, key(9));
    expect(isFull({ ...log, seq: 65_535 })).toBe(false);
    expect(isFull({ ...log, seq: 65_536 })).toBe(true);
  });
});
