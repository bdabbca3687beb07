/**
 * What relays say, brought to whoever waits for it (docs/spec/engine.md, EN-24). A relay is not believed: what it
 * sends changes queues and waits, and nothing else; what counts is decided where entries and boxes are opened.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { decodeRelayFrame } from "@halqa/protocol";
import type { Refused, RelayCommand } from "@halqa/protocol";
import { hearDelivered, hearDeliveryRefusal } from "./deliveries.ts";
import { hearFetchRefusal, hearPart } from "./fetch.ts";
import { hearTransfer, hearTransferRefusal } from "./files/transfers.ts";
import {
  findInbox,
  hearInboxMessage,
  hearInboxRefusal,
  markAck,
  openInbox,
  setInboxRun,
} from "./inboxes.ts";
import type { Note } from "./job.ts";
import { addNote } from "./notes.ts";
import { hangUp, hearWelcome, setLink, takeRequest } from "./link.ts";
import {
  hearCaughtUp,
  hearEntry,
  hearLogOk,
  hearLogRefusal,
  holdHead,
  setLogRun,
} from "./log-run.ts";
import { EXPECTED_HEAD_TRIES, REFUSED_RETRY_MS } from "./limits.ts";
import { hearRequestRefusal } from "./requests.ts";
import {
  hearMirror,
  hearMirrorEntry,
  hearMirrorRefusal,
} from "./side/mirror-runs.ts";
import type { MirrorOwner } from "./side/mirror-runs.ts";
import type { AppendRun, Link, LogRun, RequestOwner } from "./state.ts";
import { emit, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** One frame of a relay; bytes that are none end the connection. */
export function hearFrame(turn: Turn, link: Link, frame: Uint8Array): void {
  const commands = decodeRelayFrame(frame);
  if (!commands.ok) {
    hangUp(turn, link);
    return;
  }
  setLink(turn, { ...link, heardAt: turn.env.now });
  for (const command of commands.value) {
    // Each command may change the link, or end it.
    const current = turn.state.links.get(link.key);
    if (current === undefined || current.phase.phase === "resting") return;
    hear(turn, current, command);
  }
}

function hear(turn: Turn, link: Link, command: RelayCommand): void {
  if (command.type === "entry") {
    if (hearMirrorEntry(turn, link, command)) return;
    for (const [id] of runsOf(turn, link, command.logId))
      hearEntry(turn, id, command);
  } else if (command.type === "head") {
    for (const [id, run] of runsOf(turn, link, command.logId))
      holdHead(turn, id, { run, told: command, isEnd: false });
  } else if (command.type === "inbox-message") {
    if (isInboxOf(turn, link, command.inboxId)) hearInboxMessage(turn, command);
  } else {
    hearAnswer(turn, link, command);
  }
}

type Answer = Exclude<
  RelayCommand,
  { type: "entry" | "head" | "inbox-message" }
>;

function hearAnswer(turn: Turn, link: Link, answer: Answer): void {
  const owner = takeRequest(turn, link, answer.request);
  const current = turn.state.links.get(link.key);
  if (owner === undefined || current === undefined) return;
  if (owner.for === "hello") {
    if (answer.type === "welcome") hearWelcome(turn, current, answer);
    else hangUp(turn, current);
    return;
  }
  if (answer.type === "error") hearRefusal(turn, owner, answer);
  else if (answer.type === answerTo(owner)) hearDone(turn, owner, answer);
  // EN-24: a relay that answers something else does not keep the protocol, and whoever asked would wait for ever.
  else hangUp(turn, current);
}

function answerTo(owner: Owner): Done["type"] {
  switch (owner.for) {
    case "log":
      return answerOfLog(owner.ask);
    case "append":
      return "appended";
    case "mirror":
      return answerOfMirror(owner.ask);
    case "inbox":
      return owner.ask === "open" ? "inbox-caught-up" : "ok";
    case "fetch":
      return "blob-data";
    case "transfer":
      return answerOfTransfer(owner.ask);
    case "ping":
      return "pong";
    case "ack":
    case "join":
    case "delivery":
      return "ok";
  }
}

type OwnerOf<For extends Owner["for"]> = Extract<Owner, { for: For }>;

function answerOfLog(ask: OwnerOf<"log">["ask"]): Done["type"] {
  return ask === "read" || ask === "subscribe" ? "caught-up" : "ok";
}

function answerOfTransfer(ask: OwnerOf<"transfer">["ask"]): Done["type"] {
  return ask === "get" ? "blob-data" : "ok";
}

function answerOfMirror(ask: MirrorOwner["ask"]): Done["type"] {
  if (ask === "append") return "appended";
  return ask === "create" || ask === "open" ? "ok" : "caught-up";
}

