/**
 * Files between this device and the circle's relays, one blob of one file at a time (docs/spec/files.md, FI-20 to FI-28). What was done
 * is stored blob by blob, so that a restart begins with the blob that was under way; saying a part twice is no fault.
 */
import { equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { itemIdOf } from "@halqa/model";
import type { BlobData, RefusalCode, RelayCommand } from "@halqa/protocol";
import type { RelayRecord } from "../../circle/relay-record.ts";
import { relaysOf } from "../../circle/relay-term.ts";
import { isBlob } from "../../circle/file-blob.ts";
import type { CircleRecord } from "../durable.ts";
import type { TransferDone } from "../job.ts";
import { DAY_MS, REFUSED_RETRY_MS } from "../limits.ts";
import { hasRoom, request } from "../link.ts";
import { addNote } from "../notes.ts";
import { proveAccess } from "../proof.ts";
import { logRelay, relayKey } from "../relays.ts";
import type { RequestOwner, TransferRun } from "../state.ts";
import { emit, update, withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";
import { none } from "../writes.ts";
import { findFile } from "./file-list.ts";
import { isHere, isUploading } from "./stored-file.ts";
import type { StoredFile } from "./stored-file.ts";

type Owner = Extract<RequestOwner, { for: "transfer" }>;

/** Begins the next transfer of a circle, or sends the next piece of the one that is under way. */
export function pumpTransfers(turn: Turn, record: CircleRecord): void {
  const { id, files } = record;
  const old = turn.state.transfers.get(id);
  if (old === undefined && files.length === 0) return;
  const sources = sourcesOf(turn, record);
  const run = runOn(record, old, sources);
  if (run !== old) setRun(turn, id, run);
  if (run === undefined) {
    if (sources[0]?.conn !== undefined) again(turn, record);
    return;
  }
  if (run.state !== "idle") return;
  const source = sources.find(({ link }) => link === run.link);
  if (source !== undefined && !run.without.includes(run.link))
    sendPiece(turn, record, { run, relay: source.relay });
  else if (!sources.some((one) => mayHave(one, run))) giveUp(turn, id, run);
}

/** A relay of the circle, as a blob may be there. */
interface Source {
  readonly relay: RelayRecord;
  readonly link: string;
  /** The connection, when it can be used. */
  readonly conn: number | undefined;
  /** It could not be reached: nothing is waited for. */
  readonly isOut: boolean;
}

/** The one that orders first, where everything new is put; then the mirrors, where the circle may have been before. */
function sourcesOf(
  { state }: Turn,
  { circle, desk }: CircleRecord,
): readonly Source[] {
  const first = circle && logRelay(circle);
  if (circle === undefined || first === undefined || desk.place !== "in")
    return none;
  const others = relaysOf(circle).filter((one) => one !== first);
  return [first, ...others].map((relay) => {
    const link = relayKey(relay);
    const known = state.links.get(link);
    const conn = known?.phase.phase === "ready" ? known.phase.conn : undefined;
    const isOut =
      known === undefined ||
      (known.phase.phase !== "ready" && known.failures > 0);
    return { relay, link, conn, isOut };
  });
}

/** Whether a relay is still to be asked for the blob of a run. */
function mayHave({ link, isOut }: Source, run: TransferRun): boolean {
  return !isOut && !run.without.includes(link);
}

/** The run that is under way, or the next one where it belongs to another connection or to what is done. */
function runOn(
  record: CircleRecord,
  old: TransferRun | undefined,
  sources: readonly Source[],
): TransferRun | undefined {
  const isHeld =
    old !== undefined &&
    sources.some(({ link, conn }) => link === old.link && conn === old.conn);
  if (!isHeld || !isWanted(record, old)) return begin(record, sources);
  if (old.state !== "idle" || !old.without.includes(old.link)) return old;
  const next = sources.find(
    (one) => one.conn !== undefined && mayHave(one, old),
  );
  if (next?.conn === undefined) return old;
  return { ...old, link: next.link, conn: next.conn, parts: [] };
}

/** Whether what a run does is still to be done. */
function isWanted(record: CircleRecord, run: TransferRun): boolean {
  const file = findFile(record, run.file);
  if (file === undefined) return false;
  return run.way === "up"
    ? isUploading(file) &&
        file.failure === undefined &&
        file.upload?.done === run.blob
    : isFetching(file) && file.held === partsBefore(file, run.blob);
}

function isFetching(file: StoredFile): boolean {
  return !isHere(file) && file.failure === undefined;
}

function begin(
  { files }: CircleRecord,
  sources: readonly Source[],
): TransferRun | undefined {
  const rest = {
    parts: [],
    taken: 0,
    refusal: undefined,
    without: none,
    isWrong: false,
  };
  const up = files.find((one) => isUploading(one) && one.failure === undefined);
  const [first] = sources;
  if (up !== undefined && first?.conn !== undefined) {
    const { link, conn } = first;
    const blob = up.upload?.done ?? 0;
    const file = up.id;
    return { ...rest, link, conn, file, way: "up", blob, state: "reading" };
  }
  // The picture before what somebody wants to see, and that by its age: the newest wish first.
  const down = files.filter(isFetching).toSorted((a, b) => b.usedAt - a.usedAt);
  const [file] = down;
  const source = sources.find(({ conn }) => conn !== undefined);
  if (file === undefined || source?.conn === undefined) return undefined;
  const { link, conn } = source;
  const blob = blobAt(file, file.held);
  return {
    ...rest,
    link,
    conn,
    file: file.id,
    way: "down",
    blob,
    state: "idle",
  };
}

/** FI-23: the relay keeps a blob for 30 days from its upload, and its message has to leave soon after it. */
function again(turn: Turn, { id, desk, files, outbox }: CircleRecord): void {
  const { now } = turn.env;
  const old = files.filter(
    ({ purpose, upload }) =>
      purpose.for === "attachment" &&
      upload !== undefined &&
      Math.abs(now - upload.at) >= DAY_MS,
  );
  if (old.length === 0 || outbox.length === 0) return;
  const waiting = outbox.map(({ messageId }) =>
    itemIdOf(sha256, desk.memberKey, messageId),
  );
  const file = old.find(
    ({ purpose }) =>
      purpose.for === "attachment" &&
      waiting.some((item) => equalBytes(item, purpose.item)),
  );
  if (file !== undefined)
    note(turn, id, { file: file.id, done: { end: "old" } });
}

function sendPiece(
  turn: Turn,
  record: CircleRecord,
  { run, relay }: { readonly run: TransferRun; readonly relay: RelayRecord },
): void {
  const link = turn.state.links.get(run.link);
  const file = findFile(record, run.file);
  const blob = file?.blobs[run.blob];
  if (file === undefined || blob === undefined || link === undefined) return;
  const part = run.parts[run.taken - 1];
  const isPart = run.way === "up" && part !== undefined;
  if (!hasRoom(link, isPart ? part.length : 0)) return;
  setRun(turn, record.id, { ...run, state: "asked" });
  const { blobId } = blob;
  const ask = run.way === "down" ? "get" : isPart ? "part" : "create";
  const owner: Owner = {
    for: "transfer",
    circle: record.id,
    file: run.file,
    blob: run.blob,
    ask,
  };
  const to = { link: run.link, owner };
  if (ask === "get") {
    const index = run.parts.length;
    request(turn, to, { type: "blob-get", blobId, index });
  } else if (isPart) {
    const index = run.taken - 1;
    request(turn, to, { type: "blob-part", blobId, index, bytes: part });
  } else {
    const operation = "blob-create";
    const access = proveAccess(link, relay, { operation, id: blobId });
    const partHashes = run.parts.map((one) => sha256(one));
    request(turn, to, { type: "blob-create", partHashes, access });
  }
}

/** The parts of the blob that is to be sent, out of the store. */
export function hearParts(
  turn: Turn,
  o: {
    readonly circle: string;
    readonly file: string;
    readonly blob: number;
    readonly parts: readonly (Uint8Array | undefined)[];
  },
): void {
  const run = turn.state.transfers.get(o.circle);
  if (run?.state !== "reading" || !isOf(run, o)) return;
  const parts = o.parts.flatMap((part) => part ?? []);
  // Without its bytes nothing can be sent: its person has to add it again.
  if (parts.length < o.parts.length)
    note(turn, o.circle, {
      file: o.file,
      done: { end: "failed", why: "gone" },
    });
  else setRun(turn, o.circle, { ...run, parts, state: "idle" });
}

/** The relay took a piece, or gave one. */
export function hearTransfer(
  turn: Turn,
  owner: Owner,
  answer: RelayCommand,
): void {
  if (answer.type === "blob-data") hearPartCame(turn, owner, answer);
  else hearPieceTaken(turn, owner);
}

function hearPieceTaken(turn: Turn, owner: Owner): void {
  const run = runOf(turn, owner);
  if (run === undefined) return;
  const taken = run.taken + 1;
  const isDone = taken > run.parts.length;
  setRun(turn, owner.circle, {
    ...run,
    taken,
    state: isDone ? "storing" : "idle",
  });
  if (isDone)
    note(turn, owner.circle, {
      file: run.file,
      done: { end: "sent", blob: run.blob },
    });
}

/** A part came; whether it is one is seen when the blob is whole. */
function hearPartCame(turn: Turn, owner: Owner, told: BlobData): void {
  const run = runOf(turn, owner);
  const record = turn.state.durable.circles.get(owner.circle);
  const file = record && findFile(record, owner.file);
  const blob = file?.blobs[owner.blob];
  if (run === undefined || blob === undefined) return;
  const parts = [...run.parts, told.bytes];
  const isWhole = parts.length >= blob.parts;
  if (!isWhole) {
    setRun(turn, owner.circle, { ...run, parts, state: "idle" });
  } else if (isBlob(blob, parts)) {
    setRun(turn, owner.circle, { ...run, parts, state: "storing" });
    const done = { end: "came", blob: run.blob, parts } as const;
    note(turn, owner.circle, { file: run.file, done });
  } else {
    setRun(turn, owner.circle, { ...withoutThis(run), isWrong: true });
  }
}

/** FI-28: the next relay of the circle is asked from the beginning of the blob. */
function withoutThis(run: TransferRun): TransferRun {
  const without = [...run.without, run.link];
  return { ...run, without, parts: [], state: "idle" };
}

/** FI-26: none of the circle's relays that can be reached has it. */
function giveUp(turn: Turn, circle: string, run: TransferRun): void {
  setRun(turn, circle, { ...run, state: "storing" });
  const why = run.isWrong ? "wrong" : "gone";
  note(turn, circle, { file: run.file, done: { end: "failed", why } });
}

/** FI-26, FI-28: a relay that does not have it is not asked again before somebody wants it; anything else is tried again. */
export function hearTransferRefusal(
  turn: Turn,
  owner: Owner,
  code: RefusalCode,
): void {
  const run = runOf(turn, owner);
  if (run === undefined) return;
  if (owner.ask === "get" && code === "unavailable") {
    setRun(turn, owner.circle, withoutThis(run));
    return;
  }
  setRun(turn, owner.circle, { ...run, state: "refused", refusal: code });
  emit(turn, {
    type: "timer",
    id: `transfer ${owner.circle}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

/** Tries the blob again from its beginning: the relay may have forgotten that it was announced. */
export function retryTransfer(turn: Turn, circle: string): void {
  const run = turn.state.transfers.get(circle);
  if (run?.state === "refused") setRun(turn, circle, undefined);
}

function note(
  turn: Turn,
  circle: string,
  o: { readonly file: string; readonly done: TransferDone },
): void {
  addNote(turn, { note: "transfer", circle, ...o });
}

function runOf(turn: Turn, owner: Owner): TransferRun | undefined {
  const run = turn.state.transfers.get(owner.circle);
  return run?.state === "asked" && isOf(run, owner) ? run : undefined;
}

function isOf(
  run: TransferRun,
  o: { readonly file: string; readonly blob: number },
): boolean {
  return run.file === o.file && run.blob === o.blob;
}

function setRun(
  turn: Turn,
  circle: string,
  run: TransferRun | undefined,
): void {
  update(turn, { transfers: withEntry(turn.state.transfers, circle, run) });
}

/** Parts of the blobs before one. */
export function partsBefore({ blobs }: StoredFile, blob: number): number {
  return blobs.slice(0, blob).reduce((sum, { parts }) => sum + parts, 0);
}

function blobAt(file: StoredFile, held: number): number {
  return file.blobs.findIndex((_, index) => partsBefore(file, index) === held);
}
