/** A device that answered a call to a circle that was built anew, and was let in by nobody (docs/spec/repair.md, RP-28). */
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { CALLED_WAIT_MS } from "./limits.ts";

/** When it can be said, milliseconds; undefined where nothing of the kind is waited for. A clock that was set back waits no longer. */
export function leftOutFrom(
  { now }: StepEnv,
  { rebuild, repair }: CircleRecord,
): number | undefined {
  const hasAnswered =
    rebuild?.isOwn === false &&
    repair?.asks.some(({ groupId }) => groupId !== undefined) === true;
  if (!hasAnswered) return undefined;
  return rebuild.since > now ? now : rebuild.since + CALLED_WAIT_MS;
}

/** Whether the device may come into the circle in another way, as if it were not in. */
export function isLeftOut(env: StepEnv, record: CircleRecord): boolean {
  const from = leftOutFrom(env, record);
  return from !== undefined && from <= env.now;
}
