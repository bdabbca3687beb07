/** Which relays this device talks to: those of its circles and of the circles it asks to join, and no other (EN-20). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Circle } from "../circle/circle.ts";
import type { RelayRecord } from "../circle/relay-record.ts";
import { relaysOf as relaysIn } from "../circle/relay-term.ts";
import { isAsking } from "./asking.ts";
import type { CircleRecord } from "./durable.ts";
import { activeLinking } from "./linking-record.ts";
import type { Linking } from "./linking-record.ts";
import { dropLink, setLink, startConnecting } from "./link.ts";
import type { Link } from "./state.ts";
import { update } from "./turn.ts";
import type { Turn } from "./turn.ts";

// Asked for with every event; a record never changes, so its key is made once.
const keys = new WeakMap<RelayRecord, string>();

/** A relay is its key at an address. */
export function relayKey(relay: RelayRecord): string {
  const known = keys.get(relay);
  if (known !== undefined) return known;
  const key = `${encodeBase64url(relay.relayPub)} ${relay.url}`;
  keys.set(relay, key);
  return key;
}

/** The record of the relay that keeps the circle's log now; undefined for an address whose relay the circle dropped. */
export function logRelay(circle: Circle): RelayRecord | undefined {
  return relayOf(relaysIn(circle), circle.log.address.relayPub);
}

export function relayOf(
  relays: readonly RelayRecord[],
  relayPub: Uint8Array,
): RelayRecord | undefined {
  return relays.find((relay) => equalBytes(relay.relayPub, relayPub));
}

/** Connects to what is needed now and lets go of what is not. */
export function reconcileLinks(turn: Turn): void {
  const { circles, linking } = turn.state.durable;
  const { linkedFor } = turn.state;
  if (linkedFor?.circles === circles && linkedFor.linking === linking) return;
  update(turn, { linkedFor: { circles, linking } });
  const wanted = new Map<string, RelayRecord>();
  for (const relay of linkingRelays(linking))
    wanted.set(relayKey(relay), relay);
  for (const record of turn.state.durable.circles.values()) {
    for (const relay of relaysOf(record)) wanted.set(relayKey(relay), relay);
  }
  for (const link of turn.state.links.values()) {
    if (!wanted.has(link.key)) dropLink(turn, link);
  }
  for (const [key, relay] of wanted) {
    if (turn.state.links.has(key)) continue;
    const link = createLink(key, relay, turn.env.now);
    setLink(turn, link);
    startConnecting(turn, link);
  }
}

function relaysOf(record: CircleRecord): RelayRecord[] {
  const { desk, circle } = record;
  switch (desk.place) {
    case "founding":
    case "in": {
      return circle === undefined ? [] : [...relaysIn(circle)];
    }
    case "waiting":
    case "joining":
      return joiningRelays(record);
    case "halted":
    case "restored":
      return repairRelays(record);
    case "declined":
    case "removed":
      return [];
  }
}

/** Where two devices link, until the last box has left. */
function linkingRelays(linking: Linking | undefined): RelayRecord[] {
  const session = activeLinking(linking);
  const out = linking?.out.map(({ relay }) => relay) ?? [];
  return session === undefined ? out : [session.link.relay, ...out];
}

function joiningRelays({ desk, joining }: CircleRecord): RelayRecord[] {
  return [desk.inbox.relay, ...(joining?.joining.link.relays ?? [])];
}

/** Where a device that lost step asks to be let in again, and is answered. */
function repairRelays(record: CircleRecord): RelayRecord[] {
  const { desk, repair } = record;
  return repair === undefined || !isAsking(record)
    ? []
    : [desk.inbox.relay, ...repair.lastGood.info.relays];
}

function createLink(key: string, relay: RelayRecord, now: number): Link {
  return {
    key,
    url: relay.url,
    relayPub: relay.relayPub,
    phase: { phase: "resting" },
    failures: 0,
    isRefused: false,
    nextRequest: 1,
    requests: new Map(),
    pendingBytes: 0,
    out: [],
    heardAt: now,
  };
}
