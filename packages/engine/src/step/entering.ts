/**
 * A linked device comes into a circle (docs/spec/linking.md, LK-31 to LK-34): the Welcome is kept until its tree is there, and then
 * circle, hello and the end of the KeyPackage are one transaction.
 */
import { encodeContent } from "@halqa/model";
import { finishLinkedJoin, openLinkedWelcome } from "../circle/linked-join.ts";
import { addAlarms } from "./alarms.ts";
import { adoptAutoInvites } from "./auto-invites.ts";
import { withDesk } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import { withRecord } from "./entries.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import { createOutboxItem } from "./outbox.ts";
import { noteEpoch } from "./repair-keys.ts";
import { none } from "./writes.ts";

/** What comes into its inbox while it waits; what is no Welcome for this KeyPackage is passed over. */
export function takeEntrance(
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const { entering, desk } = record;
  if (entering === undefined || desk.place !== "waiting") return record;
  const opened = openLinkedWelcome(entering.entering, body);
  if (opened === undefined) return record;
  const welcomed = { ...record, entering: { ...entering, welcome: body } };
  return withDesk(welcomed, { place: "joining" });
}

/** The tree is here: in, or waiting again where the Welcome leads nowhere. */
export function finishEntering(
  context: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): JobStep {
  const next = enter(context, record, parts);
  const durable = withRecord(context, next);
  return { step: "done", durable, writes: [], after: [] };
}

function enter(
  { env }: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): CircleRecord {
  const { entering, desk, outbox } = record;
  if (entering?.welcome === undefined) return record;
  const opened = openLinkedWelcome(entering.entering, entering.welcome);
  if (opened === undefined) return refuse(record, "not-opened");
  const joined = finishLinkedJoin(entering.entering, env, { opened, parts });
  if (!joined.ok) return refuse(record, joined.error.kind);
  // Who has a list from another device reads on behind it.
  const log = { ...joined.value.log, entriesRead: desk.readBefore };
  const circle = { ...joined.value, log };
  const hello = createOutboxItem(env, encodeContent({ kind: "hello" }));
  const inside = withDesk(
    { ...record, circle, entering: undefined, outbox: [...outbox, hello] },
    { place: "in", name: circle.info.name, alarms: none, ended: undefined },
  );
  return noteEpoch(env, adoptAutoInvites(inside));
}

function refuse(record: CircleRecord, reason: string): CircleRecord {
  const { entering } = record;
  const waiting = {
    ...record,
    entering: entering && { ...entering, welcome: undefined },
  };
  const alarmed = addAlarms(waiting, [
    { kind: "halted", reason: `welcome-${reason}` },
  ]);
  return withDesk(alarmed, { place: "waiting" });
}
