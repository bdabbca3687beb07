/**
 * A message of an inbox (docs/spec/engine.md, EN-63, EN-70 to EN-74): a request for a steward, or the Welcome for a joiner. Anybody who has
 * the address can write here, so most of it may be noise: what does not open is acknowledged and forgotten.
 */
import { equalBytes } from "@halqa/bytes";
import { isDecline } from "../circle/decline.ts";
import { membersOf } from "../circle/roster.ts";
import { openJoinRequest } from "../circle/join-request.ts";
import type { JoinRequest } from "../circle/join-request.ts";
import { openWelcome } from "../circle/welcome.ts";
import { withDesk } from "./circle-record.ts";
import type { CircleRecord, InviteRecord, RequestRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { withRecord } from "./entries.ts";
import { dueOf } from "./auto-invites.ts";
import { findInbox } from "./inboxes.ts";
import { takeCheck, takeReveal } from "./join-check.ts";
import type { Job } from "./job.ts";
import { MAX_REQUESTS } from "./limits.ts";
import { relaysOf } from "../circle/relay-term.ts";
import { relayOf } from "./relays.ts";
import { takeEntrance } from "./entering.ts";
import { takeLinking } from "./linking.ts";
import { takeMembers } from "./members-message.ts";
import type { After } from "./job-after.ts";
import type { JobContext, JobStep } from "./job-context.ts";

type MessageJob = Extract<Job, { job: "message" }>;

export function runMessage(job: MessageJob, context: JobContext): JobStep {
  const { inbox, message } = job;
  const spec = findInbox(context.state, inbox);
  const ack: After = { after: "ack", inbox, seq: message.seq };
  if (spec?.purpose.for === "linking")
    return {
      step: "done",
      durable: takeLinking(context, message.body),
      writes: [],
      after: [ack],
    };
  const record = spec && context.state.durable.circles.get(spec.circle);
  if (spec === undefined || record === undefined) return done(context);
  const { purpose } = spec;
  const taken =
    purpose.for === "members"
      ? { record: takeMembers(context, record, message.body), isDone: true }
      : purpose.for === "welcome"
        ? takeAnswer(context.env, record, message.body)
        : takeRequest(context, record, { ...purpose, ...message });
  return {
    step: "done",
    durable: withRecord(context, taken.record),
    writes: [],
    after: taken.isDone ? [ack] : [],
  };
}

function done({ state }: JobContext): JobStep {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}

/** Whether nothing is left to do for the message, so that the relay may drop it. */
interface Taken {
  readonly record: CircleRecord;
  readonly isDone: boolean;
}

/** EN-63: the Welcome is kept as it came until its tree is there; more of them are not needed. */
function takeAnswer(
  env: StepEnv,
  record: CircleRecord,
  body: Uint8Array,
): Taken {
  const { joining, desk } = record;
  if (record.entering !== undefined)
    return { record: takeEntrance(record, body), isDone: true };
  if (joining === undefined || desk.place !== "waiting")
    return { record, isDone: true };
  if (isDecline(env, joining.joining, body)) {
    // EN-68: the KeyPackage's private half is of no use any more.
    const declined = { ...record, joining: undefined };
    return { record: withDesk(declined, { place: "declined" }), isDone: true };
  }
  const checked = takeCheck(env, record, body);
  if (checked !== undefined) return checked;
  const opened = openWelcome(joining.joining, body);
  if (!opened.ok) return { record, isDone: true };
  const welcomed = { ...joining, isSent: true, welcome: body };
  const next = { ...record, joining: welcomed };
  return { record: withDesk(next, { place: "joining" }), isDone: true };
}

/** EN-73: a request stays in the inbox until its person is in or a steward declined; only copies and noise go at once. */
function takeRequest(
  context: JobContext,
  record: CircleRecord,
  o: {
    readonly invitePub: Uint8Array;
    readonly seq: number;
    readonly body: Uint8Array;
  },
): Taken {
  const { circle, invites } = record;
  const invite = invites.find((one) => equalBytes(one.invitePub, o.invitePub));
  if (circle === undefined || invite === undefined)
    return { record, isDone: true };
  const revealed = takeReveal(record, { invite, body: o.body });
  if (revealed !== undefined) return { record: revealed, isDone: true };
  const opened = openJoinRequest(circle, context.env, {
    invite: invite.invite,
    box: o.body,
  });
  if (!opened.ok || !isServed(context, record, opened.value))
    return { record, isDone: true };
  const request = opened.value;
  const dueAt = dueOf(context.env, circle, { ...request, invite });
  return keepRequest(record, { request, invite, seq: o.seq, dueAt });
}

/** EN-72: answers go to the circle's relays only, and a member needs none. */
function isServed(
  { env }: JobContext,
  { circle }: CircleRecord,
  { relay, memberKey }: JoinRequest,
): boolean {
  if (circle === undefined) return false;
  const isIn = membersOf(circle, env).some((one) =>
    equalBytes(one.memberKey, memberKey),
  );
  return !isIn && relayOf(relaysOf(circle), relay.relayPub) !== undefined;
}

function keepRequest(
  record: CircleRecord,
  o: {
    readonly request: JoinRequest;
    readonly invite: InviteRecord;
    readonly seq: number;
    readonly dueAt: number | undefined;
  },
): Taken {
  const { request, invite, seq } = o;
  const { requests } = record;
  const known = requests.find(({ id }) => equalBytes(id, request.id));
  if (record.settled.some((id) => equalBytes(id, request.id)))
    return { record, isDone: true };
  if (known !== undefined)
    return { record, isDone: known.seq !== seq || known.state === "closed" };
  if (requests.length >= MAX_REQUESTS) return { record, isDone: false };
  const { id, memberKey, name, bytes, commitment } = request;
  const { invitePub } = invite;
  const kept: RequestRecord = {
    id,
    memberKey,
    name,
    invitePub,
    bytes,
    seq,
    state: "asking",
    dueAt: o.dueAt,
    commitment,
    check: undefined,
  };
  return {
    record: { ...record, requests: [...requests, kept] },
    isDone: false,
  };
}
