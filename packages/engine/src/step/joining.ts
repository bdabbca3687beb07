/**
 * Joining (docs/spec/engine.md, EN-60 to EN-66): request, Welcome, tree, hello. Every step is stored before the next one is
 * taken, and each can be repeated, so that a crash anywhere on the way loses nothing.
 */
import { encodeContent, foldEvent } from "@halqa/model";
import { sha256 } from "@halqa/crypto";
import { finishJoin } from "../circle/finish-join.ts";
import { openWelcome } from "../circle/welcome.ts";
import type { Circle } from "../circle/circle.ts";
import { membersOf } from "../circle/roster.ts";
import { changeId } from "./after-commit.ts";
import { addAlarms } from "./alarms.ts";
import { adoptAutoInvites } from "./auto-invites.ts";
import { withDesk, withItem } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import { itemWrite, indexWrite, withRecord } from "./entries.ts";
import type { JobDone } from "./job.ts";
import { createOutboxItem } from "./outbox.ts";
import { noteEpoch } from "./repair-keys.ts";
import { none } from "./writes.ts";
import type { JobContext, JobStep } from "./job-context.ts";

/** EN-65, EN-66: the circle, our hello and the end of the joining in one transaction; the KeyPackage's private half is gone. */
export function finishJoining(
  context: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): JobStep {
  const { joining } = record;
  if (joining?.welcome === undefined) return unchanged(context);
  const opened = openWelcome(joining.joining, joining.welcome);
  const joined = opened.ok
    ? finishJoin(joining.joining, context.env, { opened: opened.value, parts })
    : opened;
  if (!joined.ok) return refuseWelcome(context, record, joined.error.kind);
  const circle = countOn(joined.value, record);
  const hello = createOutboxItem(context.env, encodeContent({ kind: "hello" }));
  const inside = withDesk(
    {
      ...record,
      circle,
      joining: undefined,
      outbox: [...record.outbox, hello],
    },
    // What was said of earlier Welcomes does not matter any more.
    { place: "in", name: circle.info.name, alarms: none, ended: undefined },
  );
  const member = noteEpoch(context.env, adoptAutoInvites(inside));
  return enterList(context, member, { circle, change: "joined" });
}

/** Whoever was in before reads on from there, or what they do now would count as older than what they did then. */
function countOn(circle: Circle, { desk }: CircleRecord): Circle {
  const entriesRead = desk.readBefore;
  return { ...circle, log: { ...circle.log, entriesRead } };
}

/** A Welcome that leads nowhere is dropped, and another one waited for: whoever knows the inbox can send one. */
function refuseWelcome(
  context: JobContext,
  record: CircleRecord,
  reason: string,
): JobDone {
  const { joining } = record;
  const waiting = {
    ...record,
    joining: joining && { ...joining, welcome: undefined },
  };
  const alarmed = addAlarms(waiting, [
    { kind: "halted", reason: `welcome-${reason}` },
  ]);
  const durable = withRecord(context, withDesk(alarmed, { place: "waiting" }));
  return { step: "done", durable, writes: [], after: [] };
}

/** Our own coming stands in the list, though we did not see the commit that let us in. */
export function enterList(
  context: JobContext,
  record: CircleRecord,
  o: { readonly circle: Circle; readonly change: "founded" | "joined" },
): JobDone {
  const { env } = context;
  const { circle, change } = o;
  const own = membersOf(circle, env).find(({ isOwn }) => isOwn);
  const who = { memberKey: circle.memberKey, name: own?.name ?? "" };
  const { nextOrdinal } = record.desk.summary;
  const folded = foldEvent(
    { item: () => undefined, hasCounted: () => false },
    {
      event: "change",
      id: changeId(sha256(circle.log.relayHead), nextOrdinal),
      position: circle.log.entriesRead,
      minute: Math.floor(env.now / 60_000),
      change,
      who,
    },
    nextOrdinal,
  );
  const [item] = folded.puts;
  if (item === undefined) return unchanged(context);
  const next = withItem(record, item, env.now);
  return {
    step: "done",
    durable: withRecord(context, next),
    writes: [itemWrite(record.id, item), indexWrite(record.id, item.id, item)],
    after: [{ after: "items", circle: record.id, puts: [item] }],
  };
}

function unchanged({ state }: JobContext): JobDone {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}
