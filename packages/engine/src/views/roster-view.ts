/** People as views name them. */
import { encodeBase64url } from "@halqa/bytes";
import type { Roster } from "@halqa/model";
import { membersOf } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import type { CircleRecord } from "../step/durable.ts";
import type { JobContext } from "../step/job-context.ts";

/** The members now; nobody where this device is not in. */
export function membersIn(
  { env }: JobContext,
  { circle }: CircleRecord,
): readonly Member[] {
  return circle === undefined ? [] : membersOf(circle, env);
}

export function rosterOf(
  { desk }: CircleRecord,
  members: readonly Member[],
): Roster {
  const names = members.map(
    ({ memberKey, name }) => [encodeBase64url(memberKey), name] as const,
  );
  return { own: desk.memberKey, names: new Map(names) };
}
