/**
 * The log of a circle on one connection (docs/spec/engine.md, EN-30 to EN-39): make it or prove its keys, read the backlog in
 * pages, subscribe, and keep what comes in order. Nothing here opens an entry; the queue is what the lane works on.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { ed25519Verify } from "@halqa/crypto";
import { headToSign } from "@halqa/protocol";
import type { CaughtUp, Entry, Head, RefusalCode } from "@halqa/protocol";
import { logKeys } from "../circle/address.ts";
import { isPaused } from "../circle/circle.ts";
import type { Circle } from "../circle/circle.ts";
import { checkHead } from "../circle/circle-log.ts";
import {
  MAX_HELD_HEADS,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_ENTRIES,
  PAGE,
  REFUSED_RETRY_MS,
} from "./limits.ts";
import { hasHalfFree, startFilling } from "./filling.ts";
import { hasRoom, request } from "./link.ts";
import { proveAccess, signProof } from "./proof.ts";
import { logRelay, relayKey } from "./relays.ts";
import type { CircleRecord, StoredAlarm } from "./durable.ts";
import { forgetGap, noteGap, noteThere } from "./gone.ts";
import { addNote } from "./notes.ts";
import { noteHead } from "./side/recent.ts";
import type { Link, LogRun } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

export function setLogRun(
  turn: Turn,
  circle: string,
  run: LogRun | undefined,
): void {
  update(turn, { logs: withEntry(turn.state.logs, circle, run) });
}

/** The relay keeps nothing that we have not received, and tells us what comes. */
export function isLive(run: LogRun | undefined): run is LogRun {
  return (
    run?.phase === "open" &&
    run.subscription === "live" &&
    run.headSeq !== undefined &&
    run.nextSeq > run.headSeq
  );
}

/** EN-34, rule A12: all that the relay has was opened and stored in this run, so what is sealed now is sealed in the newest epoch. */
export function isCaughtUp(
  run: LogRun | undefined,
  circle: Circle,
): run is LogRun {
  return (
    isLive(run) &&
    run.queue.length === 0 &&
    run.nextSeq === circle.log.seq + 1 &&
    equalBytes(run.logId, circle.log.logId)
  );
}

/** Asks the relay for whatever comes next for this circle's log. */
export function pumpLog(turn: Turn, record: CircleRecord): void {
  const { circle, id } = record;
  if (circle === undefined || !isFollowed(record)) {
    if (turn.state.logs.has(id)) endRun(turn, id);
    return;
  }
  const relay = logRelay(circle);
  const link = relay && turn.state.links.get(relayKey(relay));
  if (link?.phase.phase !== "ready") {
    if (turn.state.logs.has(id)) setLogRun(turn, id, undefined);
    return;
  }
  const run = currentRun(turn, record, { circle, link, conn: link.phase.conn });
  goOn(turn, id, { run, circle });
  const now = turn.state.logs.get(id);
  if (now === undefined || now.heads.length === 0) return;
  for (const alarm of compareHeads(turn, id, { run: now, circle }))
    addNote(turn, { note: "alarm", circle: id, alarm });
}

function goOn(turn: Turn, id: string, { run, circle }: LogOf): void {
  // EN-31: a log of which nothing was ever read may not exist yet. Any member makes it, and making it again is no fault.
  if (run.phase === "idle" && circle.log.seq === 0)
    createLog(turn, id, { run, circle });
  else if (run.phase === "idle" || run.phase === "made")
    openLog(turn, id, { run, circle });
  else if (run.phase === "open") readOn(turn, id, run);
}

function isFollowed({ desk, circle }: CircleRecord): boolean {
  const isHere = desk.place === "in" || desk.place === "founding";
  return isHere && circle !== undefined && !isPaused(circle);
}

/** The run of this connection and log; another connection or a rotation begins a new one. */
function currentRun(
  turn: Turn,
  { id }: CircleRecord,
  o: { readonly circle: Circle; readonly link: Link; readonly conn: number },
): LogRun {
  const { logId, seq } = o.circle.log;
  const old = turn.state.logs.get(id);
  const isSameConn = old?.link === o.link.key && old.conn === o.conn;
  if (isSameConn && equalBytes(old.logId, logId))
    return skipRead(turn, id, { run: old, seq });
  if (isSameConn) endRun(turn, id);
  const run: LogRun = {
    link: o.link.key,
    conn: o.conn,
    logId,
    phase: "idle",
    readingFrom: undefined,
    subscription: "none",
    nextSeq: seq + 1,
    headSeq: undefined,
    queue: [],
    queuedBytes: 0,
    isFilling: false,
    appends: new Map(),
    heads: [],
  };
  setLogRun(turn, id, run);
  return run;
}

