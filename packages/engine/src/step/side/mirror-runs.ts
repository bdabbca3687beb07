/**
 * The circle's logs at its mirrors (docs/spec/relays-of-a-circle.md, MV-21 to MV-26; rule A10): made and opened as any log, read to their ends,
 * and given what is ours. What comes from there is offered, never believed.
 */
import { equalBytes } from "@halqa/bytes";
import type { LogAddress, LogKeys } from "../../circle/address.ts";
import {
  mirrorKeys,
  openSideFrame,
  sealSideFrame,
} from "../../circle/mirror-log.ts";
import type { RelayRecord } from "../../circle/relay-record.ts";
import { relaysOf } from "../../circle/relay-term.ts";
import type { CaughtUp, Entry } from "@halqa/protocol";
import type { CircleRecord } from "../durable.ts";
import { MIRROR_TAIL, PAGE, REFUSED_RETRY_MS } from "../limits.ts";
import { hasRoom, request } from "../link.ts";
import { proveAccess, signProof } from "../proof.ts";
import { relayKey } from "../relays.ts";
import type { Link, RequestOwner } from "../state.ts";
import { emit, withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";
import { offerFrame } from "./offers.ts";
import { setSide, sideOf } from "./side-state.ts";
import type { MirrorRun, Outgoing } from "./side-run.ts";

export type MirrorOwner = Extract<RequestOwner, { for: "mirror" }>;

interface At {
  readonly id: string;
  readonly key: string;
  readonly link: Link;
  readonly relay: RelayRecord;
  readonly keys: LogKeys;
}

/** Asks the mirrors for whatever comes next. */
export function pumpMirrors(turn: Turn, record: CircleRecord): void {
  const { circle, id, desk } = record;
  if (circle === undefined || desk.place !== "in") {
    if (turn.state.side.has(id)) setSide(turn, id, undefined);
    return;
  }
  const relays = relaysOf(circle);
  const known = new Set(relays.map(relayKey));
  for (const key of sideOf(turn.state, id).mirrors.keys()) {
    if (!known.has(key)) setMirror(turn, { id, key }, undefined);
  }
  for (const relay of relays)
    pumpMirror(turn, { id, relay, address: circle.log.address });
}

/** A relay that orders is no mirror of its own log, but may be one of a log that was left. */
function isMirrorOf({ relayPub }: RelayRecord, address: LogAddress): boolean {
  return !equalBytes(relayPub, address.relayPub);
}

function pumpMirror(
  turn: Turn,
  o: {
    readonly id: string;
    readonly relay: RelayRecord;
    readonly address: LogAddress;
  },
): void {
  const { id, relay } = o;
  const key = relayKey(relay);
  const link = turn.state.links.get(key);
  const { mirrors, outgoing } = sideOf(turn.state, id);
  const old = mirrors.get(key);
  if (link?.phase.phase !== "ready") {
    // What was given on a connection that ended may not have come there: it is given again.
    if (old !== undefined && old.conn !== -1)
      setMirror(turn, { id, key }, { ...idle(old.logId, old.given), conn: -1 });
    return;
  }
  // What belongs to a log that was left goes to the mirror of that log first.
  const given = old?.given ?? 0;
  const next = outgoing.find(
    ({ number, address: to }) => number > given && isMirrorOf(relay, to),
  );
  const address = next?.address ?? o.address;
  if (!isMirrorOf(relay, address)) return;
  const keys = mirrorKeys(address, relay.relayPub);
  const { conn } = link.phase;
  goOn(turn, { id, key, link, relay, keys }, { old, conn, given, next });
}

/** The run of this connection and log, one request further. */
function goOn(
  turn: Turn,
  at: At,
  o: {
    readonly old: MirrorRun | undefined;
    readonly conn: number;
    readonly given: number;
    readonly next: Outgoing | undefined;
  },
): void {
  const { old, conn } = o;
  const { logId } = at.keys;
  const isSame =
    old !== undefined && old.conn === conn && equalBytes(old.logId, logId);
  const run = isSame ? old : { ...idle(logId, o.given), conn };
  if (!isSame) setMirror(turn, at, run);
  if (run.phase === "idle") create(turn, at, run);
  else if (run.phase === "made") open(turn, at, run);
  else if (run.phase === "open") {
    readOn(turn, at, run);
    give(turn, at, o.next);
  }
}

function idle(logId: Uint8Array, given: number): MirrorRun {
  return {
    conn: -1,
    logId,
    phase: "idle",
    readingFrom: undefined,
    subscription: "none",
    nextSeq: 0,
    headSeq: undefined,
    given,
    isAppending: false,
  };
}

function setMirror(
  turn: Turn,
  { id, key }: Pick<At, "id" | "key">,
  run: MirrorRun | undefined,
): void {
  const { mirrors } = sideOf(turn.state, id);
  setSide(turn, id, { mirrors: withEntry(mirrors, key, run) });
}

function ownerOf(
  at: At,
  ask: MirrorOwner["ask"],
): { readonly link: string; readonly owner: MirrorOwner } {
  const { id, key, keys } = at;
  const { logId } = keys;
  return {
    link: key,
    owner: { for: "mirror", circle: id, mirror: key, logId, ask },
  };
}

function create(turn: Turn, at: At, run: MirrorRun): void {
  const { link, keys, relay, id, key } = at;
  if (!hasRoom(link)) return;
  const { logId, writePub, readPub, writeSeed, readSeed } = keys;
  setMirror(turn, { id, key }, { ...run, phase: "creating" });
  const sign = (
    operation: "create-log/write" | "create-log/read",
    seed: Uint8Array,
  ) => signProof(link, { operation, id: logId, seed });
  request(turn, ownerOf(at, "create"), {
    type: "create-log",
    writePub,
    readPub,
    writeSignature: sign("create-log/write", writeSeed),
    readSignature: sign("create-log/read", readSeed),
    access: proveAccess(link, relay, { operation: "create-log", id: logId }),
  });
}

function open(turn: Turn, at: At, run: MirrorRun): void {
  const { link, keys, id, key } = at;
  if (!hasRoom(link)) return;
  const { logId, writeSeed, readSeed } = keys;
  setMirror(turn, { id, key }, { ...run, phase: "opening" });
  request(turn, ownerOf(at, "open"), {
    type: "open-log",
    logId,
    readSignature: signProof(link, {
      operation: "open-log/read",
      id: logId,
      seed: readSeed,
    }),
    writeSignature: signProof(link, {
      operation: "open-log/write",
      id: logId,
      seed: writeSeed,
    }),
  });
}

/** The end first, from where the newest part is read. */
function readOn(turn: Turn, at: At, run: MirrorRun): void {
  const { link, id, key } = at;
  const { logId, nextSeq, headSeq } = run;
  if (run.readingFrom !== undefined || !hasRoom(link)) return;
  const isBehind = headSeq === undefined || nextSeq <= headSeq;
  if (isBehind) {
    const fromSeq = headSeq === undefined ? LAST_PLACE : nextSeq;
    setMirror(turn, { id, key }, { ...run, readingFrom: fromSeq });
    request(turn, ownerOf(at, "read"), {
      type: "read",
      logId,
      fromSeq,
      limit: PAGE,
    });
  } else if (run.subscription === "none") {
    setMirror(turn, { id, key }, { ...run, subscription: "asked" });
    request(turn, ownerOf(at, "subscribe"), {
      type: "subscribe",
      logId,
      fromSeq: nextSeq,
    });
  }
}

/** Reading from behind the end tells where it is. */
const LAST_PLACE = 65_536;

function give(turn: Turn, at: At, next: Outgoing | undefined): void {
  const run = sideOf(turn.state, at.id).mirrors.get(at.key);
  const link = turn.state.links.get(at.key);
  if (run === undefined || next === undefined || run.isAppending) return;
  const body = sealSideFrame(next.address, {
    mirrorLogId: at.keys.logId,
    frame: next.frame,
    random: turn.env.random,
  });
  if (!body.ok) {
    // One of the largest entries: no envelope holds it, and bundles carry it.
    setMirror(turn, at, { ...run, given: next.number });
    return;
  }
  if (!hasRoom(link, body.value.length)) return;
  setMirror(turn, at, { ...run, isAppending: true });
  const { link: to, owner } = ownerOf(at, "append");
  request(
    turn,
    { link: to, owner: { ...owner, number: next.number } },
    {
      type: "append",
      logId: at.keys.logId,
      expectedHead: undefined,
      body: body.value,
    },
  );
}

function runOf(turn: Turn, owner: MirrorOwner): MirrorRun | undefined {
  const run = sideOf(turn.state, owner.circle).mirrors.get(owner.mirror);
  return run !== undefined && equalBytes(run.logId, owner.logId)
    ? run
    : undefined;
}

/** The mirror did as asked. */
export function hearMirror(
  turn: Turn,
  owner: MirrorOwner,
  told: CaughtUp | undefined,
): void {
  const run = runOf(turn, owner);
  if (run === undefined) return;
  const set = (change: Partial<MirrorRun>): void =>
    setMirror(
      turn,
      { id: owner.circle, key: owner.mirror },
      { ...run, ...change },
    );
  switch (owner.ask) {
    case "create":
      if (run.phase === "creating") set({ phase: "made" });
      return;
    case "open":
      if (run.phase === "opening") set({ phase: "open" });
      return;
    case "append":
      set({
        isAppending: false,
        given: Math.max(run.given, owner.number ?? 0),
      });
      return;
    case "read":
      if (told !== undefined) set(afterPage(run, told.seq));
      return;
    case "subscribe":
      set({ subscription: "live", headSeq: endOf(run, told) });
  }
}

function endOf({ headSeq }: MirrorRun, told: CaughtUp | undefined): number {
  return Math.max(headSeq ?? 0, told?.seq ?? 0);
}

/** Behind the first page only the end is known; one that brings nothing is not asked for again: nothing is missed here. */
function afterPage(run: MirrorRun, end: number): Partial<MirrorRun> {
  const { nextSeq, readingFrom } = run;
  const headSeq = Math.max(run.headSeq ?? 0, end);
  const first = Math.max(1, headSeq - MIRROR_TAIL + 1);
  const next = readingFrom === nextSeq ? headSeq + 1 : nextSeq;
  return {
    headSeq,
    nextSeq: run.headSeq === undefined ? first : next,
    readingFrom: undefined,
  };
}

/** A refusal ends nothing: it is tried again after a wait. */
export function hearMirrorRefusal(turn: Turn, owner: MirrorOwner): void {
  const run = runOf(turn, owner);
  if (run === undefined) return;
  const { circle, mirror } = owner;
  if (owner.ask === "create") {
    setMirror(turn, { id: circle, key: mirror }, { ...run, phase: "made" });
    return;
  }
  setMirror(
    turn,
    { id: circle, key: mirror },
    {
      ...run,
      phase: "refused",
      isAppending: false,
      readingFrom: undefined,
    },
  );
  emit(turn, {
    type: "timer",
    id: `mirror ${circle}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

/** Begins again with the mirrors that refused. */
export function retryMirrors(turn: Turn, id: string): void {
  for (const [key, run] of sideOf(turn.state, id).mirrors) {
    if (run.phase === "refused")
      setMirror(
        turn,
        { id, key },
        {
          ...run,
          phase: "idle",
          headSeq: undefined,
          subscription: "none",
        },
      );
  }
}

/** An entry of a mirror's log; true when it was one. */
export function hearMirrorEntry(turn: Turn, link: Link, entry: Entry): boolean {
  let isTaken = false;
  for (const [id, side] of turn.state.side) {
    const run = side.mirrors.get(link.key);
    if (run === undefined || !equalBytes(run.logId, entry.logId)) continue;
    isTaken = true;
    const circle = turn.state.durable.circles.get(id)?.circle;
    setMirror(
      turn,
      { id, key: link.key },
      {
        ...run,
        nextSeq: Math.max(run.nextSeq, entry.seq + 1),
        headSeq:
          run.headSeq === undefined
            ? undefined
            : Math.max(run.headSeq, entry.seq),
      },
    );
    if (circle === undefined) continue;
    const { body } = entry;
    const { address } = circle.log;
    const frame = openSideFrame(address, { mirrorLogId: run.logId, body });
    if (frame !== undefined) offerFrame(turn, id, frame);
  }
  return isTaken;
}
