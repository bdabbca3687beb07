import { describe, expect, it } from "vitest";
import type { KeepingView } from "../../client/keeper.ts";
import { remindOf } from "./reminder.ts";

const DAY = 86_400_000;
const NOW = 1_790_000_000_000;
const view = (own: Partial<KeepingView>): KeepingView => ({
  hasPassphrase: false,
  hasQuickUnlock: false,
  settings: { afterMinutes: 15, onHide: false, blankOnHide: true },
  words: "none",
  ticks: [],
  ...own,
});

describe("remindOf", () => {
  it.each<{
    readonly when: string;
    readonly own: Partial<KeepingView>;
    readonly circles?: number;
    readonly wanted: ReturnType<typeof remindOf>;
  }>([
    { when: "nothing to lose", own: {}, circles: 0, wanted: undefined },
    { when: "words first", own: {}, wanted: "words" },
    { when: "words looked at", own: { words: "shown" }, wanted: "words" },
    { when: "then a backup", own: { words: "kept" }, wanted: "backup" },
    {
      when: "a new backup",
      own: { words: "kept", backupAt: NOW - 29 * DAY },
      wanted: undefined,
    },
    {
      when: "an old backup",
      own: { words: "kept", backupAt: NOW - 31 * DAY },
      wanted: "old-backup",
    },
    { when: "put off", own: { quietUntil: NOW + 1 }, wanted: undefined },
    { when: "put off long ago", own: { quietUntil: NOW - 1 }, wanted: "words" },
  ])("[AP-71] $when", ({ own, circles = 1, wanted }) => {
    expect(remindOf(view(own), circles, NOW)).toBe(wanted);
  });
});
