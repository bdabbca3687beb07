/** What every entry that was read does to a circle, whatever it holds (docs/spec/circle.md, CI-23, CI-27, CI-30). */
import { equalBytes } from "@halqa/bytes";
import { logKeys } from "./address.ts";
import type { LogAddress } from "./address.ts";
import { decodeAuthenticatedData } from "./authenticated-data.ts";
import type { Circle, CircleEnv, MemberRef } from "./circle.ts";
import { compareSeen, followingLog, isFull } from "./circle-log.ts";
import type { LogMove } from "./circle-log.ts";
import type { ChainAlarm, ReadEntry } from "./entry-outcome.ts";
import { freshEpochKeys } from "./epoch-key.ts";
import { noFragments } from "./fragment-set.ts";

/** A part is a uint16. */
const PARTS = 0x1_0000;

/** Who wrote an entry, and the data around it, where that is known. */
export interface Witness {
  readonly author: MemberRef;
  readonly authenticatedData: Uint8Array;
}

/** Old keys go, a full log is left, a steward who was awaited is heard, and contradictions are told. */
export function finishEntry(
  circle: Circle,
  env: CircleEnv,
  o: { readonly entryId: Uint8Array; readonly witness?: Witness },
): ReadEntry {
  const { entryId, witness } = o;
  const { seq } = circle.log;
  const alarms = witness === undefined ? [] : alarmsOf(circle, witness);
  const heard = witness === undefined ? circle : hear(circle, witness.author);
  const fresh = forgetOldEpochs(heard, env);
  const { address } = fresh.log;
  if (!isFull(fresh.log))
    return { circle: fresh, seq, entryId, alarms, moved: undefined };
  const next = moveTo(fresh, { ...address, part: partAfter(address.part) });
  return { ...next, seq, entryId, alarms };
}

/** Begins again behind the last number: who founds a circle may have begun at any, and no entry may stop its readers. */
function partAfter(part: number): number {
  return (part + 1) % PARTS;
}

/** The circle in the log that follows; its current log ends where it was read to. */
export function moveTo(
  circle: Circle,
  address: LogAddress,
): { readonly circle: Circle; readonly moved: LogMove } {
  const { logId, seq } = circle.log;
  return {
    circle: {
      ...circle,
      log: followingLog(circle.log, address),
      // CI-146: a set is bound to its log.
      fragments: noFragments,
    },
    moved: { closed: { logId, seq }, next: logKeys(address) },
  };
}

function alarmsOf(
  { log }: Circle,
  { author, authenticatedData }: Witness,
): readonly ChainAlarm[] {
  const data = decodeAuthenticatedData(authenticatedData);
  const fault = data.ok ? compareSeen(log, data.value) : undefined;
  return fault === undefined ? [] : [{ ...fault, witness: author }];
}

/** IN-48: only whoever holds the steward's key can have signed a message in this very group. */
function hear(circle: Circle, { memberKey }: MemberRef): Circle {
  const { awaits } = circle;
  return awaits !== undefined && equalBytes(awaits.steward, memberKey)
    ? { ...circle, awaits: undefined }
    : circle;
}

function forgetOldEpochs(circle: Circle, { mls }: CircleEnv): Circle {
  const epochKeys = freshEpochKeys(circle.epochKeys, circle.log.entriesRead);
  if (epochKeys === circle.epochKeys) return circle;
  const keep = epochKeys.length - 1;
  return {
    ...circle,
    epochKeys,
    mls: mls.forgetPastEpochs(circle.mls, { keep }),
  };
}
