// What the relay has to say to each client, said as simply as the page of the protocol says it: lists and maps, no
// frames, no store, no pages, one command at a time. It shares no code with the relay.

import { createHash } from "node:crypto";

/** One thing that a client does. Logs, inboxes and blobs have names, bodies have numbers. */
export type Deed =
  | {
      readonly t: "create-log";
      readonly log: string;
      readonly isProven: boolean;
    }
  | {
      readonly t: "open-log";
      readonly log: string;
      readonly read: Shown;
      readonly write: Shown;
    }
  | {
      readonly t: "append";
      readonly log: string;
      readonly body: number;
      readonly expected: number | undefined;
    }
  | {
      readonly t: "read";
      readonly log: string;
      readonly from: number;
      readonly limit: number;
    }
  | { readonly t: "subscribe"; readonly log: string; readonly from: number }
  | { readonly t: "unsubscribe"; readonly log: string }
  | {
      readonly t: "create-inbox";
      readonly inbox: string;
      readonly isProven: boolean;
    }
  | {
      readonly t: "open-inbox";
      readonly inbox: string;
      readonly isProven: boolean;
    }
  | {
      readonly t: "send";
      readonly inbox: string;
      readonly body: number;
      /** The key that signs; without one the open share is used. */
      readonly key: string | undefined;
    }
  | { readonly t: "set-key"; readonly inbox: string; readonly key: string }
  | { readonly t: "ack"; readonly inbox: string; readonly seq: number }
  | { readonly t: "create-blob"; readonly blob: string }
  | {
      readonly t: "put";
      readonly blob: string;
      readonly index: number;
      readonly isRight: boolean;
    }
  | { readonly t: "get"; readonly blob: string; readonly index: number };

export type Shown = "right" | "wrong" | "none";

export interface NaiveRelay {
  readonly logs: Map<string, number[]>;
  readonly inboxes: Map<string, NaiveInbox>;
  readonly blobs: Map<string, Set<number>>;
  readonly clients: NaiveClient[];
  readonly quotas: {
    readonly logs: number;
    readonly inboxes: number;
    readonly blobParts: number;
  };
  /** The id of a log and the bytes of a body, as hex; the relay's key. */
  readonly logIdOf: (log: string) => string;
  readonly bodyIdOf: (body: number) => string;
  readonly relayPub: string;
}

interface NaiveInbox {
  readonly kept: Map<number, NaiveMessage>;
  /** The newest last. */
  readonly keys: string[];
  last: number;
}

interface NaiveMessage {
  readonly body: number;
  readonly isMember: boolean;
}

export interface NaiveClient {
  readonly canRead: Set<string>;
  readonly canWrite: Set<string>;
  readonly subscribed: Set<string>;
  readonly inboxes: Set<string>;
  readonly told: string[];
  /** What comes after the answer to the deed of the moment. */
  readonly later: string[];
}

export const PARTS_OF_BLOB = 4;
const MAX_MESSAGES = 64;
const REFUSED = "unavailable";

export function createNaiveClient(): NaiveClient {
  return {
    canRead: new Set(),
    canWrite: new Set(),
    subscribed: new Set(),
    inboxes: new Set(),
    told: [],
    later: [],
  };
}

type Named<T> = Extract<Deed, { readonly t: T }>;

/** Declared as a method, so that what answers one deed stands where one for any deed is asked for. */
type Answer<D extends Deed> = {
  answer(relay: NaiveRelay, client: NaiveClient, deed: D): string;
}["answer"];

type Answers = { readonly [T in Deed["t"]]: Answer<Named<T>> };

/** What each deed is answered; what comes before the answer is put into `told`, what comes after it into `later`. */
const answers: Answers = {
  "create-log": createLog,
  "open-log": openLog,
  append,
  read,
  subscribe,
  unsubscribe,
  "create-inbox": createInbox,
  "open-inbox": openInbox,
  send,
  "set-key": setKey,
  ack: acknowledge,
  "create-blob": createBlob,
  put: putPart,
  get: getPart,
};

/** Notes in `told` of every client what the deed of one of them brings. */
export function act(relay: NaiveRelay, client: NaiveClient, deed: Deed): void {
  const answer: Answer<Deed> = answers[deed.t];
  client.told.push(answer(relay, client, deed));
  for (const each of relay.clients) each.told.push(...each.later.splice(0));
}

function createLog(
  { logs, quotas }: NaiveRelay,
  _: NaiveClient,
  { log, isProven }: Named<"create-log">,
): string {
  if (!isProven) return REFUSED;
  if (logs.has(log)) return "ok";
  if (logs.size >= quotas.logs) return "quota";
  logs.set(log, []);
  return "ok";
}

function openLog(
  { logs }: NaiveRelay,
  client: NaiveClient,
  { log, read: reading, write: writing }: Named<"open-log">,
): string {
  const shown = [reading, writing];
  if (!logs.has(log) || shown.includes("wrong")) return REFUSED;
  if (!shown.includes("right")) return REFUSED;
  if (reading === "right") client.canRead.add(log);
  if (writing === "right") client.canWrite.add(log);
  return "ok";
}

function append(
  relay: NaiveRelay,
  client: NaiveClient,
  { log, body, expected }: Named<"append">,
): string {
  const entries = relay.logs.get(log);
  if (!entries || !client.canWrite.has(log)) return REFUSED;
  const known = 1 + entries.indexOf(body);
  if (known > 0) return `appended ${known} ${headAt(relay, log, known)}`;
  if (expected !== undefined && expected !== entries.length) {
    return "head-moved";
  }
  const seq = entries.push(body);
  const head = headAt(relay, log, seq);
  for (const { subscribed, later } of relay.clients) {
    if (!subscribed.has(log)) continue;
    later.push(`entry ${log} ${seq} ${body}`, `head ${log} ${seq} ${head}`);
  }
  return `appended ${seq} ${head}`;
}

