/** Letting go of what reads an epoch that ended long ago (docs/spec/circle.md, CI-192): time is the caller's, nothing of V looks at a clock. */
import type { Circle, CircleEnv } from "./circle.ts";

/** Without the keys of epochs up to `last`; never those of the current one. The same circle where there are none. */
export function forgetEpochs(
  circle: Circle,
  { mls }: CircleEnv,
  last: bigint,
): Circle {
  const epochKeys = circle.epochKeys.filter(
    ({ epoch, endedAt }) => endedAt === undefined || epoch > last,
  );
  if (epochKeys.length === circle.epochKeys.length) return circle;
  const keep = epochKeys.length - 1;
  return {
    ...circle,
    epochKeys,
    mls: mls.forgetPastEpochs(circle.mls, { keep }),
  };
}
