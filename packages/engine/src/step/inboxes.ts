/**
 * The inboxes that this device reads (docs/spec/engine.md, EN-70 to EN-76): its own for a circle that it asks to join, and
 * those of the invites that it knows as a steward. What comes is acknowledged when its work is stored, never before.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { InboxMessage } from "@halqa/protocol";
import { ed25519PublicKey } from "@halqa/crypto";
import { isSteward } from "../circle/roster.ts";
import { isAsking } from "./asking.ts";
import type { CircleRecord } from "./durable.ts";
import {
  MAX_QUEUED_MESSAGES,
  MAX_WAITING_ACKS,
  REFUSED_RETRY_MS,
} from "./limits.ts";
import { hasRoom, request } from "./link.ts";
import { inboxSeed } from "./inbox-owner.ts";
import { linkingInboxes } from "./linking-run.ts";
import { proveAccess, signProof } from "./proof.ts";
import { relayKey, relayOf } from "./relays.ts";
import type { EngineState, InboxRun, Link } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";
import { none } from "./writes.ts";
import type { InboxMessageIn } from "./queued.ts";
import type { InboxSpec } from "./inbox-spec.ts";

/** All inboxes of a circle that this device reads now. */
export function inboxesOf(record: CircleRecord): readonly InboxSpec[] {
  switch (record.desk.place) {
    case "waiting":
    case "joining":
      return [ownInbox(record)];
    case "in":
      return [...inviteInboxes(record), membersInbox(record)];
    case "halted":
    case "restored":
      return isAsking(record) ? [membersInbox(record)] : none;
    case "founding":
    case "declined":
    case "removed":
      return none;
  }
}

