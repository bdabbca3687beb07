import { describe, expect, it } from "vitest";
import { decode, encode } from "@halqa/bytes";
import {
  nextEpochSent,
  nextNumber,
  nothingSent,
  readCounted,
  writeCounted,
} from "../../circle/sent-count.ts";
import type { Counted } from "../../circle/sent-count.ts";
import { countMessage } from "./count-message.ts";
import {
  askAt,
  closeGap,
  dueAsks,
  isForgotten,
  noteAsked,
  openGaps,
} from "./gaps.ts";
import type { Gap } from "./gaps.ts";
import { hearLeaf, leafAt, startPresence } from "./presence.ts";

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

function numbered(
  epoch: bigint,
  number: number,
  before?: Counted["before"],
): Counted {
  return { epoch, number, before };
}

/** What is missing of a device after it was heard so. */
function missingAfter(...said: readonly Counted[]): readonly string[] {
  let presence = startPresence(NOW, 5n);
  for (const counted of said)
    presence = hearLeaf(
      presence,
      { leaf: 3, epoch: counted.epoch, counted },
      NOW,
    );
  return presence.gaps.map(({ epoch, number }) => `${epoch}.${number}`);
}

describe("numbers of messages", () => {
  it("[CI-191] go up from 0 in each epoch, and tell how many there were in the one before", () => {
    const first = nextNumber(nothingSent, 5n);
    const second = nextNumber(first.sent, 5n);
    expect([first.counted, second.counted]).toEqual([
      numbered(5n, 0),
      numbered(5n, 1),
    ]);
    const quiet = nextEpochSent(nextEpochSent(second.sent, 5n), 6n);
    expect(nextNumber(quiet, 7n).counted).toEqual(
      numbered(7n, 0, { epoch: 5n, count: 2 }),
    );
  });

  it("[CI-191] have one form, and tell of no epoch but an earlier one, and only with the first", () => {
    const read = (counted: Counted): boolean =>
      decode(
        encode((w) => writeCounted(w, counted)),
        readCounted,
      ).ok;
    expect(read(numbered(7n, 0, { epoch: 5n, count: 2 }))).toBe(true);
    expect(read(numbered(7n, 1, { epoch: 5n, count: 2 }))).toBe(false);
    expect(read(numbered(7n, 0, { epoch: 7n, count: 2 }))).toBe(false);
    expect(read(numbered(7n, 0, { epoch: 5n, count: 0 }))).toBe(false);
  });

  it("[PR-20] show what lies between, and fill it in any order", () => {
    expect(missingAfter(numbered(5n, 0), numbered(5n, 1))).toEqual([]);
    expect(missingAfter(numbered(5n, 2))).toEqual(["5.0", "5.1"]);
    expect(missingAfter(numbered(5n, 2), numbered(5n, 0))).toEqual(["5.1"]);
    expect(
      missingAfter(numbered(5n, 2), numbered(5n, 1), numbered(5n, 0)),
    ).toEqual([]);
    expect(missingAfter(numbered(5n, 0), numbered(6n, 1))).toEqual(["6.0"]);
    // Of epochs before this device came nothing is known.
    expect(missingAfter(numbered(4n, 7), numbered(5n, 0))).toEqual([]);
  });

  it("[PR-21] show the last ones of an epoch, also where its first one comes late", () => {
    const before = { epoch: 5n, count: 3 };
    expect(missingAfter(numbered(5n, 0), numbered(6n, 0, before))).toEqual([
      "5.1",
      "5.2",
    ]);
    expect(
      missingAfter(numbered(5n, 0), numbered(6n, 1), numbered(6n, 0, before)),
    ).toEqual(["5.1", "5.2"]);
    const whole = { epoch: 6n, count: 2 };
    expect(missingAfter(numbered(5n, 0), numbered(7n, 0, whole))).toEqual([
      "6.0",
      "6.1",
    ]);
    expect(
      missingAfter(numbered(5n, 0), numbered(6n, 0, { epoch: 5n, count: 1 })),
    ).toEqual([]);
  });

  it("[PR-24] are believed no further than their bound", () => {
    expect(missingAfter(numbered(5n, 4_000_000_000))).toHaveLength(8);
    let gaps: readonly Gap[] = [];
    for (let leaf = 0; leaf < 20; leaf++)
      for (let number = 0; number < 20; number++)
        gaps = openGaps(gaps, {
          leaf,
          missing: [{ epoch: 1n, number }],
          now: NOW,
        });
    expect(gaps).toHaveLength(64);
    expect(Math.max(...gaps.map(({ leaf }) => leaf))).toBe(19);
    expect(gaps.every((one) => !isForgotten(one, NOW + 6 * 24 * HOUR))).toBe(
      true,
    );
    expect(gaps.every((one) => isForgotten(one, NOW + 7 * 24 * HOUR))).toBe(
      true,
    );
  });

  it("[PR-1] are kept of each device, and nothing changes where nothing is new", () => {
    const heard = { leaf: 70, epoch: 5n, counted: undefined };
    const once = hearLeaf(startPresence(NOW, 5n), heard, NOW);
    expect(leafAt(once, 70)?.state).toBe("heard");
    expect(leafAt(once, 69)).toBeUndefined();
    expect(hearLeaf(once, heard, NOW + 1)).toBe(once);
    expect(hearLeaf(once, heard, NOW + 24 * HOUR)).not.toBe(once);
    const { leaf } = countMessage(leafAt(once, 70)!, numbered(5n, 0));
    expect(leaf.next).toBe(1);
  });
});

describe("asking for what is missing", () => {
  const missing = [0, 2].map((number) => ({ epoch: 5n, number }));
  const gaps = openGaps([], { leaf: 3, missing, now: NOW });

  it("[PR-22] waits, asks once for all of a device, and not where somebody else has asked", () => {
    expect(dueAsks(gaps, 1, NOW + 44_000)).toEqual([]);
    const asks = dueAsks(gaps, 1, NOW + 400_000);
    expect(asks).toEqual([
      { kind: "missing", leaf: 3, epoch: 5n, numbers: [0, 2] },
    ]);
    const heard = noteAsked(gaps, asks[0]!, NOW + 400_000);
    expect(dueAsks(heard, 1, NOW + 5 * HOUR)).toEqual([]);
    expect(dueAsks(heard, 1, NOW + 7 * HOUR)).toHaveLength(1);
    const again = noteAsked(heard, asks[0]!, NOW + 7 * HOUR);
    expect(dueAsks(again, 1, NOW + 100 * HOUR)).toEqual([]);
    expect(closeGap(gaps, { leaf: 3, epoch: 5n, number: 2 })).toHaveLength(1);
  });

  it("[PR-22] spreads over minutes who asks", () => {
    const times = Array.from({ length: 200 }, (_, leaf) =>
      askAt(gaps[0]!, leaf),
    ).map((at) => (at ?? 0) - NOW);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(45_000);
    expect(Math.max(...times)).toBeLessThan(345_000);
    expect(times.filter((at) => at < 60_000).length).toBeLessThan(30);
    expect(times.filter((at) => at > 300_000).length).toBeGreaterThan(5);
  });
});
