import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  boundSettings,
  decodeKeeping,
  encodeKeeping,
  NEW_KEEPING,
  type Keeping,
} from "./keeping-record.ts";

const FULL: Keeping = {
  settings: { afterMinutes: 60, onHide: true, blankOnHide: false },
  recoveryKey: new Uint8Array(32).fill(7),
  words: "kept",
  backupAt: 1_790_000_000_000,
  quietUntil: 1_790_000_000_001,
  ticks: ["phone-lock", "no-install-offer"],
};

describe("the record of the keeping", () => {
  it.each([NEW_KEEPING, FULL])(
    "[AP-71] [AP-90] comes back as it was: %#",
    (keeping) => {
      expect(decodeKeeping(encodeKeeping(keeping))).toEqual(keeping);
    },
  );

  it("[AP-71] is one record or none, whatever the bytes", () => {
    const random = createSeededRandom("keeping");
    for (let round = 0; round < 500; round += 1) {
      const bytes = mutateBytes(encodeKeeping(FULL), random);
      const read = decodeKeeping(bytes);
      if (read !== undefined) expect(encodeKeeping(read)).toEqual(bytes);
    }
    expect(decodeKeeping(new Uint8Array())).toBeUndefined();
  });

  it("[AP-73] takes minutes within their bounds", () => {
    const { settings } = FULL;
    const minutes = (afterMinutes: number) =>
      boundSettings({ ...settings, afterMinutes }).afterMinutes;
    expect([-1, 0, 5, 1e9].map(minutes)).toEqual([0, 0, 5, 1_440]);
  });
});
