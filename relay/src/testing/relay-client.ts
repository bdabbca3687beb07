// A small client of the relay protocol, for tests: it says hello, signs, and hands over what comes.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { InvariantError, decodeBase64url } from "@halqa/bytes";
import {
  bytesToSign,
  decodeRelayFrame,
  encodeFrame,
  inboxIdOf,
  logIdOf,
  type ClientCommand,
  type Operation,
  type RelayCommand,
} from "@halqa/protocol";
import { WebSocket } from "ws";
import { sha256 } from "../node/node-crypto.ts";

type Named<T extends RelayCommand["type"]> = Extract<
  RelayCommand,
  { readonly type: T }
>;
type WithoutRequest<C> = C extends unknown ? Omit<C, "request"> : never;
type Question = WithoutRequest<ClientCommand>;

export interface RelayClient {
  readonly relayPub: Uint8Array;
  readonly challenge: Uint8Array;
  /** Everything that came, in order. */
  readonly received: readonly RelayCommand[];
  /** Sends one command and resolves with its answer. */
  ask(question: Question): Promise<RelayCommand>;
  /** As `ask`, and fails unless the answer is of this type. */
  expect<T extends RelayCommand["type"]>(
    type: T,
    question: Question,
  ): Promise<Named<T>>;
  /** Resolves with the first command, of those that came or come, that `wanted` takes. */
  next(wanted: (command: RelayCommand) => boolean): Promise<RelayCommand>;
  /** The code that the relay ended the connection with; 1006 where it was cut. */
  readonly ended: Promise<number>;
  /** Stops reading what comes, and goes on with it. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export interface TestKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export interface LogKeys {
  readonly id: Uint8Array;
  readonly write: TestKey;
  readonly read: TestKey;
}

export interface InboxKeys {
  readonly id: Uint8Array;
  readonly owner: TestKey;
  readonly sendId: Uint8Array;
}

/** Opens a connection and exchanges hello and welcome. */
export async function connectClient(port: number): Promise<RelayClient> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, {
    perMessageDeflate: false,
  });
  const received: RelayCommand[] = [];
  const waiting = new Set<() => void>();
  const ended = new Promise<number>((resolve) => {
    ws.once("close", (code) => resolve(code));
  });
  ws.on("message", (data: Buffer) => {
    const commands = decodeRelayFrame(plain(data));
    if (!commands.ok) throw new InvariantError(commands.error.kind);
    received.push(...commands.value);
    for (const look of waiting) look();
  });
  // Cut by the relay: `ended` says so.
  ws.on("error", () => undefined);
  const next = (
    wanted: (command: RelayCommand) => boolean,
  ): Promise<RelayCommand> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = received.find(wanted);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      void ended.then((code) => reject(new Error(`ended with ${code}`)));
      look();
    });
  let last = 0;
  const ask = (question: Question): Promise<RelayCommand> => {
    const request = ++last;
    const command = { ...question, request } as ClientCommand;
    ws.send(frameOf(command));
    return next((answer) => "request" in answer && answer.request === request);
  };
  const expect = async <T extends RelayCommand["type"]>(
    type: T,
    question: Question,
  ): Promise<Named<T>> => {
    const answer = await ask(question);
    if (isNamed(answer, type)) return answer;
    const code = answer.type === "error" ? answer.code : answer.type;
    throw new InvariantError(`${question.type} was answered with ${code}`);
  };
  await new Promise<void>((resolve, reject) => {
    ws.once("open", resolve);
    void ended.then((code) => reject(new Error(`ended with ${code}`)));
  });
  const nonce = new Uint8Array(randomBytes(32));
  const welcome = await expect("welcome", { type: "hello", nonce });
  return {
    relayPub: welcome.relayPub,
    challenge: welcome.challenge,
    received,
    ask,
    expect,
    next,
    ended,
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: async () => {
      ws.close();
      await ended;
    },
  };
}

export function frameOf(...commands: readonly ClientCommand[]): Uint8Array {
  const frame = encodeFrame(commands);
  if (!frame.ok) throw new InvariantError(frame.error.kind);
  return frame.value;
}

export function createLogKeys(): LogKeys {
  const [write, read] = [createKey(), createKey()];
  const id = logIdOf(sha256, write.publicKey, read.publicKey);
  return { id, write, read };
}

export function createInboxKeys(): InboxKeys {
  const owner = createKey();
  const sendId = new Uint8Array(randomBytes(32));
  return { id: inboxIdOf(sha256, owner.publicKey), owner, sendId };
}

export function createBody(size = 3_840): Uint8Array {
  return new Uint8Array(randomBytes(size));
}

/** Makes the log and proves both keys on this connection. */
export async function createLog(
  client: RelayClient,
  keys: LogKeys,
): Promise<void> {
  const { id, write, read } = keys;
  const signed = (key: TestKey, operation: Operation): Uint8Array =>
    prove(client, { key, operation, id });
  await client.expect("ok", {
    type: "create-log",
    writePub: write.publicKey,
    readPub: read.publicKey,
    writeSignature: signed(write, "create-log/write"),
    readSignature: signed(read, "create-log/read"),
    access: undefined,
  });
  await openLog(client, keys);
}

/** Proves both keys on this connection. */
export async function openLog(
  client: RelayClient,
  { id, write, read }: LogKeys,
): Promise<void> {
  await client.expect("ok", {
    type: "open-log",
    logId: id,
    readSignature: prove(client, { key: read, operation: "open-log/read", id }),
    writeSignature: prove(client, {
      key: write,
      operation: "open-log/write",
      id,
    }),
  });
}

/** Makes the inbox. */
export async function createInbox(
  client: RelayClient,
  { id, owner, sendId }: InboxKeys,
): Promise<void> {
  await client.expect("ok", {
    type: "create-inbox",
    ownerPub: owner.publicKey,
    sendId,
    signature: prove(client, {
      key: owner,
      operation: "create-inbox",
      id,
      args: sendId,
    }),
    access: undefined,
  });
}

export async function append(
  client: RelayClient,
  logId: Uint8Array,
  body: Uint8Array,
): Promise<Named<"appended">> {
  const expectedHead = undefined;
  return client.expect("appended", {
    type: "append",
    logId,
    expectedHead,
    body,
  });
}

/** All entries of a log, read in as many pages as it takes. */
export async function readLog(
  client: RelayClient,
  logId: Uint8Array,
): Promise<readonly Uint8Array[]> {
  const before = client.received.length;
  await client.expect("caught-up", {
    type: "read",
    logId,
    fromSeq: 1,
    limit: 65_536,
  });
  return client.received
    .slice(before)
    .flatMap((command) => (command.type === "entry" ? [command.body] : []));
}

export function prove(
  client: Pick<RelayClient, "relayPub" | "challenge">,
  proof: {
    readonly key: TestKey;
    readonly operation: Operation;
    readonly id: Uint8Array;
    readonly args?: Uint8Array;
  },
): Uint8Array {
  const { key, ...signed } = proof;
  const { relayPub, challenge } = client;
  return key.sign(bytesToSign({ ...signed, relayPub, challenge }));
}

function createKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = decodeBase64url(publicKey.export({ format: "jwk" }).x ?? "");
  if (!raw.ok) throw new InvariantError(raw.error.kind);
  return {
    publicKey: raw.value,
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function isNamed<T extends RelayCommand["type"]>(
  command: RelayCommand,
  type: T,
): command is Named<T> {
  return command.type === type;
}

function plain(data: Buffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}
