// What one relay and one connection may hold, each with its reason (docs/spec/relay.md, "Bounds of the relay"). What
// clients have to know stands in @halqa/protocol.

import type { RelayQuotas } from "./event.ts";

/** Logs and inboxes that one page reads from: a device that comes back with many circles waits for few turns. */
export const PAGE_PULLS = 8;

/**
 * Bytes of bodies in one page, shared among its pulls. Each pull brings one body at least, so a page of the largest
 * bodies has twice as many; that is half of what a slow reader is cut at.
 */
export const PAGE_BYTES = 262_144;

/** Entries in one page of one log: more than the smallest bodies make of `PAGE_BYTES`. */
export const PAGE_ENTRIES = 128;

/** Requests of all connections that the store works on. Their weight is in the bodies: see `MAX_TOTAL_BYTES`. */
export const MAX_TOTAL_REQUESTS = 65_536;

/**
 * Requests that the store is given at a time. Whoever has a turn waits for no more than these: with twice as many, an honest
 * client waited over two seconds where twenty members flooded; with half as many, a fifth of the throughput was lost.
 */
export const MAX_STORE_REQUESTS = 1_024;

/** Requests in one call of the store: what is answered with one is dealt with in about 2 ms. Calls share transactions. */
export const MAX_STORE_RUN = 64;

/** Bytes of bodies in them: as many of the smallest. */
export const MAX_STORE_BYTES = 8_388_608;

/** Connections among which the heaviest is looked for when one has to give way: looking takes about 10 microseconds. */
export const MAX_LOOKED_AT = 1_024;

/** Between two deliveries of what is new, unless told otherwise: long enough to mix entries, too short to be noticed. */
export const DELIVERY_TICK_MS = 250;

/** Bytes that wait for the delivery tick; what is beyond leaves before it. */
export const MAX_DUE_BYTES = 16_777_216;

/** What one part of a delivery may take, about 3 ms, in the work of putting one body into a frame, about 3 microseconds. */
export const DELIVERY_WORK = 1_000;

/** In the same measure: signing a head, and giving a frame to one connection. */
export const HEAD_WORK = 8;
export const PUSH_WORK = 0.05;

/** Bytes of bodies and parts that are unanswered: what a burst may take of the memory of a small machine. */
export const MAX_TOTAL_BYTES = 67_108_864;

/** How long a relay keeps things, in whole days after the day of which they are (docs/spec/relay.md, "Lifetimes"). */
export const KEPT_DAYS = {
  /** Who was away for longer is added again by a steward. */
  entries: 30,
  /** After the last entry or proof of a key: who comes back within a year is told where the log ends. */
  logs: 400,
  /** Requests to join, Welcomes, calls for help: twice as long as entries, whose loss they may be about. */
  messages: 60,
  /** After the last proof of the owner's key. */
  inboxes: 400,
  /** A day longer than the entries that name them. */
  blobs: 31,
  /** After it was here last: a device that is woken and never comes is somebody else's by now, or nobody's. */
  devices: 60,
  /** Blobs of which a part is missing: an upload is taken up again within a day, or not at all. */
  unfinished: 1,
} as const;

/** Devices that want to be woken: 1 KiB each at most, beside what they wait for. */
export const MAX_PUSH_DEVICES = 20_000;

/** Logs and inboxes that they wait for, together: about 100 bytes each. */
export const MAX_PUSH_REGISTRATIONS = 400_000;

/** The push services of the browsers there are: Chrome and those made of it, Firefox, Safari, Edge. */
export const PUSH_HOSTS: readonly string[] = [
  "fcm.googleapis.com",
  "push.services.mozilla.com",
  "push.apple.com",
  "notify.windows.com",
];

/** Rows that one sweep deletes: about 10 ms of the store's time, in which it does nothing else. */
export const SWEEP_ROWS = 200;

/** What a relay keeps unless told otherwise. A log is a few hundred bytes beside its entries; a part is 64 KiB. */
export const RELAY_QUOTAS: RelayQuotas = {
  logs: 1_000_000,
  inboxes: 1_000_000,
  blobParts: 1_048_576,
};