function read(
  relay: NaiveRelay,
  client: NaiveClient,
  { log, from, limit }: Named<"read">,
): string {
  const entries = relay.logs.get(log);
  if (!entries || !client.canRead.has(log)) return REFUSED;
  const wanted = entries.slice(from - 1, from - 1 + limit);
  for (const [i, body] of wanted.entries()) {
    client.told.push(`entry ${log} ${from + i} ${body}`);
  }
  const seq = entries.length;
  return `caught-up ${log} ${seq} ${headAt(relay, log, seq)}`;
}

function subscribe(
  relay: NaiveRelay,
  client: NaiveClient,
  { log, from }: Named<"subscribe">,
): string {
  if (!client.canRead.has(log)) return REFUSED;
  if (client.subscribed.has(log)) return "subscribed";
  client.subscribed.add(log);
  const limit = Number.POSITIVE_INFINITY;
  return read(relay, client, { t: "read", log, from, limit });
}

function unsubscribe(
  _: NaiveRelay,
  client: NaiveClient,
  { log }: Named<"unsubscribe">,
): string {
  client.subscribed.delete(log);
  return "ok";
}

function createInbox(
  { inboxes, quotas }: NaiveRelay,
  _: NaiveClient,
  { inbox, isProven }: Named<"create-inbox">,
): string {
  if (!isProven) return REFUSED;
  if (inboxes.has(inbox)) return "ok";
  if (inboxes.size >= quotas.inboxes) return "quota";
  inboxes.set(inbox, { kept: new Map(), keys: [], last: 0 });
  return "ok";
}

function openInbox(
  relay: NaiveRelay,
  client: NaiveClient,
  { inbox: name, isProven }: Named<"open-inbox">,
): string {
  const inbox = relay.inboxes.get(name);
  if (!inbox || !isProven) return REFUSED;
  if (client.inboxes.has(name)) return "subscribed";
  client.inboxes.add(name);
  for (const [seq, { body }] of inbox.kept) {
    client.told.push(`message ${name} ${seq} ${body}`);
  }
  return `inbox-caught-up ${name} ${inbox.last}`;
}

function send(
  relay: NaiveRelay,
  _: NaiveClient,
  { inbox: name, body, key }: Named<"send">,
): string {
  const inbox = relay.inboxes.get(name);
  if (!inbox) return REFUSED;
  const isMember = key !== undefined;
  if (isMember && !inbox.keys.slice(-2).includes(key)) return REFUSED;
  const kept = [...inbox.kept.values()];
  if (kept.some((message) => message.body === body)) return "ok";
  const beside = kept.filter((message) => message.isMember === isMember);
  if (beside.length >= MAX_MESSAGES) return "quota";
  inbox.last += 1;
  inbox.kept.set(inbox.last, { body, isMember });
  for (const { inboxes, later } of relay.clients) {
    if (inboxes.has(name)) later.push(`message ${name} ${inbox.last} ${body}`);
  }
  return "ok";
}

function setKey(
  { inboxes }: NaiveRelay,
  client: NaiveClient,
  { inbox: name, key }: Named<"set-key">,
): string {
  const inbox = inboxes.get(name);
  if (!inbox || !client.inboxes.has(name)) return REFUSED;
  if (inbox.keys.at(-1) !== key) inbox.keys.push(key);
  return "ok";
}

function acknowledge(
  { inboxes }: NaiveRelay,
  client: NaiveClient,
  { inbox, seq }: Named<"ack">,
): string {
  if (!client.inboxes.has(inbox)) return REFUSED;
  inboxes.get(inbox)?.kept.delete(seq);
  return "ok";
}

function createBlob(
  { blobs, quotas }: NaiveRelay,
  _: NaiveClient,
  { blob }: Named<"create-blob">,
): string {
  if (blobs.has(blob)) return "ok";
  if ((blobs.size + 1) * PARTS_OF_BLOB > quotas.blobParts) return "quota";
  blobs.set(blob, new Set());
  return "ok";
}

function putPart(
  { blobs }: NaiveRelay,
  _: NaiveClient,
  { blob, index, isRight }: Named<"put">,
): string {
  const parts = blobs.get(blob);
  if (!parts || index >= PARTS_OF_BLOB || !isRight) return REFUSED;
  parts.add(index);
  return "ok";
}

function getPart(
  { blobs }: NaiveRelay,
  _: NaiveClient,
  { blob, index }: Named<"get">,
): string {
  return blobs.get(blob)?.has(index) === true
    ? `blob-data ${blob} ${index}`
    : REFUSED;
}

/** The head of a log's chain, reckoned from its beginning. */
function headAt(relay: NaiveRelay, log: string, seq: number): string {
  const label = (text: string): string => Buffer.from(text).toString("hex");
  let head = hash(
    label("halqa/v1/relay/chain-start") + relay.logIdOf(log) + relay.relayPub,
  );
  const entries = relay.logs.get(log) ?? [];
  for (const [i, body] of entries.slice(0, seq).entries()) {
    const u64 = (i + 1).toString(16).padStart(16, "0");
    head = hash(
      label("halqa/v1/relay/chain-next") + head + u64 + relay.bodyIdOf(body),
    );
  }
  return head;
}

function hash(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}