type Owner = Exclude<RequestOwner, { for: "hello" }>;
type Done = Exclude<Answer, Refused>;

function hearDone(turn: Turn, owner: Owner, answer: Done): void {
  switch (owner.for) {
    case "log":
      hearLog(turn, owner, answer);
      return;
    case "append":
      hearAppended(turn, owner, answer);
      return;
    case "mirror":
      hearMirror(turn, owner, answer.type === "caught-up" ? answer : undefined);
      return;
    case "inbox":
      hearInbox(turn, owner);
      return;
    case "ack":
      hearAck(turn, owner);
      return;
    case "join":
      addNote(turn, {
        note: "request-sent",
        circle: owner.circle,
        inbox: owner.inbox,
      });
      return;
    case "delivery":
      hearPieceDelivered(turn, owner);
      return;
    case "fetch":
      hearBlobData(turn, owner, answer);
      return;
    case "transfer":
      hearTransfer(turn, owner, answer);
      return;
    case "ping":
  }
}

function hearPieceDelivered(turn: Turn, owner: OwnerOf<"delivery">): void {
  if (hearDelivered(turn, owner)) addNote(turn, deliveredNote(owner));
}

function hearRefusal(turn: Turn, owner: Owner, { code }: Refused): void {
  switch (owner.for) {
    case "log":
      hearLogFault(turn, owner, code);
      return;
    case "append":
      hearAppendRefusal(turn, owner, code === "head-moved");
      return;
    case "mirror":
      hearMirrorRefusal(turn, owner);
      return;
    case "inbox":
      hearInboxFault(turn, owner, code);
      return;
    case "ack":
      hearAckRefusal(turn, owner);
      return;
    case "join":
      hearRequestRefusal(turn, owner.circle);
      return;
    case "delivery":
      if (hearDeliveryRefusal(turn, owner, code))
        addNote(turn, deliveredNote(owner));
      return;
    case "fetch":
      hearFetchRefusal(turn, owner.circle);
      return;
    case "transfer":
      hearTransferRefusal(turn, owner, code);
      return;
    case "ping":
  }
}

function hearLog(
  turn: Turn,
  owner: Extract<Owner, { for: "log" }>,
  answer: Done,
): void {
  const run = runOf(turn, owner);
  const record = turn.state.durable.circles.get(owner.circle);
  if (run === undefined || record?.circle === undefined) return;
  const { ask } = owner;
  if (answer.type === "ok") {
    hearLogOk(turn, owner.circle, { run, ask });
    const isMade = ask === "open" && record.desk.place === "founding";
    if (isMade) addNote(turn, { note: "founded", circle: owner.circle });
  }
  if (answer.type !== "caught-up") return;
  // While nothing else is delivered, the end that the relay shows is the end that it has.
  const isEnd = run.subscription === "none";
  const isSigned = holdHead(turn, owner.circle, { run, told: answer, isEnd });
  const held = runOf(turn, owner);
  if (held === undefined) return;
  // A relay that signs no end could show everybody another log and never be caught: what it does not sign is no end.
  if (!isSigned) {
    hearLogRefusal(turn, owner.circle, { run: held, ask });
    return;
  }
  hearCaughtUp(turn, owner.circle, { run: held, ask, told: answer });
}

function hearLogFault(
  turn: Turn,
  owner: Extract<Owner, { for: "log" }>,
  code: Refused["code"],
): void {
  const run = runOf(turn, owner);
  if (run === undefined || owner.ask === "unsubscribe") return;
  const { ask, circle } = owner;
  hearLogRefusal(turn, circle, { run, ask, code });
  // A log that we have read is gone. Nothing signed says so, so it freezes nothing, and it may come back.
  const isGone = ask === "open" && code === "unavailable" && run.nextSeq > 1;
  if (!isGone) return;
  const alarm = { kind: "rollback", at: 0, isProven: false } as const;
  addNote(turn, { note: "alarm", circle, alarm });
}

function hearAppended(
  turn: Turn,
  owner: Extract<Owner, { for: "append" }>,
  told: Done,
): void {
  const run = runOf(turn, owner);
  if (run === undefined || told.type !== "appended") return;
  const { circle } = turn.state.durable.circles.get(owner.circle) ?? {};
  const isSigned = holdHead(turn, owner.circle, { run, told, isEnd: false });
  // A place that nobody signed, or one that was read and held something else, is no place: the entry is not there yet.
  if (!isSigned || told.seq <= (circle?.log.seq ?? 0))
    hearAppendRefusal(turn, owner, false);
  else setAppend(turn, owner, { state: "stored", tries: 0 });
}

