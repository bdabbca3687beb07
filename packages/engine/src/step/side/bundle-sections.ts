/** What goes into a bundle (docs/spec/relays-of-a-circle.md, MV-30): bodies that this run has read, the head that proves them, moves, and by choice the outbox. */
import { equalBytes } from "@halqa/bytes";
import { logKeys } from "../../circle/address.ts";
import type { LogAddress } from "../../circle/address.ts";
import type { BundleSection } from "../../circle/bundle.ts";
import type { Circle } from "../../circle/circle.ts";
import type { SideFrame } from "../../circle/side-frame.ts";
import type { CircleRecord } from "../durable.ts";
import type { EngineState } from "../state.ts";
import { sideOf } from "./side-state.ts";
import type { RecentLog } from "./side-run.ts";

/** One for each log, in their order. `since` counts in the current log; earlier logs are whole, or left out when it is not 0. */
export function bundleSections(
  state: EngineState,
  record: CircleRecord,
  o: { readonly since: number; readonly hasOutbox: boolean },
): readonly BundleSection[] {
  const { circle } = record;
  if (circle === undefined) return [];
  const { address, logId } = circle.log;
  const { recent } = sideOf(state, record.id);
  const now = recent.find((one) => equalBytes(one.logId, logId));
  const earlier = recent.filter((one) => one !== now);
  const here: SideFrame[] = [
    ...framesOf(now, o.since),
    ...movesFrom(record, logId),
    ...(o.hasOutbox ? outboxFrames(record, logId) : []),
  ];
  const sections = o.since === 0 ? earlier : [];
  return [
    ...leftSections(record, circle, sections),
    ...sections.map((one) => ({
      address: one.address,
      frames: [...framesOf(one, 0), ...movesFrom(record, one.logId)],
    })),
    { address, frames: here },
  ];
}

function framesOf(log: RecentLog | undefined, since: number): SideFrame[] {
  if (log === undefined) return [];
  const { logId, head } = log;
  return [
    ...log.entries
      .filter(({ seq }) => seq > since)
      .map(({ seq, body }) => ({ frame: "entry", logId, seq, body }) as const),
    ...(head === undefined ? [] : [head]),
  ];
}

function movesFrom(
  { moves }: CircleRecord,
  logId: Uint8Array,
): readonly SideFrame[] {
  return moves.flatMap(({ proposed }) =>
    equalBytes(proposed.move.logId, logId)
      ? [{ frame: "move", proposed } as const]
      : [],
  );
}

/** The move that led here is for those who stand where the log was left, also when nothing of that log was read in this run. */
function leftSections(
  record: CircleRecord,
  { moved }: Circle,
  sections: readonly RecentLog[],
): readonly BundleSection[] {
  const address: LogAddress | undefined = moved?.from?.address;
  if (address === undefined) return [];
  const { logId } = logKeys(address);
  if (sections.some((one) => equalBytes(one.logId, logId))) return [];
  const frames = movesFrom(record, logId);
  return frames.length === 0 ? [] : [{ address, frames }];
}

function outboxFrames(
  { outbox }: CircleRecord,
  logId: Uint8Array,
): readonly SideFrame[] {
  return outbox.flatMap(({ sealed }) =>
    sealed !== undefined && equalBytes(sealed.logId, logId)
      ? [{ frame: "entry", logId, seq: 0, body: sealed.body } as const]
      : [],
  );
}
