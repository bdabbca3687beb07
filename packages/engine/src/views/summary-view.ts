/** A circle in the list of circles (docs/spec/views.md, VW-4). */
import { overlayPending, nextNoticeOf, summaryToView } from "@halqa/model";
import type { Item, PendingAuthor } from "@halqa/model";
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { isPaused } from "../circle/circle.ts";
import type { LastGood } from "../circle/last-good.ts";
import { safetyNumberOf } from "../circle/safety-number.ts";
import { factsOf } from "../circle/leaf-facts.ts";
import type { RelayRecord } from "../circle/relay-record.ts";
import { relayKey } from "../step/relays.ts";
import { isSteward } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import { mayPin } from "../circle/roles.ts";
import type { CircleRecord, StoredAlarm } from "../step/durable.ts";
import { isAsking } from "../step/asking.ts";
import { inboxesOf } from "../step/inboxes.ts";
import { isCaughtUp } from "../step/log-run.ts";
import type { EngineState } from "../step/state.ts";
import { endOf, ownRole } from "./membership-view.ts";
import { deliveriesOf, pendingOf, queuedIn } from "./outbox-view.ts";
import { membersIn, rosterOf } from "./roster-view.ts";
import { alarmId, visibleAlarms } from "../step/alarms.ts";
import type { Repair } from "../step/repair-record.ts";
import type { RepairView } from "./view.ts";
import type { Alarm, CircleSummary, Standing } from "./view.ts";
import type { JobContext } from "../step/job-context.ts";

/** As much of a draft as a line of a list shows. */
const DRAFT_LENGTH = 100;

export function summaryOf(
  context: JobContext,
  record: CircleRecord,
): CircleSummary {
  const { state } = context;
  const { circle, desk, requests } = record;
  const members = membersIn(context, record);
  const roster = rosterOf(record, members);
  const model = summaryToView(desk.summary, {
    roster,
    delivery: deliveriesOf(state, record),
    next: nextItem(context, record),
    queued: newestQueued(record, members),
  });
  const ended = endOf(record);
  return {
    circle: record.id,
    name: desk.name,
    standing: standingOf(record),
    members: members.length,
    stewards: members.filter((one) => one.isSteward).length,
    steward: circle !== undefined && isSteward(circle),
    linked: isLinked(context, record),
    role: ownRole(record),
    kind: circle?.info.settings.kind ?? "circle",
    closed: circle?.info.isClosed === true,
    ...(ended === undefined ? {} : { ended }),
    requests: requests.filter((one) => one.state === "asking").length,
    alarms: [...pauseOf(record), ...visibleAlarms(record).map(alarmView)],
    ...repairOf(record),
    caughtUp: isAllRead(state, record),
    queued: queuedIn(state, record),
    ...(record.draft === undefined
      ? {}
      : { draft: record.draft.text.slice(0, DRAFT_LENGTH) }),
    ...model,
  };
}

/** LK-40: only the first device of a person in a circle has the number 0, and what certifies others. */
function isLinked(
  { env }: JobContext,
  { circle, entering, repair }: CircleRecord,
): boolean {
  if (entering !== undefined) return true;
  if (circle === undefined) return (repair?.lastGood.deviceNo ?? 0) > 0;
  const leaf = env.mls.leafAt(circle.mls.tree, circle.mls.own.leafIndex);
  const facts = leaf && factsOf(leaf);
  return (facts?.credential.deviceNo ?? 0) > 0;
}

/** RP-35: it follows from the circle and is stored nowhere, so that a newer program does not find it. */
function pauseOf({ desk, circle }: CircleRecord): readonly Alarm[] {
  if (desk.place !== "in" || circle === undefined || !isPaused(circle))
    return [];
  const version = circle.info.minVersion;
  const kind = "newer-version";
  return [{ id: `${kind} ${version}`, kind, version }];
}

