// Any command whatever, for properties: every type, every optional field with and without, every size.

import * as fc from "fast-check";
import {
  BLOB_PART_COUNTS,
  BLOB_PART_SIZE,
  BODY_SIZES,
  REFUSAL_CODES,
  type ClientCommand,
  type RefusalCode,
  type RelayCommand,
} from "../index.ts";

type Command = ClientCommand | RelayCommand;

/** An arbitrary for each field of a command but its type. */
type Fields<C extends Command> = {
  readonly [Name in Exclude<keyof C, "type">]: fc.Arbitrary<C[Name]>;
};

type Arbitraries<C extends Command> = {
  readonly [T in C["type"]]: Fields<Extract<C, { readonly type: T }>>;
};

const refusals = Object.keys(REFUSAL_CODES).filter(
  (name): name is RefusalCode => name in REFUSAL_CODES,
);

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

// Bodies are filled with one octet, and zero is among them: what looks like padding must not be taken for it.
const filled = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.nat(255).map((octet) => new Uint8Array(length).fill(octet));

const b32 = bytes(32);
const signature = bytes(64);
const seq = fc.oneof(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fc.constant(Number.MAX_SAFE_INTEGER),
);
const endSeq = fc.oneof(fc.constant(0), seq);
const request = fc.oneof(fc.nat(), fc.constantFrom(0, 0xffffffff));
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const body = fc.constantFrom(...BODY_SIZES).chain(filled);
const part = filled(BLOB_PART_SIZE);
const index = fc.nat(15);
const expectedHead = optional(
  fc.oneof(fc.constant(0), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER - 1)),
);
const partHashes = fc
  .constantFrom(...BLOB_PART_COUNTS)
  .chain((count) => fc.array(b32, { minLength: count, maxLength: count }));

const endpoint = fc.uint8Array({ minLength: 1, maxLength: 1_024 });

const client: Arbitraries<ClientCommand> = {
  hello: { request, nonce: b32 },
  "create-log": {
    request,
    writePub: b32,
    readPub: b32,
    writeSignature: signature,
    readSignature: signature,
    access: optional(b32),
  },
  "open-log": {
    request,
    logId: b32,
    readSignature: optional(signature),
    writeSignature: optional(signature),
  },
  append: { request, logId: b32, expectedHead, body },
  read: { request, logId: b32, fromSeq: seq, limit: request },
  subscribe: { request, logId: b32, fromSeq: seq },
  unsubscribe: { request, logId: b32 },
  "create-inbox": {
    request,
    ownerPub: b32,
    sendId: b32,
    signature,
    access: optional(b32),
  },
  "open-inbox": { request, inboxId: b32, signature },
  "inbox-send": {
    request,
    sendId: b32,
    memberSignature: optional(signature),
    body,
  },
  "inbox-ack": { request, inboxId: b32, messageSeq: seq },
  "blob-create": { request, partHashes, access: optional(b32) },
  "blob-part": { request, blobId: b32, index, bytes: part },
  "blob-get": { request, blobId: b32, index },
  ping: { request },
  "set-inbox-key": { request, inboxId: b32, memberPub: b32 },
  "get-push-key": { request },
  "register-push": { request, id: b32, endpoint },
  "forget-push": { request, endpoint },
};

const relay: Arbitraries<RelayCommand> = {
  welcome: { request, relayPub: b32, challenge: b32, signature },
  ok: { request },
  error: { request, code: fc.constantFrom(...refusals) },
  appended: { request, seq, head: b32, signature },
  entry: { logId: b32, seq, body },
  head: { logId: b32, seq, head: b32, signature },
  "caught-up": { request, logId: b32, seq: endSeq, head: b32, signature },
  "inbox-message": { inboxId: b32, seq, body },
  "inbox-caught-up": { request, inboxId: b32, seq: endSeq },
  "blob-data": { request, blobId: b32, index, bytes: part },
  pong: { request },
  "push-key": { request, key: bytes(65) },
};

export const anyClientCommand: fc.Arbitrary<ClientCommand> = anyOf(client);
export const anyRelayCommand: fc.Arbitrary<RelayCommand> = anyOf(relay);

function anyOf<C extends Command>(all: Arbitraries<C>): fc.Arbitrary<C> {
  const commands = Object.entries<Record<string, fc.Arbitrary<unknown>>>(all);
  return fc.oneof(
    ...commands.map(([type, fields]) =>
      fc
        .record(fields)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Arbitraries<C>` names every field with its type
        .map((values) => ({ type, ...values }) as unknown as C),
    ),
  );
}
