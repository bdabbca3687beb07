import { describe, expect, it } from "vitest";
import {
  countRemoval,
  hearRemoval,
  isConfirmed,
  removalTrouble,
  troubleAt,
} from "./removal.ts";
import type { Removal } from "./removal.ts";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

const removal: Removal = {
  epoch: 9n,
  at: NOW,
  people: [],
  expected: [1, 2, 3],
  confirmed: [],
  behind: [],
  hasOthers: true,
  tagAt: undefined,
};

function heard(of: Removal, leaf: number, epoch: bigint): Removal {
  return hearRemoval(of, { leaf, epoch, counted: undefined }, NOW);
}

describe("a removal", () => {
  it("[PR-12] is confirmed by more than half of those who count, and not before", () => {
    expect(isConfirmed(removal)).toBe(false);
    const one = heard(removal, 1, 9n);
    expect(countRemoval(one)).toEqual({ confirmed: 1, of: 3 });
    expect(isConfirmed(one)).toBe(false);
    expect(heard(one, 1, 10n)).toBe(one);
    expect(isConfirmed(heard(one, 2, 10n))).toBe(true);
    // Somebody whom nobody waited for counts as well.
    expect(countRemoval(heard(one, 8, 9n))).toEqual({ confirmed: 2, of: 4 });
    expect(isConfirmed(heard(one, 8, 9n))).toBe(false);
  });

  it("[PR-12] is not while somebody speaks as if it had not been", () => {
    const most = heard(heard(heard(removal, 1, 9n), 2, 9n), 3, 9n);
    const behind = heard(most, 5, 8n);
    expect(isConfirmed(most)).toBe(true);
    expect(isConfirmed(behind)).toBe(false);
    expect(isConfirmed(heard(behind, 5, 9n))).toBe(true);
    // Who followed and had something under way has followed all the same.
    expect(heard(most, 1, 8n)).toBe(most);
  });

  it("[PR-12] has nobody to confirm it where nobody else is there", () => {
    const alone = { ...removal, expected: [], hasOthers: false };
    expect(isConfirmed(alone)).toBe(true);
    expect(removalTrouble(alone, NOW + 30 * DAY)).toBeUndefined();
    const silent = { ...removal, expected: [] };
    expect(isConfirmed(silent)).toBe(false);
    expect(isConfirmed(heard(silent, 4, 9n))).toBe(true);
  });

  it("[PR-13] is trouble when nobody was heard for a week", () => {
    expect(troubleAt(removal)).toBe(NOW + 7 * DAY);
    expect(removalTrouble(removal, NOW + 7 * DAY - 1)).toBeUndefined();
    expect(removalTrouble(removal, NOW + 7 * DAY)).toBe("unconfirmed");
    const one = heard(removal, 1, 9n);
    expect(removalTrouble(one, NOW + 30 * DAY)).toBeUndefined();
    expect(troubleAt(one)).toBeUndefined();
  });

  it("[PR-14] is trouble when somebody goes on as before a day later", () => {
    const behind = heard(heard(removal, 1, 9n), 5, 8n);
    expect(troubleAt(behind)).toBe(NOW + DAY);
    expect(removalTrouble(behind, NOW + DAY - 1)).toBeUndefined();
    expect(removalTrouble(behind, NOW + DAY)).toBe("left-behind");
    expect(removalTrouble(heard(behind, 5, 9n), NOW + 9 * DAY)).toBeUndefined();
  });
});