/** What came on another way meanwhile is not asked for any more. */
function skipRead(
  turn: Turn,
  id: string,
  { run, seq }: { readonly run: LogRun; readonly seq: number },
): LogRun {
  if (run.nextSeq > seq || run.queue.length > 0) return run;
  const ahead = { ...run, nextSeq: seq + 1, readingFrom: undefined };
  setLogRun(turn, id, ahead);
  return ahead;
}

/** The circle left this log, or we the circle: no more deliveries from it. */
function endRun(turn: Turn, id: string): void {
  const run = turn.state.logs.get(id);
  setLogRun(turn, id, undefined);
  if (run === undefined || run.subscription === "none") return;
  const { link, logId } = run;
  request(
    turn,
    {
      link: link,
      owner: { for: "log", circle: id, logId, ask: "unsubscribe" },
    },
    { type: "unsubscribe", logId },
  );
}

interface LogOf {
  readonly run: LogRun;
  readonly circle: Circle;
}

function createLog(turn: Turn, id: string, { run, circle }: LogOf): void {
  const relay = logRelay(circle);
  const link = turn.state.links.get(run.link);
  if (relay === undefined || !hasRoom(link)) return;
  const { logId, writePub, writeSeed, readPub, readSeed } = logKeys(
    circle.log.address,
  );
  setLogRun(turn, id, { ...run, phase: "creating" });
  request(
    turn,
    { link: link.key, owner: { for: "log", circle: id, logId, ask: "create" } },
    {
      type: "create-log",
      writePub,
      readPub,
      writeSignature: signProof(link, {
        operation: "create-log/write",
        id: logId,
        seed: writeSeed,
      }),
      readSignature: signProof(link, {
        operation: "create-log/read",
        id: logId,
        seed: readSeed,
      }),
      access: proveAccess(link, relay, { operation: "create-log", id: logId }),
    },
  );
}

function openLog(turn: Turn, id: string, { run, circle }: LogOf): void {
  const link = turn.state.links.get(run.link);
  if (!hasRoom(link)) return;
  const { logId, writeSeed, readSeed } = logKeys(circle.log.address);
  setLogRun(turn, id, { ...run, phase: "opening" });
  request(
    turn,
    { link: link.key, owner: { for: "log", circle: id, logId, ask: "open" } },
    {
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
    },
  );
}

/** EN-32: pages until nothing is left behind, then the subscription; again pages where something was missed. */
function readOn(turn: Turn, id: string, run: LogRun): void {
  const link = turn.state.links.get(run.link);
  if (run.readingFrom !== undefined || !hasRoom(link)) return;
  const { logId, nextSeq, headSeq } = run;
  if (headSeq === undefined || nextSeq <= headSeq) {
    if (!hasHalfFree(run)) return;
    setLogRun(turn, id, { ...run, readingFrom: nextSeq });
    request(
      turn,
      { link: link.key, owner: { for: "log", circle: id, logId, ask: "read" } },
      { type: "read", logId, fromSeq: nextSeq, limit: PAGE },
    );
  } else if (run.subscription === "none") {
    setLogRun(turn, id, { ...run, subscription: "asked" });
    request(
      turn,
      {
        link: link.key,
        owner: { for: "log", circle: id, logId, ask: "subscribe" },
      },
      { type: "subscribe", logId, fromSeq: nextSeq },
    );
  }
}

/** The relay did as asked. */
export function hearLogOk(
  turn: Turn,
  id: string,
  { run, ask }: { readonly run: LogRun; readonly ask: string },
): void {
  if (ask === "create" && run.phase === "creating")
    setLogRun(turn, id, { ...run, phase: "made" });
  else if (ask === "open" && run.phase === "opening") {
    setLogRun(turn, id, { ...run, phase: "open" });
    noteThere(turn, id, false);
  }
}

