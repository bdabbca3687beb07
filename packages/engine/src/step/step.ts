/**
 * The machine (docs/spec/engine.md, EN-1): state and event in, state and effects out. Synchronous, and the same for the same
 * arguments, randomness included: it reads no clock, no disk and no socket.
 */
import { assertInvariant } from "@halqa/bytes";
import { pumpAppends, retryAppends } from "./appends.ts";
import { hearRepairTimer, pumpRepair } from "./ask-repair.ts";
import { endDelivered, pumpDeliveries, retryDelivery } from "./deliveries.ts";
import type { Effect, EngineEvent } from "./event.ts";
import type { StepEnv } from "./env.ts";
import { pumpFetch, retryFetch } from "./fetch.ts";
import { endFilling } from "./filling.ts";
import { hearFrame } from "./hear.ts";
import { inboxesOf, pumpInboxes, pumpSettled, retryInbox } from "./inboxes.ts";
import {
  enqueueCommand,
  hearCommitted,
  hearRecords,
  hearStoreFailed,
  runLane,
  updateLane,
} from "./lane.ts";
import {
  flushLinks,
  greet,
  linkOfConn,
  rest,
  retryTimer,
  startConnecting,
  watchLink,
  watchTimer,
} from "./link.ts";
import { linkingInboxes, pumpLinking } from "./linking-run.ts";
import { pumpLog, retryLog } from "./log-run.ts";
import { reconcileLinks } from "./relays.ts";
import { pumpMirrors, retryMirrors } from "./side/mirror-runs.ts";
import { openSections } from "./side/offers.ts";
import { pumpPublishing } from "./side/publish.ts";
import { pumpRequest, retryRequest } from "./requests.ts";
import type { EngineState } from "./state.ts";
import { update } from "./turn.ts";
import type { Turn } from "./turn.ts";
import { pumpChores } from "./chores.ts";
import { hearWatchTimer, pumpPresence } from "./presence/keep-watch.ts";
import { hearExpiryTimer } from "./expiry/expiry.ts";
import { pumpTransfers, retryTransfer } from "./files/transfers.ts";
import { addWatch, dropWatch, tellViews } from "./watches.ts";

export interface Stepped {
  readonly state: EngineState;
  /** To be carried out in this order. */
  readonly effects: readonly Effect[];
}

export function step(
  state: EngineState,
  event: EngineEvent,
  env: StepEnv,
): Stepped {
  const turn: Turn = { env, state, effects: [] };
  hear(turn, event);
  settle(turn);
  return { state: turn.state, effects: turn.effects };
}

function hear(turn: Turn, event: EngineEvent): void {
  switch (event.type) {
    case "start":
      assertInvariant(turn.state.phase === "new", "an engine starts once");
      update(turn, { phase: "booting" });
      return;
    case "records":
      hearRecords(turn, event.tag, event.values);
      return;
    case "committed":
      hearCommitted(turn, event.tag);
      return;
    case "store-failed":
      hearStoreFailed(turn, event.tag);
      return;
    case "timer":
      hearTimer(turn, event.id);
      return;
    case "command":
      enqueueCommand(turn, event);
      return;
    case "watch":
      addWatch(turn, event.id, event.query);
      return;
    case "unwatch":
      dropWatch(turn, event.id);
      return;
    case "socket-open":
    case "frame":
    case "socket-closed":
      hearSocket(turn, event);
  }
}

type SocketEvent = Extract<
  EngineEvent,
  { type: "socket-open" | "frame" | "socket-closed" }
>;

function hearSocket(turn: Turn, event: SocketEvent): void {
  const link = linkOfConn(turn, event.conn);
  // A connection that we gave up.
  if (link === undefined) return;
  if (event.type === "socket-closed") rest(turn, link);
  else if (event.type === "frame") hearFrame(turn, link, event.frame);
  else if (link.phase.phase === "connecting") greet(turn, link, event.conn);
}

function hearTimer(turn: Turn, id: string): void {
  for (const link of turn.state.links.values()) {
    if (id === watchTimer(link)) watchLink(turn, link);
    const isDue = id === retryTimer(link) && link.phase.phase === "resting";
    if (isDue) startConnecting(turn, link);
  }
  const [kind, name] = split(id);
  retries.get(kind)?.(turn, name);
}

/** What was refused and is tried again, by the first word of its timer. */
const retries: ReadonlyMap<string, (turn: Turn, name: string) => void> =
  new Map([
    ["store", (turn) => updateLane(turn, { isResting: false })],
    ["log", retryLog],
    ["batch", endFilling],
    ["inbox", retryInbox],
    ["append", retryAppends],
    ["join", retryRequest],
    ["delivery", retryDelivery],
    ["fetch", retryFetch],
    ["mirror", retryMirrors],
    ["transfer", retryTransfer],
    ["expiry", hearExpiryTimer],
    ["repair", hearRepairTimer],
    ["presence", hearWatchTimer],
  ]);

function split(id: string): readonly [string, string] {
  const at = id.indexOf(" ");
  return at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
}

/** What follows from the state: the next job, what relays are asked next, what watchers are told. */
function settle(turn: Turn): void {
  if (turn.state.phase === "new") return;
  runLane(turn);
  if (turn.state.phase !== "running") return;
  reconcileLinks(turn);
  const records = [...turn.state.durable.circles.values()];
  pumpInboxes(turn, [
    ...linkingInboxes(turn.state.durable),
    ...records.flatMap(inboxesOf),
  ]);
  endDelivered(turn);
  pumpLinking(turn);
  for (const record of records) {
    pumpLog(turn, record);
    pumpAppends(turn, record);
    pumpPublishing(turn, record);
    pumpMirrors(turn, record);
    openSections(turn, record);
    pumpSettled(turn, record);
    pumpDeliveries(turn, record);
    pumpRequest(turn, record);
    pumpRepair(turn, record);
    pumpFetch(turn, record);
    pumpTransfers(turn, record);
    pumpChores(turn, record);
    pumpPresence(turn, record);
  }
  // What was heard and pumped can make new work: an end of the backlog lets messages be sealed.
  runLane(turn);
  tellViews(turn);
  flushLinks(turn);
}
