/** Which relays this device talks to: those of its circles and of the circles it asks to join, and no other (EN-20). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Circle } from "../circle/circle.ts";
import type { RelayRecord } from "../circle/relay-record.ts";
import type { CircleRecord } from "./durable.ts";
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
export function logRelay({ info, log }: Circle): RelayRecord | undefined {
  return relayOf(info.relays, log.address.relayPub);
}

export function relayOf(
  relays: readonly RelayRecord[],
  relayPub: Uint8Array,
): RelayRecord | undefined {
  return relays.find((relay) => equalBytes(relay.relayPub, relayPub));
}

/** Connects to what is needed now and lets go of what is not. */
export function reconcileLinks(turn: Turn): void {
  const { circles } = turn.state.durable;
  if (turn.state.linkedFor === circles) return;
  update(turn, { linkedFor: circles });
  const wanted = new Map<string, RelayRecord>();
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

function relaysOf({ desk, circle, joining }: CircleRecord): RelayRecord[] {
  switch (desk.place) {
    case "founding":
    case "in": {
      const relay = circle && logRelay(circle);
      return relay === undefined ? [] : [relay];
    }
    case "waiting":
    case "joining":
      return [desk.inbox.relay, ...(joining?.joining.link.relays ?? [])];
    case "declined":
    case "removed":
    case "halted":
      return [];
  }
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
