// What the core remembers between two events: connections, who follows what, and which requests wait for the store.
// Everything here is bounded (docs/spec/relay.md, "Bounds of the relay"), and nothing of it survives the process.
//
// A step changes this state in place: a log with thousands of readers would otherwise be copied for each entry. Whoever
// calls `relayStep` gives the state away and goes on with the one that comes back.

import type {
  Append,
  ChainHead,
  ClientCommand,
  InboxSend,
  OpenInbox,
  OpenLog,
  RefusalCode,
} from "@halqa/protocol";
import type { ConnectionId } from "./event.ts";
import type { StoredBody, StoreRequest } from "./store.ts";

export interface RelayState {
  day: number;
  nextTag: number;
  readonly connections: Map<ConnectionId, Connection>;
  /** The logs and inboxes that some connection follows, by the key of their id (`keyOf`), as in all that follows. */
  readonly feeds: Map<string, Feed>;
  /** Devices that want to be woken. */
  readonly push: PushState;
  /** What was added to feeds and is still to be delivered (docs/spec/relay.md, RL-51). */
  readonly due: Map<Feed, Batch>;
  /** What is on its way out, a part at a time: it goes before what is due. */
  readonly leaving: Leaving[];
  /** Whether `again` was asked for and has not come. */
  isAgainAsked: boolean;
  /** The bytes of the bodies that are due or on their way out. */
  dueBytes: number;
  /** The connections with something in their queue, in the order of their turns. */
  readonly turns: Set<Connection>;
  /** What the store works on. */
  readonly inStore: Load;
  /** Whether what is too old is to be deleted, or being deleted; nothing more is once the relay ends. */
  sweep: "idle" | "due" | "asked" | "ended";
  /** What the results of a `store` effect are for, by its tag; one for each request. */
  readonly waiting: Map<number, readonly Waiting[]>;
  /**
   * The requests of all connections that wait for the store, and the bytes that all unanswered ones hold. What waits for
   * a reader to read is not in it: readers who do not read would shut out everyone else.
   */
  readonly load: Load;
  /** How often each refusal was given, to whomever: for the relay's own figures (docs/spec/http.md, HT-24). */
  readonly refusals: Map<RefusalCode, number>;
}

export interface PushState {
  /** By their endpoint. */
  readonly devices: Map<string, Device>;
  /** Who is to be woken for which log or inbox. */
  readonly watchers: Map<string, Set<Device>>;
  registrations: number;
}

export interface Device {
  readonly endpoint: string;
  readonly feeds: Set<string>;
  /** The connection on which it is here. */
  conn: ConnectionId | undefined;
  /** Whether something came that may not have reached it. */
  hasNews: boolean;
  /** Whether it was woken since it was here. */
  isWoken: boolean;
  /** The day on which it was here last. */
  day: number;
}

export interface Load {
  requests: number;
  bytes: number;
}

/** Ten thousand of them do nothing most of the time: what holds nothing is absent, not empty. */
export interface Connection {
  readonly id: ConnectionId;
  /** In hex, which takes a third of what an array does; absent before hello. */
  challenge: string | undefined;
  isClosed: boolean;
  logs: Map<string, Proven> | undefined;
  inboxes: Set<string> | undefined;
  /** Logs and inboxes whose proof waits for the store, and the commands that wait for its outcome. */
  opening: Map<string, Deferred[]> | undefined;
  following: Map<string, Follower> | undefined;
  /** Where its device is woken when it is away, if it asked for that. */
  endpoint: string | undefined;
  tickets: Set<Ticket> | undefined;
  /** Its unanswered requests, and the bytes that they hold. */
  readonly load: Load;
  /** What it asks of the store, in order, and has not got to yet. */
  queue: Asked[] | undefined;
  /** What is to be read for this connection, in turns. */
  pulls: Pull[] | undefined;
  page: Page;
}

