/**
 * The machine's whole state, as data (docs/spec/engine.md). `durable` is what the store holds; everything else lives for
 * one run and is rebuilt from it: connections, what was asked on them, entries that wait, what is watched.
 */
import type { Item } from "@halqa/model";
import type { ClientCommand, RefusalCode } from "@halqa/protocol";
import type { Command } from "../views/command.ts";
import type { Query } from "../views/view.ts";
import type { Durable } from "./durable.ts";
import type { Note, RunningJob } from "./job.ts";
import type { InboxMessageIn, QueuedEntry } from "./queued.ts";
import type { SideRun } from "./side/side-run.ts";

export interface EngineState {
  readonly phase: "new" | "booting" | "running";
  readonly durable: Durable;
  readonly lane: Lane;
  /** The circles for which links were last made and dropped. */
  readonly linkedFor: Pick<Durable, "circles" | "linking"> | undefined;
  /** When the linking session ends for which a timer was set in this run. */
  readonly linkingUntil: number | undefined;
  /** By relay key (`relayKey`). */
  readonly links: ReadonlyMap<string, Link>;
  /** By circle id. */
  readonly logs: ReadonlyMap<string, LogRun>;
  /** By inbox id, base64url. */
  readonly inboxes: ReadonlyMap<string, InboxRun>;
  /** By delivery id. */
  readonly deliveries: ReadonlyMap<string, DeliveryRun>;
  /** Trees being fetched, by circle id. */
  readonly fetches: ReadonlyMap<string, FetchRun>;
  /** Mirrors, and what came beside the log, by circle id. */
  readonly side: ReadonlyMap<string, SideRun>;
  /** Files between this device and relays, by circle id. */
  readonly transfers: ReadonlyMap<string, TransferRun>;
  /** The minute at which the next item of a list disappears, by circle id; absent where it is not known. */
  readonly expiries: ReadonlyMap<string, number>;
  /** On which connection a request to join was sent, and the inbox it names, by circle id. */
  readonly asks: ReadonlyMap<
    string,
    { readonly conn: number; readonly inbox: string }
  >;
  /** Circles for which the wait before asking for repair has begun in this run. */
  readonly repairs: ReadonlyMap<string, boolean>;
  /** Where the relay leaves out what comes next, and how often it did, by circle id. */
  readonly gaps: ReadonlyMap<
    string,
    { readonly seq: number; readonly times: number }
  >;
  /** Devices whose hello was answered in this run, by circle id. */
  readonly greeted: ReadonlyMap<string, ReadonlySet<string>>;
  /** When a chore of a circle is to be done in this run, by circle id and chore (docs/spec/engine.md, EN-120). */
  readonly chores: ReadonlyMap<string, number>;
  /** When the watch over who is there next has something to do, by circle id. */
  readonly watchTimers: ReadonlyMap<string, number>;
  readonly watches: ReadonlyMap<number, Watch>;
  /** Timelines that are watched, by circle id. */
  readonly windows: ReadonlyMap<string, Window>;
  /** The next meeting of each circle, for the list; `item` is undefined until it is read. */
  readonly briefs: ReadonlyMap<string, Brief>;
  /** For tags and connections: never given twice. */
  readonly nextNumber: number;
}

/** The one way to the store: one job at a time, each one transaction. */
export interface Lane {
  readonly commands: readonly WaitingCommand[];
  /** What relays confirmed and what is to be stored of it. */
  readonly notes: readonly Note[];
  readonly running: RunningJob | undefined;
  /** The store refused a write: nothing is tried until a timer ends it. */
  readonly isResting: boolean;
  /** Where the round through the circles goes on. */
  readonly lastServed: string | undefined;
}

export interface WaitingCommand {
  readonly id: number;
  readonly command: Command;
}

