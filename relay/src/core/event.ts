// What the core is told and what it asks for (docs/spec/relay.md, "The core"). A shell carries effects out in order and
// reports; it decides nothing.

import type { CloseCode, Hash } from "@halqa/protocol";
import type { StoreRequest, StoreResult } from "./store.ts";

/** One connection. A shell never gives a number twice. */
export type ConnectionId = number;

export type RelayEvent =
  | { readonly t: "connected"; readonly conn: ConnectionId }
  /** One whole message of a connection, whatever it is. */
  | {
      readonly t: "frame";
      readonly conn: ConnectionId;
      readonly bytes: Uint8Array;
    }
  /** The connection is gone, also after a `close` effect. */
  | { readonly t: "closed"; readonly conn: ConnectionId }
  /** The time for hello is over. A shell says so once for each connection; traffic does not put it off. */
  | { readonly t: "hello-due"; readonly conn: ConnectionId }
  /** What a `drain` effect asked for: little of what was sent before it still waits in this process. */
  | { readonly t: "drained"; readonly conn: ConnectionId }
  /**
   * What became of `store` effects, in the order of the effects; any number at once. All of one event is one batch: each
   * log in it is signed and delivered once.
   */
  | { readonly t: "stored"; readonly answers: readonly StoreAnswer[] }
  /** With `delivery: "on-tick"`, again and again: what has become due since the last time leaves. */
  | { readonly t: "deliver" }
  /** What an `again` effect asked for: the core goes on with what would have held up others. */
  | { readonly t: "again" }
  /** Again and again, at moments that have nothing to do with what comes: who is away and has news is woken. */
  | { readonly t: "wake" }
  /** A push service knows the endpoint no more. */
  | { readonly t: "push-gone"; readonly endpoint: string }
  /** The relay is about to end: what the store has is still answered. */
  | { readonly t: "ending" }
  /** The day, as whole days since 1970; said at the start and when it changes. */
  | { readonly t: "tick"; readonly day: number };

export interface StoreAnswer {
  readonly tag: number;
  /** One for each request; where `run` rejected, `failed` for each. */
  readonly results: readonly StoreResult[];
}

export type RelayEffect =
  /** Sends this frame, the same bytes, to each of these connections. */
  | {
      readonly t: "send";
      readonly to: readonly ConnectionId[];
      readonly frame: Uint8Array;
    }
  /** Ends the connection after what was sent on it. The core has forgotten it. */
  | {
      readonly t: "close";
      readonly conn: ConnectionId;
      readonly code: CloseCode;
    }
  /** Runs these requests and reports `stored` with this tag. */
  | {
      readonly t: "store";
      readonly tag: number;
      readonly requests: readonly StoreRequest[];
    }
  /** Reports `again`, after everybody else has had a turn. */
  | { readonly t: "again" }
  /** Sends an empty wake-up to each of these. */
  | { readonly t: "wake"; readonly endpoints: readonly string[] }
  /** Reports `drained` once what was sent on the connection so far has all but left this process. */
  | { readonly t: "drain"; readonly conn: ConnectionId };

/** What the core computes with. */
export interface RelayEnv {
  readonly relayPub: Uint8Array;
  /** Signs with the relay's key. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** Whether this is an Ed25519 signature of the key over the message; takes any bytes. */
  readonly verify: (
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ) => boolean;
  readonly sha256: Hash;
  readonly random: (length: number) => Uint8Array;
  /** Absent at an open relay. */
  readonly access?: AccessEnv;
  readonly quotas: RelayQuotas;
  /** Absent where the relay wakes nobody. */
  readonly push?: PushEnv;
  /** When what is new goes to those who follow: as soon as it is durable, or with the next `deliver` in mixed order. */
  readonly delivery?: "at-once" | "on-tick";
}

export interface PushEnv {
  /** The public key that wake-ups are signed with. */
  readonly key: Uint8Array;
  /** Hosts of push services, with all that is below them. */
  readonly hosts: readonly string[];
}

export interface AccessEnv {
  /** The current secret and the one before it. */
  readonly secrets: readonly Uint8Array[];
  /** HMAC-SHA256. */
  readonly mac: (secret: Uint8Array, message: Uint8Array) => Uint8Array;
}

/** How much the relay keeps in all. What is full refuses; nothing is evicted. */
export interface RelayQuotas {
  readonly logs: number;
  readonly inboxes: number;
  readonly blobParts: number;
}
