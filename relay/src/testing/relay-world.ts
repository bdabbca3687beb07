// The relay's core with clients and a store in memory, and no time: every effect is carried out at once, or held back
// until a test lets it happen. Signatures are a hash of key and message: what matters here is what is signed.

import { createHash } from "node:crypto";
import {
  concatBytes,
  encodeUtf8,
  equalBytes,
  InvariantError,
} from "@halqa/bytes";
import {
  BODY_SIZES,
  bytesToSign,
  decodeRelayFrame,
  FRAME_SIZES,
  inboxIdOf,
  logIdOf,
  packFrames,
  type ClientCommand,
  type Operation,
  type RelayCommand,
} from "@halqa/protocol";
import { createSeededRandom } from "@halqa/testkit";
import {
  createMemoryStore,
  createRelayState,
  RELAY_QUOTAS,
  relayStep,
  type ConnectionId,
  type MemoryStore,
  type RelayEffect,
  type RelayEnv,
  type RelayEvent,
  type RelayState,
  type StoreResult,
} from "../core/index.ts";

export interface World {
  readonly env: RelayEnv;
  readonly store: MemoryStore;
  state: RelayState;
  readonly clients: Map<ConnectionId, Client>;
  /** `store` effects that wait, oldest first. */
  readonly inStore: Extract<RelayEffect, { readonly t: "store" }>[];
  /** Connections that are to be reported as drained. */
  readonly undrained: Set<ConnectionId>;
  /** What is not to happen by itself. */
  readonly held: Set<"store" | "drains" | "again">;
  /** Every effect there was. */
  readonly effects: RelayEffect[];
}

export interface Client {
  readonly world: World;
  readonly id: ConnectionId;
  /** What was received, in order. */
  readonly received: RelayCommand[];
  readonly frames: Uint8Array[];
  challenge: Uint8Array;
  lastRequest: number;
  /** The code with which the relay ended it. */
  closedWith: string | undefined;
  hasLeft: boolean;
}

/** A command without its number, which the client gives. */
export type Asking<C extends ClientCommand = ClientCommand> =
  C extends ClientCommand ? Omit<C, "request"> : never;

export interface LogKeys {
  readonly writePub: Uint8Array;
  readonly readPub: Uint8Array;
  readonly logId: Uint8Array;
}

export interface InboxKeys {
  readonly ownerPub: Uint8Array;
  readonly inboxId: Uint8Array;
  readonly sendId: Uint8Array;
}

export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(data).digest());
}

/** The "signature" of a key over a message; 64 bytes. */
export function signatureOf(key: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(concatBytes(key, message));
  return concatBytes(half, half);
}

/** 32 bytes that have this name and no other. */
export function named(name: string): Uint8Array {
  return sha256(encodeUtf8(name));
}

export function createWorld(env: Partial<RelayEnv> = {}): World {
  const relayPub = named("relay");
  return {
    env: {
      relayPub,
      sign: (message) => signatureOf(relayPub, message),
      verify: (key, message, signature) =>
        equalBytes(signatureOf(key, message), signature),
      sha256,
      random: createSeededRandom("relay").bytes,
      quotas: RELAY_QUOTAS,
      ...env,
    },
    store: createMemoryStore(sha256),
    state: createRelayState(1),
    clients: new Map(),
    inStore: [],
    undrained: new Set(),
    held: new Set(),
    effects: [],
  };
}

/** Tells the relay and carries out what follows, but for what is held. */
export function tell(world: World, event: RelayEvent): void {
  step(world, event);
  settle(world);
}

/** Lets the store answer what waits, all of it as one batch, or the first `count` effects. */
export function answerStore(
  world: World,
  count = world.inStore.length,
  run: (world: World) => MemoryStore["runNow"] = ({ store }) => store.runNow,
): void {
  const answers = world.inStore
    .splice(0, count)
    .map(({ tag, requests }) => ({ tag, results: run(world)(requests) }));
  step(world, { t: "stored", answers });
}

/** Lets the store fail at what waits. */
export function failStore(world: World): void {
  answerStore(
    world,
    world.inStore.length,
    () => (requests) => requests.map((): StoreResult => ({ t: "failed" })),
  );
}

