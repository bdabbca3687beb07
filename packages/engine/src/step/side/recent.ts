/** Bodies that this run has read, for mirrors and bundles (docs/spec/relays-of-a-circle.md, MV-21, MV-30). Their keys are used up here; others still need them. */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { entryIdOf } from "@halqa/protocol";
import type { LogAddress } from "../../circle/address.ts";
import type { HeadFrame } from "../../circle/side-frame.ts";
import { relaysOf } from "../../circle/relay-term.ts";
import type { CircleRecord } from "../durable.ts";
import { MAX_OUTGOING, MAX_RECENT_BYTES, MAX_RECENT_LOGS } from "../limits.ts";
import type { QueuedEntry } from "../queued.ts";
import { setSide, sideOf } from "./side-state.ts";
import type { Outgoing, RecentLog } from "./side-run.ts";
import type { Turn } from "../turn.ts";

/** What is about to be read: kept, and copied to the mirrors where it is ours. */
export function noteRecent(
  turn: Turn,
  record: CircleRecord,
  entries: readonly QueuedEntry[],
): void {
  const { circle, id } = record;
  if (circle === undefined || entries.length === 0) return;
  const { address, logId } = circle.log;
  const { recent } = sideOf(turn.state, id);
  const last = logIn(recent, address, logId);
  const known = new Set(last.entries.map(({ seq }) => seq));
  const fresh = entries.filter(({ seq }) => !known.has(seq));
  const log = trim({
    ...last,
    entries: [...last.entries, ...fresh],
    bytes: last.bytes + bytesIn(fresh),
  });
  setSide(turn, id, { recent: withLog(recent, log) });
  if (relaysOf(circle).length < 2) return;
  const appends = turn.state.logs.get(id)?.appends;
  for (const { seq, body } of fresh) {
    const key = encodeBase64url(entryIdOf(sha256, body));
    if (appends?.has(key) !== true) continue;
    const frame = { frame: "entry", logId, seq, body } as const;
    sendToMirrors(turn, id, { address, key: `${key} ${seq}`, frame });
    const head = log.head;
    if (head !== undefined)
      sendToMirrors(turn, id, {
        address,
        key: `head ${head.seq}`,
        frame: head,
      });
  }
}

/** A head that the relay signed. */
export function noteHead(
  turn: Turn,
  record: CircleRecord,
  head: Omit<HeadFrame, "frame">,
): void {
  const { circle, id } = record;
  if (circle === undefined || !equalBytes(head.logId, circle.log.logId)) return;
  const { recent } = sideOf(turn.state, id);
  const log = logIn(recent, circle.log.address, head.logId);
  if (log.head !== undefined && log.head.seq >= head.seq) return;
  const { logId, seq, signature } = head;
  const known = {
    frame: "head",
    logId,
    seq,
    head: head.head,
    signature,
  } as const;
  setSide(turn, id, { recent: withLog(recent, { ...log, head: known }) });
}

/** Puts a frame in the row of what mirrors are to get, once in a run. */
export function sendToMirrors(
  turn: Turn,
  id: string,
  o: Omit<Outgoing, "number">,
): void {
  const { outgoing, nextOutgoing } = sideOf(turn.state, id);
  if (
    outgoing.some(({ key, address }) => key === o.key && address === o.address)
  )
    return;
  setSide(turn, id, {
    outgoing: [...outgoing, { ...o, number: nextOutgoing }].slice(
      -MAX_OUTGOING,
    ),
    nextOutgoing: nextOutgoing + 1,
  });
}

function logIn(
  recent: readonly RecentLog[],
  address: LogAddress,
  logId: Uint8Array,
): RecentLog {
  const known = recent.find((one) => equalBytes(one.logId, logId));
  return known ?? { address, logId, entries: [], bytes: 0, head: undefined };
}

function withLog(
  recent: readonly RecentLog[],
  log: RecentLog,
): readonly RecentLog[] {
  const others = recent.filter((one) => !equalBytes(one.logId, log.logId));
  return [...others, log].slice(-MAX_RECENT_LOGS);
}

function trim(log: RecentLog): RecentLog {
  let { bytes } = log;
  let from = 0;
  while (bytes > MAX_RECENT_BYTES && from < log.entries.length - 1) {
    bytes -= log.entries[from]?.body.length ?? 0;
    from++;
  }
  return from === 0 ? log : { ...log, entries: log.entries.slice(from), bytes };
}

function bytesIn(entries: readonly { readonly body: Uint8Array }[]): number {
  return entries.reduce((sum, { body }) => sum + body.length, 0);
}