/** EN-33: what is refused may be possible later; nothing is decided by it. */
export function hearLogRefusal(
  turn: Turn,
  id: string,
  {
    run,
    ask,
    code,
  }: {
    readonly run: LogRun;
    readonly ask: string;
    readonly code?: RefusalCode;
  },
): void {
  // Left from an earlier run on this connection; what it delivered in between is read.
  if (code === "subscribed" && ask === "subscribe") {
    setLogRun(turn, id, { ...run, subscription: "live", headSeq: undefined });
    return;
  }
  // Only making a log needs the access secret of a closed relay, and another member may have made it.
  if (ask === "create") {
    setLogRun(turn, id, { ...run, phase: "made" });
    return;
  }
  setLogRun(turn, id, { ...run, phase: "refused" });
  emit(turn, {
    type: "timer",
    id: `log ${id}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

/** Begins again with a log that was refused. */
export function retryLog(turn: Turn, id: string): void {
  const run = turn.state.logs.get(id);
  if (run?.phase === "refused") setLogRun(turn, id, undefined);
}

/** The end of a page, or of what the subscription found. */
export function hearCaughtUp(
  turn: Turn,
  id: string,
  o: { readonly run: LogRun; readonly ask: string; readonly told: CaughtUp },
): void {
  const { run, ask, told } = o;
  const headSeq = Math.max(run.headSeq ?? 0, told.seq);
  if (ask === "subscribe") {
    setLogRun(turn, id, { ...run, headSeq, subscription: "live" });
    return;
  }
  const read = { ...run, headSeq, readingFrom: undefined };
  // EN-33: a page that leaves out what its head covers would be asked for again without end.
  const isStuck = run.readingFrom === run.nextSeq && headSeq >= run.nextSeq;
  if (isStuck) {
    noteGap(turn, id, run.nextSeq);
    hearLogRefusal(turn, id, { run: read, ask });
    return;
  }
  noteThere(turn, id, true);
  setLogRun(turn, id, read);
}

/** EN-35: entries are kept in order and without a gap; what does not come next is left to be read again. */
export function hearEntry(turn: Turn, id: string, entry: Entry): void {
  const run = turn.state.logs.get(id);
  if (run?.phase !== "open" || !equalBytes(run.logId, entry.logId)) return;
  const { seq, body } = entry;
  const headSeq = Math.max(run.headSeq ?? 0, seq);
  const isNext =
    seq === run.nextSeq &&
    run.queue.length < MAX_QUEUED_ENTRIES &&
    run.queuedBytes + body.length <= MAX_QUEUED_BYTES;
  setLogRun(
    turn,
    id,
    isNext
      ? {
          ...run,
          headSeq: run.headSeq === undefined ? undefined : headSeq,
          nextSeq: seq + 1,
          queue: [...run.queue, { seq, body }],
          queuedBytes: run.queuedBytes + body.length,
          isFilling: run.isFilling || startFilling(turn, id, run),
        }
      : { ...run, headSeq: run.headSeq === undefined ? undefined : headSeq },
  );
}

/** A head that the relay signed is kept until our own chain comes that far; a wrong signature says nothing, and is told. */
export function holdHead(
  turn: Turn,
  id: string,
  o: {
    readonly run: LogRun;
    readonly told: Pick<Head, "seq" | "head" | "signature">;
    readonly isEnd: boolean;
  },
): boolean {
  const { run, told, isEnd } = o;
  const { seq, head, signature } = told;
  const link = turn.state.links.get(run.link);
  if (link === undefined) return false;
  const signed = headToSign(run.logId, { seq, head });
  if (!ed25519Verify(link.relayPub, signed, signature)) return false;
  // An end before what had come when the page was asked for is a contradiction. What came since may have overtaken the
  // page, and an end that lies ahead says nothing, because the log may grow.
  const known = (run.readingFrom ?? 1) - 1;
  const held = { seq, head, isEnd: isEnd && seq < known };
  const heads = [...run.heads, held].slice(-MAX_HELD_HEADS);
  const record = turn.state.durable.circles.get(id);
  if (record !== undefined)
    noteHead(turn, record, { logId: run.logId, seq, head, signature });
  // EN-32: a head beyond what came shows that something was left out; it is read.
  const headSeq =
    run.headSeq === undefined ? undefined : Math.max(run.headSeq, seq);
  setLogRun(turn, id, { ...run, heads, headSeq });
  return true;
}

/** EN-38, rule C4: heads that our own chain has come to are compared with it. What differs raises an alarm and alters nothing. */
function compareHeads(
  turn: Turn,
  id: string,
  { run, circle }: LogOf,
): readonly StoredAlarm[] {
  const { log } = circle;
  const reached = run.heads.filter(({ seq }) => seq <= log.seq);
  if (reached.length === 0) return [];
  const heads = run.heads.filter(({ seq }) => seq > log.seq);
  setLogRun(turn, id, { ...run, heads });
  const { relayPub } = log.address;
  return reached.flatMap((head) => {
    const fault = checkHead(log, head);
    return fault === undefined
      ? []
      : [{ kind: fault.kind, at: fault.seq, isProven: true, relayPub }];
  });
}

/** Takes entries out for the lane. */
export function takeEntries(
  turn: Turn,
  id: string,
  count: number,
): LogRun["queue"] {
  const run = turn.state.logs.get(id);
  if (run === undefined) return [];
  const taken = run.queue.slice(0, count);
  const queue = run.queue.slice(count);
  const queuedBytes = queue.reduce((sum, { body }) => sum + body.length, 0);
  setLogRun(turn, id, { ...run, queue, queuedBytes, isFilling: false });
  return taken;
}

/** What was taken out could not be stored: it is read again. */
export function readAgain(turn: Turn, id: string, seq: number): void {
  const run = turn.state.logs.get(id);
  if (run === undefined) return;
  forgetGap(turn, id);
  setLogRun(turn, id, {
    ...run,
    nextSeq: seq + 1,
    headSeq: Math.max(run.headSeq ?? 0, run.nextSeq - 1),
    queue: [],
    queuedBytes: 0,
    isFilling: false,
  });
}

export function entryKey(entryId: Uint8Array): string {
  return encodeBase64url(entryId);
}