/** What a connection may do with a log. */
export interface Proven {
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/**
 * One page of stored bodies at a time: it is read from the store, then on its way out, and only then comes the next. So
 * a reader that does not read costs one page of memory, whatever it asked for.
 */
export type Page =
  | { readonly t: "idle" }
  | { readonly t: "reading"; missing: number; hasBodies: boolean }
  | { readonly t: "draining" };

/** The page of whoever reads nothing, one for all. */
export const IDLE: Page = { t: "idle" };

/** One unanswered request. */
export interface Ticket {
  readonly conn: Connection;
  readonly request: number;
  readonly bytes: number;
  /** Whether the store has it: then it weighs on the relay until the store answers, even if the connection ends. */
  isInStore: boolean;
  isSettled: boolean;
}

export interface Deferred {
  readonly ticket: Ticket;
  readonly command: ClientCommand;
}

/** A request to the store, and what its result is for. */
export interface Asked {
  readonly request: StoreRequest;
  readonly waiting: Waiting;
}

/** What was added to a feed, in the order of its sequences. */
export interface Batch {
  readonly bodies: StoredBody[];
  /** The chain's head after the last of them; absent for an inbox. */
  head: Uint8Array | undefined;
}

export interface Leaving {
  readonly feed: Feed;
  readonly batch: Batch;
}

/** A log or an inbox that is followed. */
export interface Feed {
  readonly kind: FeedKind;
  readonly id: Uint8Array;
  readonly key: string;
  readonly followers: Map<ConnectionId, Follower>;
  /** The last head that was signed, so that a thousand readers who catch up cost one signature. */
  signed: SignedHead | undefined;
}

export interface SignedHead extends ChainHead {
  readonly signature: Uint8Array;
}

export type FeedKind = "log" | "inbox";

/** One connection's place in a feed. It is live once the stored entries have been delivered to it. */
export interface Follower {
  readonly conn: Connection;
  readonly feed: Feed;
  /** The next sequence to deliver, once it is live: each goes out once and in order. */
  next: number;
  isLive: boolean;
  hasEnded: boolean;
}

/** Something to read for a connection. */
export type Pull = FeedPull | PartPull;

export interface FeedPull {
  readonly t: "feed";
  readonly kind: FeedKind;
  readonly id: Uint8Array;
  readonly key: string;
  readonly ticket: Ticket;
  /** Absent for a plain read. */
  readonly follower: Follower | undefined;
  readonly from: number;
  /** How many entries are still wanted. */
  readonly remaining: number;
}

export interface PartPull {
  readonly t: "part";
  readonly ticket: Ticket;
  readonly blobId: Uint8Array;
  readonly index: number;
}

/** What a result of the store is for. */
export type Waiting =
  /** Answered by `ok` or a refusal, and that is all. */
  | { readonly t: "plain"; readonly ticket: Ticket }
  | {
      readonly t: "open-log";
      readonly ticket: Ticket;
      readonly command: OpenLog;
    }
  | { readonly t: "append"; readonly ticket: Ticket; readonly command: Append }
  | {
      readonly t: "open-inbox";
      readonly ticket: Ticket;
      readonly command: OpenInbox;
    }
  | {
      readonly t: "find-sender" | "inbox-send";
      readonly ticket: Ticket;
      readonly command: InboxSend;
    }
  | { readonly t: "pull"; readonly conn: Connection; readonly pull: Pull }
  /** Nobody waits for it. */
  | { readonly t: "touch" }
  | { readonly t: "sweep" };

/** The state of a relay that has just started, on this day. */
export function createRelayState(day: number): RelayState {
  return {
    day,
    nextTag: 1,
    connections: new Map(),
    feeds: new Map(),
    push: { devices: new Map(), watchers: new Map(), registrations: 0 },
    due: new Map(),
    leaving: [],
    isAgainAsked: false,
    dueBytes: 0,
    turns: new Set(),
    inStore: { requests: 0, bytes: 0 },
    sweep: "idle",
    waiting: new Map(),
    load: { requests: 0, bytes: 0 },
    refusals: new Map(),
  };
}

export function createConnection(id: ConnectionId): Connection {
  return {
    id,
    challenge: undefined,
    isClosed: false,
    logs: undefined,
    inboxes: undefined,
    opening: undefined,
    following: undefined,
    endpoint: undefined,
    tickets: undefined,
    load: { requests: 0, bytes: 0 },
    queue: undefined,
    pulls: undefined,
    page: IDLE,
  };
}
