// Frames of clients (docs/spec/relay.md, "Connections"): decoded whole or not at all, counted, and handed to the part
// that they are for.

import { encodeHex } from "@halqa/bytes";
import {
  decodeClientFrame,
  welcomeToSign,
  type ClientCommand,
  type Hello,
} from "@halqa/protocol";
import { admits } from "./admit.ts";
import { blobCreate, blobGet, blobPart } from "./blobs.ts";
import { keyOf } from "./id-key.ts";
import {
  createInbox,
  inboxAck,
  inboxSend,
  openInbox,
  setInboxKey,
} from "./inboxes.ts";
import {
  append,
  createLog,
  openLog,
  read,
  subscribe,
  unsubscribe,
} from "./logs.ts";
import { seeDevice } from "./devices.ts";
import { waitingFor } from "./openings.ts";
import { forgetPush, getPushKey, registerPush } from "./push.ts";
import type { Connection, Deferred, Ticket } from "./relay-state.ts";
import { answer, close, createTicket, refuse, type Turn } from "./turn.ts";

const CHALLENGE_LENGTH = 32;

/** Declared as a method, so that the handler of one command stands where one of any command is asked for. */
type Handler<C extends ClientCommand> = {
  handle(turn: Turn, ticket: Ticket, command: C): void;
}["handle"];

type Handlers = {
  readonly [T in ClientCommand["type"]]: Handler<
    Extract<ClientCommand, { readonly type: T }>
  >;
};

const handlers: Handlers = {
  hello: welcome,
  "create-log": createLog,
  "open-log": openLog,
  append,
  read,
  subscribe,
  unsubscribe,
  "create-inbox": createInbox,
  "open-inbox": openInbox,
  "inbox-send": inboxSend,
  "inbox-ack": inboxAck,
  "set-inbox-key": setInboxKey,
  "get-push-key": getPushKey,
  "register-push": registerPush,
  "forget-push": forgetPush,
  "blob-create": blobCreate,
  "blob-part": blobPart,
  "blob-get": blobGet,
  ping,
};

/** Deals with one message of a connection, whatever its bytes are. */
export function receiveFrame(
  turn: Turn,
  conn: Connection,
  bytes: Uint8Array,
): void {
  seeDevice(turn.state, conn);
  const commands = decodeClientFrame(bytes);
  if (!commands.ok) return close(turn, conn, "malformed");
  for (const command of commands.value) {
    // Hello is the first command on a connection, and never another.
    const isHello = command.type === "hello";
    if (isHello !== (conn.challenge === undefined)) {
      return close(turn, conn, "hello");
    }
    receive(turn, conn, command);
  }
}

/** Runs a command, or lets it wait until the proof that it builds on has been decided. */
export function run(turn: Turn, { ticket, command }: Deferred): void {
  const awaited = proofAwaited(ticket.conn, command);
  if (awaited !== undefined) {
    awaited.push({ ticket, command });
    return;
  }
  const handle: Handler<ClientCommand> = handlers[command.type];
  handle(turn, ticket, command);
}

function receive(turn: Turn, conn: Connection, command: ClientCommand): void {
  const bytes = bytesHeldBy(command);
  const { request } = command;
  const isAdmitted = admits(turn, conn, bytes);
  const ticket = createTicket(turn.state, conn, { request, bytes });
  if (isAdmitted) run(turn, { ticket, command });
  else refuse(turn, ticket, "busy");
}

function bytesHeldBy(command: ClientCommand): number {
  if ("body" in command) return command.body.length;
  return "bytes" in command ? command.bytes.length : 0;
}

/**
 * The commands that wait for the proof of the same log or inbox. A client may send proof and use in one frame: they
 * are dealt with in order although the store has to be asked in between.
 */
function proofAwaited(
  conn: Connection,
  command: ClientCommand,
): Deferred[] | undefined {
  // Most of the time nothing waits, and nothing has to be looked at.
  if (conn.opening === undefined) return undefined;
  const id = idUsedBy(command);
  return id && waitingFor(conn, keyOf(id));
}

/** The log or inbox whose proof a command builds on. */
function idUsedBy(command: ClientCommand): Uint8Array | undefined {
  if ("logId" in command) return command.logId;
  if ("inboxId" in command) return command.inboxId;
  if (command.type === "register-push") return command.id;
  return command.type === "inbox-send" ? command.sendId : undefined;
}

function welcome(turn: Turn, ticket: Ticket, { nonce }: Hello): void {
  const { relayPub, random, sign } = turn.env;
  const challenge = random(CHALLENGE_LENGTH);
  ticket.conn.challenge = encodeHex(challenge);
  const signature = sign(welcomeToSign(relayPub, nonce, challenge));
  answer(turn, ticket, { type: "welcome", relayPub, challenge, signature });
}

function ping(turn: Turn, ticket: Ticket): void {
  answer(turn, ticket, { type: "pong" });
}