/** A relay and the connection to it. */
export interface Link {
  readonly key: string;
  readonly url: string;
  readonly relayPub: Uint8Array;
  readonly phase: LinkPhase;
  /** Failed tries since a connection last held for a while. */
  readonly failures: number;
  /** The relay has another key than the pinned one. */
  readonly isRefused: boolean;
  readonly nextRequest: number;
  readonly requests: ReadonlyMap<number, PendingRequest>;
  /** Bytes of the bodies in them. */
  readonly pendingBytes: number;
  /** Leaves as frames at the end of the step. */
  readonly out: readonly ClientCommand[];
  readonly heardAt: number;
}

export type LinkPhase =
  | { readonly phase: "resting" }
  | { readonly phase: "connecting"; readonly conn: number }
  | {
      readonly phase: "greeting";
      readonly conn: number;
      readonly nonce: Uint8Array;
    }
  | {
      readonly phase: "ready";
      readonly conn: number;
      readonly challenge: Uint8Array;
    };

export interface PendingRequest {
  readonly owner: RequestOwner;
  readonly bytes: number;
  readonly sentAt: number;
}

/** Who gets the answer. Owners hold nothing that a lost connection could lose: they begin again from what is stored. */
export type RequestOwner =
  | { readonly for: "hello" }
  | { readonly for: "ping" }
  | {
      readonly for: "log";
      readonly circle: string;
      readonly logId: Uint8Array;
      readonly ask: "create" | "open" | "read" | "subscribe" | "unsubscribe";
    }
  /** The log at a mirror, which `mirror` names by its relay key. */
  | {
      readonly for: "mirror";
      readonly circle: string;
      readonly mirror: string;
      readonly logId: Uint8Array;
      readonly ask: "create" | "open" | "read" | "subscribe" | "append";
      /** Of what is appended. */
      readonly number?: number;
    }
  | {
      readonly for: "append";
      readonly circle: string;
      readonly logId: Uint8Array;
      readonly entry: string;
    }
  | {
      readonly for: "inbox";
      readonly inbox: string;
      /** `key`: to set the key of the members who write there. */
      readonly ask: "create" | "open" | "key";
    }
  | {
      readonly for: "ack";
      readonly inbox: string;
      readonly seq: number;
    }
  /** `inbox` tells the request from an earlier one for the same circle. */
  | { readonly for: "join"; readonly circle: string; readonly inbox: string }
  | {
      readonly for: "delivery";
      readonly delivery: string;
      readonly circle: string;
    }
  | {
      readonly for: "fetch";
      readonly circle: string;
      readonly index: number;
    }
  | {
      readonly for: "transfer";
      readonly circle: string;
      readonly file: string;
      readonly blob: number;
      readonly ask: "create" | "part" | "get";
    };

/** The log of a circle on the connection that is open now. */
export interface LogRun {
  readonly link: string;
  /** The connection it belongs to: with another one everything begins again. */
  readonly conn: number;
  readonly logId: Uint8Array;
  readonly phase:
    | "idle"
    | "creating"
    /** It is there as far as we could see to it. */
    | "made"
    | "opening"
    | "open"
    /** Refused; a timer tries again. */
    | "refused";
  /** From where a page was asked for that is not here yet. */
  readonly readingFrom: number | undefined;
  readonly subscription: "none" | "asked" | "live";
  /** The next sequence to be received: those before it are in the queue or stored. */
  readonly nextSeq: number;
  /** The last sequence that the relay spoke of; undefined before its first word. */
  readonly headSeq: number | undefined;
  readonly queue: readonly QueuedEntry[];
  readonly queuedBytes: number;
  /** What is queued waits a moment for what else the backlog brings (EN-36). */
  readonly isFilling: boolean;
  /** What was appended on this connection, by entry id (base64url). */
  readonly appends: ReadonlyMap<string, AppendRun>;
  /** Signed heads that lie ahead of our chain. */
  readonly heads: readonly SignedHead[];
}

export interface AppendRun {
  /** `moved`: the head was another; `refused`: a timer tries again. */
  readonly state: "asked" | "stored" | "moved" | "refused";
  /** Tries with an expected head so far. */
  readonly tries: number;
}

