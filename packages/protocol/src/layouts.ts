// The layout of every command (docs/spec/relay.md, "Commands"). A type octet is never reused. Those of clients are
// below 128, those of relays from 128 up; 0 is padding.

import type { ClientCommand } from "./client-command.ts";
import {
  body,
  bytes32,
  entrySeq,
  expectedHead,
  optional,
  part,
  partHashes,
  partIndex,
  pushEndpoint,
  pushKey,
  refusalCode,
  seq,
  signature,
  u32,
} from "./field.ts";
import { layout, type Layout } from "./layout.ts";
import type { RelayCommand } from "./relay-command.ts";

type Named<C extends { readonly type: string }, T> = Extract<
  C,
  { readonly type: T }
>;

type LayoutsOf<C extends { readonly type: string }> = {
  readonly [T in C["type"]]: Layout<Named<C, T>>;
};

const request = u32;
const access = optional(bytes32);

export const clientLayouts: LayoutsOf<ClientCommand> = {
  hello: layout("hello", 1, { request, nonce: bytes32 }),
  "create-log": layout("create-log", 2, {
    request,
    writePub: bytes32,
    readPub: bytes32,
    writeSignature: signature,
    readSignature: signature,
    access,
  }),
  "open-log": layout("open-log", 3, {
    request,
    logId: bytes32,
    readSignature: optional(signature),
    writeSignature: optional(signature),
  }),
  append: layout("append", 4, { request, logId: bytes32, expectedHead, body }),
  read: layout("read", 5, {
    request,
    logId: bytes32,
    fromSeq: entrySeq,
    limit: u32,
  }),
  subscribe: layout("subscribe", 6, {
    request,
    logId: bytes32,
    fromSeq: entrySeq,
  }),
  unsubscribe: layout("unsubscribe", 7, { request, logId: bytes32 }),
  "create-inbox": layout("create-inbox", 8, {
    request,
    ownerPub: bytes32,
    sendId: bytes32,
    signature,
    access,
  }),
  "open-inbox": layout("open-inbox", 9, {
    request,
    inboxId: bytes32,
    signature,
  }),
  "inbox-send": layout("inbox-send", 10, {
    request,
    sendId: bytes32,
    memberSignature: optional(signature),
    body,
  }),
  "inbox-ack": layout("inbox-ack", 11, {
    request,
    inboxId: bytes32,
    messageSeq: entrySeq,
  }),
  "blob-create": layout("blob-create", 12, { request, partHashes, access }),
  "blob-part": layout("blob-part", 13, {
    request,
    blobId: bytes32,
    index: partIndex,
    bytes: part,
  }),
  "blob-get": layout("blob-get", 14, {
    request,
    blobId: bytes32,
    index: partIndex,
  }),
  ping: layout("ping", 15, { request }),
  "set-inbox-key": layout("set-inbox-key", 16, {
    request,
    inboxId: bytes32,
    memberPub: bytes32,
  }),
  "get-push-key": layout("get-push-key", 17, { request }),
  "register-push": layout("register-push", 18, {
    request,
    id: bytes32,
    endpoint: pushEndpoint,
  }),
  "forget-push": layout("forget-push", 19, { request, endpoint: pushEndpoint }),
};

export const relayLayouts: LayoutsOf<RelayCommand> = {
  welcome: layout("welcome", 128, {
    request,
    relayPub: bytes32,
    challenge: bytes32,
    signature,
  }),
  ok: layout("ok", 129, { request }),
  error: layout("error", 130, { request, code: refusalCode }),
  appended: layout("appended", 131, {
    request,
    seq: entrySeq,
    head: bytes32,
    signature,
  }),
  entry: layout("entry", 132, { logId: bytes32, seq: entrySeq, body }),
  head: layout("head", 133, {
    logId: bytes32,
    seq: entrySeq,
    head: bytes32,
    signature,
  }),
  "caught-up": layout("caught-up", 134, {
    request,
    logId: bytes32,
    seq,
    head: bytes32,
    signature,
  }),
  "inbox-message": layout("inbox-message", 135, {
    inboxId: bytes32,
    seq: entrySeq,
    body,
  }),
  "inbox-caught-up": layout("inbox-caught-up", 136, {
    request,
    inboxId: bytes32,
    seq,
  }),
  "blob-data": layout("blob-data", 137, {
    request,
    blobId: bytes32,
    index: partIndex,
    bytes: part,
  }),
  pong: layout("pong", 138, { request }),
  "push-key": layout("push-key", 139, { request, key: pushKey }),
};