export function findInbox(
  { durable }: EngineState,
  key: string,
): InboxSpec | undefined {
  const linking = linkingInboxes(durable);
  const own = linking.find(({ owner }) => owner.key === key);
  if (own !== undefined) return own;
  for (const record of durable.circles.values()) {
    const found = inboxesOf(record).find(({ owner }) => owner.key === key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ownInbox({ id, desk }: CircleRecord): InboxSpec {
  return { ...desk.inbox, circle: id, purpose: { for: "welcome" } };
}

function membersInbox({ id, desk, circle }: CircleRecord): InboxSpec {
  const purpose = { for: "members" } as const;
  const logSeed = circle?.log.address.logSeed;
  return { ...desk.inbox, circle: id, purpose, logSeed };
}

function inviteInboxes(record: CircleRecord): readonly InboxSpec[] {
  const { circle, invites, id } = record;
  if (circle === undefined || invites.length === 0) return none;
  const { relays, invites: open } = circle.info;
  const readable = invites.filter(({ isAuto }) => isAuto || isSteward(circle));
  return readable.flatMap(({ invite, invitePub, keys, owner }) => {
    const relay = relayOf(relays, invite.relayPub);
    const isOpen = open.some((one) => equalBytes(one.invitePub, invitePub));
    if (relay === undefined || !isOpen) return [];
    const { sendId } = keys;
    const purpose = { for: "requests" as const, invitePub };
    return [{ owner, relay, sendId, circle: id, purpose }];
  });
}

export function setInboxRun(
  turn: Turn,
  key: string,
  run: InboxRun | undefined,
): void {
  update(turn, { inboxes: withEntry(turn.state.inboxes, key, run) });
}

/** Makes, opens and acknowledges, as far as the connection allows; forgets what is not wanted any more. */
export function pumpInboxes(turn: Turn, specs: readonly InboxSpec[]): void {
  const wanted = new Set(specs.map(({ owner }) => owner.key));
  for (const key of turn.state.inboxes.keys()) {
    if (!wanted.has(key)) setInboxRun(turn, key, undefined);
  }
  for (const spec of specs) pumpInbox(turn, spec);
}

/** EN-73: the requests that are settled are acknowledged, on every connection until the relay has dropped them. */
export function pumpSettled(turn: Turn, record: CircleRecord): void {
  const closed = record.requests.filter(({ state }) => state === "closed");
  if (closed.length === 0) return;
  for (const { owner, purpose } of inboxesOf(record)) {
    if (purpose.for !== "requests") continue;
    for (const { seq, invitePub } of closed) {
      if (equalBytes(invitePub, purpose.invitePub))
        markAck(turn, owner.key, { seq, state: "due" });
    }
  }
}

function pumpInbox(turn: Turn, spec: InboxSpec): void {
  const link = turn.state.links.get(relayKey(spec.relay));
  const { key } = spec.owner;
  const old = turn.state.inboxes.get(key);
  if (link?.phase.phase !== "ready") {
    if (old !== undefined) setInboxRun(turn, key, undefined);
    return;
  }
  const { conn } = link.phase;
  if (old?.link !== link.key || old.conn !== conn) {
    setInboxRun(turn, key, {
      circle: spec.circle,
      link: link.key,
      conn,
      phase: "idle",
      queue: [],
      keyedFor: undefined,
      acks: new Map(),
    });
  }
  const run = turn.state.inboxes.get(key);
  if (run?.phase === "idle") create(turn, spec, { run, link });
  if (run?.phase !== "open") return;
  setMemberKey(turn, spec, run);
  acknowledge(turn, spec, run);
}

/**
 * EN-146, rule C7: the key by which members of the present address write here; the relay keeps the one before, so that who has
 * not followed a rotation yet gets through. Setting it again changes nothing.
 */
function setMemberKey(turn: Turn, spec: InboxSpec, run: InboxRun): void {
  const { logSeed, sendId, owner } = spec;
  const link = turn.state.links.get(run.link);
  if (logSeed === undefined || run.keyedFor === logSeed) return;
  if (!hasRoom(link)) return;
  const { key, inboxId } = owner;
  setInboxRun(turn, key, { ...run, keyedFor: logSeed });
  const memberPub = ed25519PublicKey(inboxSeed(logSeed, sendId));
  request(
    turn,
    { link: link.key, owner: { for: "inbox", inbox: key, ask: "key" } },
    { type: "set-inbox-key", inboxId, memberPub },
  );
}

/** EN-71: any owner makes the inbox; making it again is no fault. */
function create(
  turn: Turn,
  { owner, relay, sendId }: InboxSpec,
  { run, link }: { readonly run: InboxRun; readonly link: Link },
): void {
  if (!hasRoom(link)) return;
  const { key, inboxId, publicKey, seed } = owner;
  setInboxRun(turn, key, { ...run, phase: "creating" });
  request(
    turn,
    { link: link.key, owner: { for: "inbox", inbox: key, ask: "create" } },
    {
      type: "create-inbox",
      ownerPub: publicKey,
      sendId,
      signature: signProof(link, {
        operation: "create-inbox",
        id: inboxId,
        seed,
        args: sendId,
      }),
      access: proveAccess(link, relay, {
        operation: "create-inbox",
        id: inboxId,
      }),
    },
  );
}

/** Asked for also where making it was refused: it may be there already, and only making it needs the access secret. */
export function openInbox(turn: Turn, spec: InboxSpec, run: InboxRun): void {
  const { key, inboxId, seed } = spec.owner;
  const link = turn.state.links.get(run.link);
  if (link === undefined || !hasRoom(link)) {
    setInboxRun(turn, key, { ...run, phase: "idle" });
    return;
  }
  setInboxRun(turn, key, { ...run, phase: "opening" });
  request(
    turn,
    { link: link.key, owner: { for: "inbox", inbox: key, ask: "open" } },
    {
      type: "open-inbox",
      inboxId,
      signature: signProof(link, {
        operation: "open-inbox",
        id: inboxId,
        seed,
      }),
    },
  );
}

export function hearInboxRefusal(turn: Turn, key: string, run: InboxRun): void {
  setInboxRun(turn, key, { ...run, phase: "refused" });
  emit(turn, {
    type: "timer",
    id: `inbox ${key}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

/** Begins again with an inbox that was refused. */
export function retryInbox(turn: Turn, key: string): void {
  const run = turn.state.inboxes.get(key);
  if (run?.phase === "refused") setInboxRun(turn, key, undefined);
}

function acknowledge(turn: Turn, spec: InboxSpec, run: InboxRun): void {
  const { key, inboxId } = spec.owner;
  for (const [seq, state] of run.acks) {
    const link = turn.state.links.get(run.link);
    if (state !== "due" || !hasRoom(link)) continue;
    markAck(turn, key, { seq, state: "asked" });
    request(
      turn,
      { link: link.key, owner: { for: "ack", inbox: key, seq } },
      { type: "inbox-ack", inboxId, messageSeq: seq },
    );
  }
}

/** A message whose work is stored; on another connection it comes again and is known. */
export function markAck(
  turn: Turn,
  key: string,
  o: {
    readonly seq: number;
    readonly state: "due" | "asked" | "done" | undefined;
  },
): void {
  const run = turn.state.inboxes.get(key);
  if (run === undefined) return;
  if (o.state === "due" && run.acks.has(o.seq)) return;
  const acks = withEntry(run.acks, o.seq, o.state);
  setInboxRun(turn, key, { ...run, acks });
}

/** EN-73: what does not fit is not acknowledged, and comes again with the next connection. */
export function hearInboxMessage(turn: Turn, told: InboxMessage): void {
  const key = encodeBase64url(told.inboxId);
  const run = turn.state.inboxes.get(key);
  if (run === undefined || run.queue.length >= MAX_QUEUED_MESSAGES) return;
  const waiting = [...run.acks.values()].filter((state) => state !== "done");
  if (waiting.length >= MAX_WAITING_ACKS) return;
  const { seq, body } = told;
  setInboxRun(turn, key, { ...run, queue: [...run.queue, { seq, body }] });
}

/** A message whose work could not be stored waits again, before the others. */
export function putBack(
  turn: Turn,
  key: string,
  message: InboxMessageIn,
): void {
  const run = turn.state.inboxes.get(key);
  if (run === undefined) return;
  setInboxRun(turn, key, { ...run, queue: [message, ...run.queue] });
}