export interface SignedHead {
  readonly seq: number;
  readonly head: Uint8Array;
  /** The relay said that nothing lies behind it. */
  readonly isEnd: boolean;
}

export interface InboxRun {
  readonly circle: string;
  readonly link: string;
  readonly conn: number;
  readonly phase: "idle" | "creating" | "opening" | "open" | "refused";
  readonly queue: readonly InboxMessageIn[];
  /** The seed of the address for which members' key to the inbox was set on this connection. */
  readonly keyedFor: Uint8Array | undefined;
  /** To be acknowledged, because their work is stored; `done` while a request of ours still stands for the message. */
  readonly acks: ReadonlyMap<number, "due" | "asked" | "done">;
}

export interface DeliveryRun {
  readonly link: string;
  readonly conn: number;
  /** What the relay took so far: 0 nothing, 1 the blob's announcement, then its parts, one by one. */
  readonly taken: number;
  /** Of the piece that comes next. */
  readonly refusals: number;
  /** The piece that comes next is a box that was refused as a member's, and goes as anybody's. */
  readonly isUnsigned: boolean;
  readonly state: "idle" | "asked" | "refused";
}

export interface FetchRun {
  readonly link: string;
  readonly conn: number;
  readonly parts: readonly Uint8Array[];
  readonly state: "idle" | "asked" | "refused" | "done";
}

/** One blob of a file, on its way. */
export interface TransferRun {
  readonly link: string;
  readonly conn: number;
  readonly file: string;
  readonly way: "up" | "down";
  readonly blob: number;
  /** All parts, of one that is sent; those that came, of one that is fetched. */
  readonly parts: readonly Uint8Array[];
  /** What the relay took so far: 0 nothing, 1 the blob's announcement, then its parts. */
  readonly taken: number;
  readonly state: "reading" | "idle" | "asked" | "storing" | "refused";
  /** Why it was refused last. */
  readonly refusal: RefusalCode | undefined;
  /** Of a blob that is fetched: connections to relays that do not have it. */
  readonly without: readonly string[];
  /** One of them gave something else. */
  readonly isWrong: boolean;
}

export interface Watch {
  readonly query: Query;
  /** What the view was made of when it was last told; the same parts make the same view. */
  readonly parts: readonly unknown[];
}

/** The newest items of a watched circle, dense up to the last ordinal. */
export interface Window {
  /** As many as the widest watch asks for. */
  readonly limit: number;
  readonly isLoaded: boolean;
  /** Ordinal of the first one. */
  readonly from: number;
  readonly items: readonly Item[];
  /** Older ones that replies in the window speak of, by ordinal. */
  readonly quoted: ReadonlyMap<number, Item>;
}

export interface Brief {
  readonly ordinal: number;
  readonly item: Item | undefined;
}

const noDurable: Durable = {
  root: {
    identitySeed: new Uint8Array(0),
    profile: undefined,
    homes: [],
    circles: [],
    erasing: [],
  },
  linking: undefined,
  circles: new Map(),
};

/** A machine that has not started. */
export function createEngineState(): EngineState {
  return {
    phase: "new",
    durable: noDurable,
    lane: {
      commands: [],
      notes: [],
      running: undefined,
      isResting: false,
      lastServed: undefined,
    },
    linkedFor: undefined,
    linkingUntil: undefined,
    links: new Map(),
    logs: new Map(),
    inboxes: new Map(),
    deliveries: new Map(),
    fetches: new Map(),
    side: new Map(),
    transfers: new Map(),
    expiries: new Map(),
    asks: new Map(),
    repairs: new Map(),
    gaps: new Map(),
    greeted: new Map(),
    chores: new Map(),
    watchTimers: new Map(),
    watches: new Map(),
    windows: new Map(),
    briefs: new Map(),
    nextNumber: 1,
  };
}
