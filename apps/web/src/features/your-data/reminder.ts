// When somebody is asked to keep the recovery words or to save a backup again (docs/spec/app.md, AP-71): never before there is
// something to lose, never as the first thing, and again after it was put off.

import type { KeepingView } from "../../client/keeper.ts";

const DAY_MS = 86_400_000;
export const WORDS_AGAIN_MS = 3 * DAY_MS;
export const BACKUP_AGAIN_MS = 7 * DAY_MS;
/** An older backup is worth a reminder. */
export const OLD_BACKUP_MS = 30 * DAY_MS;

export type Reminding = "words" | "backup" | "old-backup" | undefined;

/** What is to be asked for now. */
export function remindOf(
  { words, backupAt, quietUntil }: KeepingView,
  circles: number,
  now: number,
): Reminding {
  if (circles === 0 || (quietUntil ?? 0) > now) return undefined;
  if (words !== "kept") return "words";
  if (backupAt === undefined) return "backup";
  return now - backupAt > OLD_BACKUP_MS ? "old-backup" : undefined;
}