/** Lets what was sent to a connection leave. */
export function drain(world: World, conn: ConnectionId): void {
  world.undrained.delete(conn);
  tell(world, { t: "drained", conn });
}

/** Lets everything happen that was held. */
export function release(world: World): void {
  world.held.clear();
  settle(world);
}

/** A connection on which nothing was said. */
export function connectSilently(world: World): Client {
  const id = 1 + Math.max(0, ...world.clients.keys());
  const client: Client = {
    world,
    id,
    received: [],
    frames: [],
    challenge: new Uint8Array(32),
    lastRequest: 0,
    closedWith: undefined,
    hasLeft: false,
  };
  world.clients.set(id, client);
  tell(world, { t: "connected", conn: id });
  return client;
}

/** A connection that has said hello. */
export function connect(world: World): Client {
  const client = connectSilently(world);
  const nonce = named(`nonce ${client.id}`);
  const welcome = ask(client, { type: "hello", nonce });
  if (welcome?.type !== "welcome") throw new InvariantError("no welcome");
  client.challenge = welcome.challenge;
  take(client);
  return client;
}

export function disconnect(client: Client): void {
  client.hasLeft = true;
  tell(client.world, { t: "closed", conn: client.id });
}

/** Sends these commands in as few frames as they take; gives their numbers. */
export function send(client: Client, ...askings: readonly Asking[]): number[] {
  const commands = askings.map((asking): ClientCommand => {
    client.lastRequest += 1;
    return { ...asking, request: client.lastRequest };
  });
  for (const frame of packFrames(commands)) sendBytes(client, frame);
  return commands.map(({ request }) => request);
}

export function sendBytes(client: Client, bytes: Uint8Array): void {
  tell(client.world, { t: "frame", conn: client.id, bytes });
}

/** Sends one command and gives its answer, if it has one already. */
export function ask(client: Client, asking: Asking): RelayCommand | undefined {
  const [request = 0] = send(client, asking);
  return answerTo(client, request);
}

export function answerTo(
  client: Client,
  request: number,
): RelayCommand | undefined {
  const answers = client.received.filter(
    (command) => "request" in command && command.request === request,
  );
  if (answers.length > 1) throw new InvariantError("answered twice");
  return answers[0];
}

/** Short: `ok`, or the code of a refusal, or the type of another answer. */
export function outcomeOf(answer: RelayCommand | undefined): string {
  if (answer === undefined) return "nothing";
  return answer.type === "error" ? answer.code : answer.type;
}

export function tryOut(client: Client, asking: Asking): string {
  return outcomeOf(ask(client, asking));
}

/** What was received since the last call. */
export function take(client: Client): RelayCommand[] {
  return client.received.splice(0);
}

export function logKeys(name: string): LogKeys {
  const [writePub, readPub] = [named(`${name} write`), named(`${name} read`)];
  return { writePub, readPub, logId: logIdOf(sha256, writePub, readPub) };
}

export function inboxKeys(name: string): InboxKeys {
  const [ownerPub, sendId] = [named(`${name} owner`), named(`${name} send`)];
  return { ownerPub, sendId, inboxId: inboxIdOf(sha256, ownerPub) };
}

/** A body of its own for each number. */
export function bodyOf(n: number, size: number = BODY_SIZES[0]): Uint8Array {
  const body = new Uint8Array(size);
  new DataView(body.buffer).setUint32(0, n);
  return body;
}

/** A client's proof of a key. */
export function prove(
  client: Client,
  operation: Operation,
  proof: {
    readonly key: Uint8Array;
    readonly id: Uint8Array;
    readonly args?: Uint8Array;
  },
): Uint8Array {
  const { relayPub } = client.world.env;
  const { challenge } = client;
  return signatureOf(
    proof.key,
    bytesToSign({ ...proof, operation, relayPub, challenge }),
  );
}

export function creating(
  client: Client,
  log: LogKeys,
): Asking & { readonly type: "create-log" } {
  const { writePub, readPub, logId: id } = log;
  return {
    type: "create-log",
    writePub,
    readPub,
    writeSignature: prove(client, "create-log/write", { key: writePub, id }),
    readSignature: prove(client, "create-log/read", { key: readPub, id }),
    access: undefined,
  };
}

