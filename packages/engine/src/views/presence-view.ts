/** Who was last heard, what is missing, and whether a removal is confirmed, as an interface shows it (docs/spec/presence.md, PR-40 to PR-42). */
import { encodeBase64url } from "@halqa/bytes";
import { isSteward } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import type { CircleRecord } from "../step/durable.ts";
import type { JobContext } from "../step/job-context.ts";
import { dayOf, lastDayOf } from "../step/presence/presence.ts";
import type { Presence } from "../step/presence/presence.ts";
import {
  countRemoval,
  isConfirmed,
  removalTrouble,
} from "../step/presence/removal.ts";
import { isUnheard } from "../step/presence/see-entry.ts";
import type { CircleView, MemberView } from "./view.ts";

/** From so many days on a member is said to be silent. */
const SILENT_DAYS = 7;

/** What a view of a circle is made of here; the days change with the clock. */
export function presenceParts(
  presence: Presence | undefined,
  now: number,
): readonly unknown[] {
  return [presence?.meta.removal, presence?.gaps, presence?.pages, dayOf(now)];
}

/** PR-40, PR-41: of one member; nothing of the person of this device. */
export function presenceViewOf(
  { env }: JobContext,
  { circle, presence }: CircleRecord,
  { leaves, isOwn }: Member,
): Pick<MemberView, "unheard" | "silentDays" | "missing"> {
  if (circle === undefined || presence === undefined || isOwn) return {};
  const unheard = isSteward(circle)
    ? leaves.filter((leaf) => isUnheard(presence, leaf)).length
    : 0;
  const last = Math.max(...leaves.map((leaf) => lastDayOf(presence, leaf)));
  const silentDays = dayOf(env.now) - last;
  const missing = presence.gaps.filter(
    ({ leaf, asks }) => asks > 0 && leaves.includes(leaf),
  ).length;
  return {
    ...(unheard === 0 ? {} : { unheard }),
    ...(silentDays < SILENT_DAYS ? {} : { silentDays }),
    ...(missing === 0 ? {} : { missing }),
  };
}

/** PR-42: never said to be done before the others have shown it. */
export function removalViewOf(
  { env }: JobContext,
  { presence, desk }: CircleRecord,
): Pick<CircleView, "removal"> {
  const removal = presence?.meta.removal;
  if (removal === undefined) return {};
  const isTrouble =
    removalTrouble(removal, env.now) !== undefined &&
    desk.alarms.some(
      ({ kind }) => kind === "unconfirmed" || kind === "left-behind",
    );
  const open = isTrouble ? "trouble" : "pending";
  return {
    removal: {
      people: removal.people.map(({ memberKey, name }) => ({
        member: encodeBase64url(memberKey),
        name,
        own: false,
      })),
      state: isConfirmed(removal) ? "confirmed" : open,
      ...countRemoval(removal),
      since: removal.at,
    },
  };
}
