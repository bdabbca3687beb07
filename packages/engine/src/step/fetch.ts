/** The joiner fetches the circle's tree, part by part (docs/spec/engine.md, EN-65). What came is checked where it is put together. */
import { equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { blobIdOf } from "@halqa/protocol";
import type { BlobData } from "@halqa/protocol";
import type { BlobRef } from "../circle/tree-blob.ts";
import { openRejoinWelcome } from "../circle/rejoin.ts";
import { openLinkedWelcome } from "../circle/linked-join.ts";
import { openWelcome } from "../circle/welcome.ts";
import type { CircleRecord } from "./durable.ts";
import { REFUSED_RETRY_MS } from "./limits.ts";
import { hasRoom, request } from "./link.ts";
import { relayKey } from "./relays.ts";
import type { FetchRun } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

export function setFetch(
  turn: Turn,
  circle: string,
  run: FetchRun | undefined,
): void {
  update(turn, { fetches: withEntry(turn.state.fetches, circle, run) });
}

/** Asks for the next part, one at a time. */
export function pumpFetch(turn: Turn, record: CircleRecord): void {
  const { id, desk } = record;
  const old = turn.state.fetches.get(id);
  const blob = blobOf(record);
  const link = turn.state.links.get(relayKey(desk.inbox.relay));
  if (blob === undefined || link?.phase.phase !== "ready") {
    if (old !== undefined) setFetch(turn, id, undefined);
    return;
  }
  const { conn } = link.phase;
  const isCurrent = old?.link === link.key && old.conn === conn;
  const run: FetchRun = isCurrent
    ? old
    : { link: link.key, conn, parts: [], state: "idle" };
  if (run.state !== "idle" || !hasRoom(link)) return;
  const index = run.parts.length;
  setFetch(turn, id, { ...run, state: "asked" });
  const { blobId } = blob;
  request(
    turn,
    { link: link.key, owner: { for: "fetch", circle: id, index } },
    { type: "blob-get", blobId, index },
  );
}

/** All parts, when this was the last one; parts that are not those of the blob are refused like ones that are not there. */
export function hearPart(
  turn: Turn,
  record: CircleRecord,
  told: BlobData,
): readonly Uint8Array[] | undefined {
  const run = turn.state.fetches.get(record.id);
  const blob = blobOf(record);
  if (run?.state !== "asked" || blob === undefined) return undefined;
  const parts = [...run.parts, told.bytes];
  const isWhole = parts.length >= blob.count;
  if (
    isWhole &&
    !equalBytes(blobIdOf(sha256, parts.map(sha256)), blob.blobId)
  ) {
    setFetch(turn, record.id, { ...run, parts: [] });
    hearFetchRefusal(turn, record.id);
    return undefined;
  }
  const state = isWhole ? "done" : "idle";
  setFetch(turn, record.id, { ...run, parts, state });
  return isWhole ? parts : undefined;
}

export function hearFetchRefusal(turn: Turn, circle: string): void {
  const run = turn.state.fetches.get(circle);
  if (run === undefined) return;
  setFetch(turn, circle, { ...run, state: "refused" });
  emit(turn, {
    type: "timer",
    id: `fetch ${circle}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

export function retryFetch(turn: Turn, circle: string): void {
  const run = turn.state.fetches.get(circle);
  if (run?.state === "refused") setFetch(turn, circle, undefined);
}

function blobOf(record: CircleRecord): BlobRef | undefined {
  const { desk, joining, entering, repair } = record;
  if (repair?.welcome !== undefined) {
    const { lastGood, asks, welcome } = repair;
    return openRejoinWelcome({ lastGood, keys: asks }, welcome)?.opened.blob;
  }
  if (entering?.welcome !== undefined)
    return openLinkedWelcome(entering.entering, entering.welcome)?.blob;
  if (desk.place !== "joining" || joining?.welcome === undefined)
    return undefined;
  const opened = openWelcome(joining.joining, joining.welcome);
  return opened.ok ? opened.value.blob : undefined;
}