/** EN-44: another entry came first, or there is no room now. Neither says anything about what was to be appended. */
function hearAppendRefusal(
  turn: Turn,
  owner: Extract<Owner, { for: "append" }>,
  isMoved: boolean,
): void {
  const run = runOf(turn, owner);
  const append = run?.appends.get(owner.entry);
  if (append === undefined) return;
  // Only a commit asks for a head, and not for ever: a relay that goes on saying so would be asked without a pause.
  const isAgain = isMoved && append.tries < EXPECTED_HEAD_TRIES;
  const state = isAgain ? "moved" : "refused";
  setAppend(turn, owner, { state, tries: append.tries + 1 });
  if (isAgain) return;
  emit(turn, {
    type: "timer",
    id: `append ${owner.circle}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

function setAppend(
  turn: Turn,
  owner: Extract<Owner, { for: "append" }>,
  append: AppendRun,
): void {
  const run = runOf(turn, owner);
  if (run === undefined) return;
  const appends = withEntry(run.appends, owner.entry, append);
  setLogRun(turn, owner.circle, { ...run, appends });
}

function hearInbox(turn: Turn, owner: Extract<Owner, { for: "inbox" }>): void {
  if (owner.ask === "key") return;
  const run = turn.state.inboxes.get(owner.inbox);
  const spec = findInbox(turn.state, owner.inbox);
  if (run === undefined || spec === undefined) return;
  if (owner.ask === "create") openInbox(turn, spec, run);
  else setInboxRun(turn, owner.inbox, { ...run, phase: "open" });
}

function hearInboxFault(
  turn: Turn,
  owner: Extract<Owner, { for: "inbox" }>,
  code: Refused["code"],
): void {
  // The inbox goes on without: members then write there as anybody.
  if (owner.ask === "key") return;
  const run = turn.state.inboxes.get(owner.inbox);
  const spec = findInbox(turn.state, owner.inbox);
  if (run === undefined || spec === undefined) return;
  if (owner.ask === "create") {
    openInbox(turn, spec, run);
    return;
  }
  hearInboxRefusal(turn, owner.inbox, run);
  // EN-77: it was open here before, and what came since was let go: only another connection shows it again.
  const link = turn.state.links.get(run.link);
  if (code === "subscribed" && link !== undefined) hangUp(turn, link);
}

function hearAck(turn: Turn, owner: Extract<Owner, { for: "ack" }>): void {
  const { inbox, seq } = owner;
  const run = turn.state.inboxes.get(inbox);
  if (run === undefined) return;
  const { circle } = run;
  const record = turn.state.durable.circles.get(circle);
  const isRequest = record?.requests.some((one) => one.seq === seq) === true;
  markAck(turn, inbox, { seq, state: isRequest ? "done" : undefined });
  if (isRequest) addNote(turn, { note: "acknowledged", circle, inbox, seq });
}

/** What was not acknowledged comes again with the next connection; only for a request that stands it would be asked again before. */
function hearAckRefusal(
  turn: Turn,
  { inbox, seq }: Extract<Owner, { for: "ack" }>,
): void {
  const { circle } = turn.state.inboxes.get(inbox) ?? {};
  const record = circle && turn.state.durable.circles.get(circle);
  const stands = record && record.requests.some((one) => one.seq === seq);
  markAck(turn, inbox, { seq, state: stands ? "done" : undefined });
}

function hearBlobData(
  turn: Turn,
  owner: Extract<Owner, { for: "fetch" }>,
  told: Done,
): void {
  const record = turn.state.durable.circles.get(owner.circle);
  if (record === undefined || told.type !== "blob-data") return;
  const parts = hearPart(turn, record, told);
  if (parts !== undefined)
    addNote(turn, { note: "tree-fetched", circle: owner.circle, parts });
}

function deliveredNote({
  circle,
  delivery,
}: Extract<Owner, { for: "delivery" }>): Note {
  return { note: "delivered", circle, delivery };
}

/** The run that an answer is for: of the same log, on the same connection (answers of older ones never get here). */
function runOf(
  turn: Turn,
  owner: { readonly circle: string; readonly logId: Uint8Array },
): LogRun | undefined {
  const run = turn.state.logs.get(owner.circle);
  return run !== undefined && equalBytes(run.logId, owner.logId)
    ? run
    : undefined;
}

function runsOf(
  turn: Turn,
  link: Link,
  logId: Uint8Array,
): readonly (readonly [string, LogRun])[] {
  return [...turn.state.logs].filter(
    ([, run]) => run.link === link.key && equalBytes(run.logId, logId),
  );
}

function isInboxOf(turn: Turn, link: Link, inboxId: Uint8Array): boolean {
  const run = turn.state.inboxes.get(encodeBase64url(inboxId));
  return run?.link === link.key;
}