export function opening(
  client: Client,
  log: LogKeys,
): Asking & { readonly type: "open-log" } {
  const { writePub, readPub, logId: id } = log;
  return {
    type: "open-log",
    logId: id,
    readSignature: prove(client, "open-log/read", { key: readPub, id }),
    writeSignature: prove(client, "open-log/write", { key: writePub, id }),
  };
}

export function creatingInbox(
  client: Client,
  inbox: InboxKeys,
): Asking & { readonly type: "create-inbox" } {
  const { ownerPub, sendId, inboxId: id } = inbox;
  const proof = { key: ownerPub, id, args: sendId };
  return {
    type: "create-inbox",
    ownerPub,
    sendId,
    signature: prove(client, "create-inbox", proof),
    access: undefined,
  };
}

export function openingInbox(
  client: Client,
  { ownerPub, inboxId }: InboxKeys,
): Asking & { readonly type: "open-inbox" } {
  const proof = { key: ownerPub, id: inboxId };
  const signature = prove(client, "open-inbox", proof);
  return { type: "open-inbox", inboxId, signature };
}

/** A message signed with the key of members. */
export function sendingAsMember(
  client: Client,
  { sendId: id }: InboxKeys,
  message: { readonly key: Uint8Array; readonly body: Uint8Array },
): Asking & { readonly type: "inbox-send" } {
  const { key, body } = message;
  const proof = { key, id, args: sha256(body) };
  const memberSignature = prove(client, "inbox-send", proof);
  return { type: "inbox-send", sendId: id, memberSignature, body };
}

export function appending(
  { logId }: LogKeys,
  body: Uint8Array,
  expectedHead?: number,
): Asking & { readonly type: "append" } {
  return { type: "append", logId, body, expectedHead };
}

/** A connection that has made the log and opened it. */
export function member(world: World, log: LogKeys): Client {
  const client = connect(world);
  send(client, creating(client, log), opening(client, log));
  take(client);
  return client;
}

/** A connection that has made the inbox and opened it. */
export function owner(world: World, inbox: InboxKeys): Client {
  const client = connect(world);
  send(client, creatingInbox(client, inbox), openingInbox(client, inbox));
  take(client);
  return client;
}

function settle(world: World): void {
  for (;;) {
    const [conn] = world.undrained;
    if (!world.held.has("store") && world.inStore.length > 0) {
      answerStore(world);
    } else if (!world.held.has("drains") && conn !== undefined) {
      world.undrained.delete(conn);
      step(world, { t: "drained", conn });
    } else {
      return;
    }
  }
}

function step(world: World, event: RelayEvent): void {
  const { state, effects } = relayStep(world.state, event, world.env);
  world.state = state;
  world.effects.push(...effects);
  for (const effect of effects) carryOut(world, effect);
  const isToGoOn = effects.some(({ t }) => t === "again");
  if (isToGoOn && !world.held.has("again")) step(world, { t: "again" });
}

function carryOut(world: World, effect: RelayEffect): void {
  switch (effect.t) {
    case "send":
      for (const id of effect.to) receive(clientOf(world, id), effect.frame);
      return;
    case "close":
      clientOf(world, effect.conn).closedWith = effect.code;
      return;
    case "store":
      world.inStore.push(effect);
      return;
    case "again":
    case "wake":
      return;
    case "drain":
      world.undrained.add(effect.conn);
  }
}

function receive(client: Client, frame: Uint8Array): void {
  if (client.closedWith !== undefined || client.hasLeft) {
    throw new InvariantError("nothing is sent after the end");
  }
  const commands = decodeRelayFrame(frame);
  if (!commands.ok || !FRAME_SIZES.some((size) => size === frame.length)) {
    throw new InvariantError("the relay sends frames");
  }
  client.frames.push(frame);
  client.received.push(...commands.value);
}

function clientOf(world: World, id: ConnectionId): Client {
  const client = world.clients.get(id);
  if (client === undefined) throw new InvariantError("no such connection");
  return client;
}
