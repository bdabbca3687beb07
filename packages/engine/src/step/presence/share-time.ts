/**
 * When a steward passes on what newcomers miss (docs/spec/presence.md, PR-30, PR-31): once for all who came together, by one steward; the
 * others wait longer and find it done.
 */
import { compareBytes } from "@halqa/bytes";
import type { Circle } from "../../circle/circle.ts";
import { isSteward } from "../../circle/roster.ts";
import { SHARE_FIRST_MS, SHARE_PAUSE_MS, SHARE_STEP_MS } from "../limits.ts";
import type { StepEnv } from "../env.ts";
import { withMeta } from "./presence.ts";
import type { Presence } from "./presence.ts";

/** A device that came was heard for the first time: it can read what is said from here on. */
export function newcomerHeard(
  env: StepEnv,
  presence: Presence,
  circle: Circle,
): Presence {
  const { shareAt, sharedAt } = presence.meta;
  if (shareAt !== undefined || !isSteward(circle)) return presence;
  const soon = env.now + SHARE_FIRST_MS + rankOf(circle) * SHARE_STEP_MS;
  // A time that lies ahead was set by a clock that was wrong.
  const pause = sharedAt > env.now ? 0 : sharedAt + SHARE_PAUSE_MS;
  return withMeta(presence, { shareAt: Math.max(soon, pause) });
}

/** Another steward did it. */
export function sharedByOther(env: StepEnv, presence: Presence): Presence {
  return withMeta(presence, { shareAt: undefined, sharedAt: env.now });
}

/** Who is first goes round with the epochs. */
function rankOf({ info, memberKey, mls }: Circle): number {
  const count = info.stewards.length;
  const at = info.stewards.findIndex(
    (one) => compareBytes(one, memberKey) === 0,
  );
  return at < 0 || count === 0
    ? 0
    : (at + Number(mls.context.epoch % BigInt(count))) % count;
}
