/** Commands about the devices of a person: linking another one, and taking one out (docs/spec/linking.md). */
import { decodeBase64url, equalBytes } from "@halqa/bytes";
import { dhkemX25519 } from "@halqa/crypto";
import type { Circle } from "../../circle/circle.ts";
import {
  decodeDeviceLink,
  encodeDeviceLink,
  linkCommitmentOf,
  linkSessionOf,
} from "../../circle/device-link.ts";
import type { DeviceLink } from "../../circle/device-link.ts";
import { findDevice } from "../../circle/device-removal.ts";
import type { DeviceName } from "../../circle/device-removal.ts";
import { KEY_LENGTH } from "../../circle/field.ts";
import { sealOffer } from "../../circle/link-box.ts";
import type { RelayRecord } from "../../circle/relay-record.ts";
import { isSteward } from "../../circle/roster.ts";
import type { CommandFault } from "../../views/command.ts";
import { createOwnInbox } from "../circle-record.ts";
import type { CircleRecord, Durable } from "../durable.ts";
import { addIntent } from "../intents.ts";
import type { JobContext } from "../job-context.ts";
import { MAX_INTENTS } from "../limits.ts";
import { givableCircles, listNext, nextDeviceNo } from "../link-existing.ts";
import {
  abort,
  boxTo,
  isOver,
  LINK_MS,
  LONGEST_SESSION_MS,
  say,
} from "../link-session.ts";
import type { ActiveLinking } from "../link-session.ts";
import { activeLinking } from "../linking-record.ts";
import type { Linking } from "../linking-record.ts";
import { none } from "../writes.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { homeRelay, pinHome } from "./profile.ts";

const MINUTE_MS = 60_000;

/** LK-1: this device asks to be linked, by a link that its person shows to the other one. */
export function startLinking(context: JobContext): CommandOutcome {
  const { env, state } = context;
  if (isBusy(context)) return refuse("already-linking");
  const relay = homeRelay(context);
  if (relay === undefined) return refuse("no-relay");
  const nonce = env.random(KEY_LENGTH);
  const begun = beginSession(context, relay);
  const untilMinute = Math.floor((env.now + LINK_MS) / MINUTE_MS);
  const link: DeviceLink = {
    relay,
    sendId: begun.inbox.sendId,
    sealingKey: begun.sealing.publicKey,
    commitment: linkCommitmentOf(nonce),
    untilMinute,
  };
  const linking: Linking = {
    ...begun,
    role: "new",
    link,
    nonce,
    peer: undefined,
    coming: none,
    count: 0,
    until: untilMinute * MINUTE_MS,
  };
  return {
    value: { kind: "device-link", link: encodeDeviceLink(link) },
    durable: { ...pinHome(state.durable, relay), linking },
  };
}

/** LK-10: this device, which has circles, offers to link the one whose link it was shown. */
export function linkDevice(
  context: JobContext,
  command: CommandOf<"link-device">,
): CommandOutcome {
  const { env, state } = context;
  if (isBusy(context)) return refuse("already-linking");
  const link = usableLink(context, command.link);
  if (typeof link === "string") return refuse(link);
  const circles = givableCircles(env, state.durable);
  const deviceNo = nextDeviceNo(env, circles);
  if (circles.length === 0 || deviceNo === undefined)
    return refuse("nothing-to-link");
  const begun = beginSession(context, link.relay);
  const nonce = env.random(KEY_LENGTH);
  const offer = sealOffer({
    session: linkSessionOf(link),
    publicKey: link.sealingKey,
    random: env.random,
    offer: {
      sendId: begun.inbox.sendId,
      sealingKey: begun.sealing.publicKey,
      nonce,
    },
  });
  if (offer === undefined) return refuse("bad-link");
  const linking: Linking = {
    ...begun,
    role: "existing",
    link,
    nonce,
    isPeerReady: false,
    deviceNo,
    todo: circles.map(({ id }) => id),
    listed: none,
    isCertified: false,
    count: 0,
    until: link.untilMinute * MINUTE_MS,
    out: [boxTo({ link }, { sendId: link.sendId, box: offer })],
  };
  return { value: { kind: "done" }, durable: { ...state.durable, linking } };
}

function beginSession({ env }: JobContext, relay: RelayRecord) {
  return {
    inbox: createOwnInbox(env, relay),
    sealing: dhkemX25519.deriveKeyPair(env.random(KEY_LENGTH)),
    peerNonce: undefined,
    isConfirmed: false,
    sent: 0,
    taken: 0,
    out: none,
  };
}

