/** Somebody asks for what is missing (docs/spec/presence.md, PR-22, PR-23): its author says it again, all others leave the asking to whoever asked. */
import type { MissingContent } from "@halqa/model";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { noteAsked } from "./gaps.ts";
import { resend } from "./sent-store.ts";

export function takeMissing(
  env: StepEnv,
  record: CircleRecord,
  asked: MissingContent,
): CircleRecord {
  const { circle, presence, sent, outbox } = record;
  if (circle === undefined) return record;
  if (asked.leaf === circle.mls.own.leafIndex) {
    const again = resend({ sent, outbox }, asked, env.now);
    return again.outbox === outbox ? record : { ...record, ...again };
  }
  if (presence === undefined) return record;
  const gaps = noteAsked(presence.gaps, asked, env.now);
  return gaps === presence.gaps
    ? record
    : { ...record, presence: { ...presence, gaps } };
}