function alarmView(alarm: StoredAlarm): Alarm {
  const id = alarmId(alarm);
  if (alarm.kind === "halted") return { id, ...alarm };
  const { kind, at } = alarm;
  return { id, kind, at };
}

/** RP-34: who out of step or out of a backup can be asked, and has been. */
function repairOf({
  desk,
  repair,
}: CircleRecord): Pick<CircleSummary, "repair"> {
  const isOut = desk.place === "halted" || desk.place === "restored";
  return repair === undefined || !isOut ? {} : { repair: repairView(repair) };
}

function repairView({ cause, count, welcome, lastGood }: Repair): RepairView {
  return {
    cause: cause === "called" ? "halted" : cause,
    asked: count,
    coming: welcome !== undefined,
    stewards: stewardsToAsk(lastGood),
  };
}

function stewardsToAsk({
  devices,
  info,
  memberKey: own,
}: LastGood): RepairView["stewards"] {
  const { circleId, stewards } = info;
  return stewards.flatMap((steward) => {
    const device = devices.find(({ memberKey }) =>
      equalBytes(memberKey, steward),
    );
    if (device === undefined || equalBytes(steward, own)) return [];
    return [
      {
        member: encodeBase64url(steward),
        name: device.name,
        number: safetyNumberOf({ circleId, own, other: steward }),
      },
    ];
  });
}

function standingOf({ desk, circle }: CircleRecord): Standing {
  if (desk.place !== "in") return desk.place;
  return circle?.awaits === undefined ? "member" : "unconfirmed";
}

function nextItem(
  { state, env }: JobContext,
  { id, desk }: CircleRecord,
): Item | undefined {
  const next = nextNoticeOf(desk.summary, Math.floor(env.now / 60_000));
  const brief = state.briefs.get(id);
  return next?.ordinal === brief?.ordinal ? brief?.item : undefined;
}

function newestQueued(
  record: CircleRecord,
  members: readonly Member[],
): Item | undefined {
  const pending = pendingOf(record);
  if (pending.length === 0) return undefined;
  return overlayPending([], pending, ownAuthor(record, members)).at(-1);
}

/** Who this device's person is where pending acts are judged. */
export function ownAuthor(
  { desk, circle }: CircleRecord,
  members: readonly Member[],
): PendingAuthor {
  const own = members.find(({ isOwn }) => isOwn);
  const { memberKey } = desk;
  return {
    memberKey,
    name: own?.name ?? "",
    steward: own?.isSteward === true,
    pins: circle !== undefined && mayPin(circle.info, memberKey),
  };
}

/** The circle's log and its inboxes were read to their ends, and the connection has held since. */
export function isAllRead(state: EngineState, record: CircleRecord): boolean {
  const { circle, desk, id } = record;
  const areOpen = inboxesOf(record).every(({ owner, relay }) => {
    const run = state.inboxes.get(owner.key);
    if (run?.phase === "open") return run.queue.length === 0;
    // Behind a mirror that is away nothing of the circle waits; an invite's or a Welcome's inbox has no other place.
    return circle !== undefined && isAway(state, relay);
  });
  if (!areOpen || isBeingRead(state, record)) return false;
  // Whoever is not in has no log: what there is to read is what comes into the inbox.
  if (desk.place === "waiting" || desk.place === "joining" || isAsking(record))
    return true;
  return circle !== undefined && isCaughtUp(state.logs.get(id), circle);
}

function isAway({ links }: EngineState, relay: RelayRecord): boolean {
  const link = links.get(relayKey(relay));
  return (
    link !== undefined && link.phase.phase !== "ready" && link.failures > 0
  );
}

/** What was taken out of a queue and is not stored yet. */
function isBeingRead({ lane }: EngineState, record: CircleRecord): boolean {
  const job = lane.running?.job;
  if (job?.job === "entries") return job.circle === record.id;
  if (job?.job !== "message") return false;
  return inboxesOf(record).some(({ owner }) => owner.key === job.inbox);
}