/** LK-2: a link whose time is over by this device's clock, or that is of another time altogether, is offered nothing. */
function usableLink(
  { env, state }: JobContext,
  text: string,
): DeviceLink | CommandFault {
  const link = decodeDeviceLink(text);
  if (!link.ok) return "bad-link";
  const { untilMinute, relay } = link.value;
  const left = untilMinute * MINUTE_MS - env.now;
  if (left <= 0 || left > LONGEST_SESSION_MS) return "expired-link";
  // EN-28: under an address that is known, another key is never taken.
  const known = state.durable.root.homes.find(({ url }) => url === relay.url);
  const isOther =
    known !== undefined && !equalBytes(known.relayPub, relay.relayPub);
  return isOther ? "bad-link" : link.value;
}

function isBusy({ env, state }: JobContext): boolean {
  const session = activeLinking(state.durable.linking);
  return session !== undefined && !isOver(session, env.now);
}

/** LK-16, LK-17: the digits are the same on both screens. */
export function confirmLinking(context: JobContext): CommandOutcome {
  const { env, state } = context;
  const { durable } = state;
  const session = activeLinking(durable.linking);
  const isComparing =
    session !== undefined &&
    session.peerNonce !== undefined &&
    !session.isConfirmed &&
    !isOver(session, env.now);
  if (!isComparing) return refuse("nothing-to-do");
  const until = env.now + LONGEST_SESSION_MS;
  return { value: { kind: "done" }, durable: confirm(context, session, until) };
}

function confirm(
  context: JobContext,
  session: ActiveLinking,
  until: number,
): Durable {
  const { durable } = context.state;
  if (session.role === "new") {
    const agreed = { ...session, isConfirmed: true, until };
    return { ...durable, linking: say(context.env, agreed, { kind: "ready" }) };
  }
  const agreed = { ...session, isConfirmed: true, until };
  return agreed.isPeerReady
    ? listNext(context, agreed, durable)
    : { ...durable, linking: agreed };
}

/** Ends the session, or takes one that has ended out of sight. */
export function cancelLinking({ env, state }: JobContext): CommandOutcome {
  const { durable } = state;
  const { linking } = durable;
  if (linking === undefined) return refuse("nothing-to-do");
  const session = activeLinking(linking);
  const next =
    session === undefined ? undefined : abort(env, session, "cancelled");
  return {
    value: { kind: "done" },
    durable: { ...durable, linking: next },
  };
}

/** LK-50: one of the person's own devices, in one circle or in all; or, by a steward, one of another member's. */
export function removeDevice(
  context: JobContext,
  command: CommandOf<"remove-device">,
): CommandOutcome {
  const { circle, device } = command;
  if (!Number.isSafeInteger(device)) return refuse("bad-number");
  if (circle === undefined)
    return command.member === undefined
      ? removeEverywhere(context, device)
      : refuse("unknown-circle");
  const record = recordOf(context, circle);
  if (record === undefined) return refuse("unknown-circle");
  const removed = withoutDevice(context, record, command);
  return typeof removed === "string"
    ? refuse(removed)
    : accept(context, removed);
}

/** LK-54: a lost device has the same number in all circles that it was linked for. */
function removeEverywhere(context: JobContext, device: number): CommandOutcome {
  let { durable } = context.state;
  let count = 0;
  for (const record of durable.circles.values()) {
    const removed = withoutDevice(context, record, { device });
    if (typeof removed === "string") continue;
    durable = {
      ...durable,
      circles: new Map(durable.circles).set(record.id, removed),
    };
    count += 1;
  }
  return count === 0
    ? refuse("unknown-device")
    : { value: { kind: "done" }, durable };
}

function withoutDevice(
  context: JobContext,
  record: CircleRecord,
  o: { readonly device: number; readonly member?: string | undefined },
): CircleRecord | CommandFault {
  const { circle, desk, intents } = record;
  if (circle === undefined || desk.place !== "in") return "not-a-member";
  if (circle.info.isClosed) return "closed";
  if (intents.length >= MAX_INTENTS) return "outbox-full";
  const device = deviceFor(context, circle, o);
  return typeof device === "string"
    ? device
    : addIntent(record, { act: "remove-device", device });
}

function deviceFor(
  { env }: JobContext,
  circle: Circle,
  o: { readonly device: number; readonly member?: string | undefined },
): DeviceName | CommandFault {
  const key = o.member === undefined ? undefined : decodeBase64url(o.member);
  if (key?.ok === false) return "unknown-member";
  const memberKey = key?.value ?? circle.memberKey;
  const isOwn = equalBytes(memberKey, circle.memberKey);
  if (!isOwn && !isSteward(circle)) return "not-a-steward";
  const device = { memberKey, no: o.device };
  const found = findDevice(circle, env, device);
  // Who wants this very device out leaves the circle, or removes it from another one.
  const isHere = found?.leaf === circle.mls.own.leafIndex;
  return found === undefined || isHere ? "unknown-device" : device;
}
