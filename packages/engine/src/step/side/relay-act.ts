/** What a steward wants of a circle's relays, as an act (docs/spec/relays-of-a-circle.md, MV-14; docs/spec/engine.md, EN-50). */
import {
  compareBytes,
  decode,
  encode,
  equalBytes,
  err,
  failReader,
  readU8,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import type { Circle, CircleEnv } from "../../circle/circle.ts";
import type { KeySet } from "../../circle/key-set.ts";
import { MAX_RELAYS } from "../../circle/limits.ts";
import { planChange } from "../../circle/plan-commit.ts";
import type { PlannedCommit } from "../../circle/plan-commit.ts";
import type { PlanFault } from "../../circle/plan-fault.ts";
import {
  readRelayRecord,
  writeRelayRecord,
} from "../../circle/relay-record.ts";
import type { RelayRecord } from "../../circle/relay-record.ts";
import { relaysOf } from "../../circle/relay-term.ts";

/** Adds a mirror, or sets its address anew; takes a relay out; makes one the first. */
export interface RelayWish {
  readonly what: "add" | "remove" | "first";
  readonly relay: RelayRecord;
}

const WISHES: readonly RelayWish["what"][] = ["add", "remove", "first"];

export function encodeRelayWish({ what, relay }: RelayWish): Uint8Array {
  return encode((w) => {
    writeU8(w, WISHES.indexOf(what));
    writeRelayRecord(w, relay);
  });
}

export function decodeRelayWish(
  bytes: Uint8Array,
): Result<RelayWish, DecodeError> {
  return decode(bytes, (r) => {
    const what = WISHES[readU8(r)];
    if (what === undefined) failReader(r, "invalid");
    return { what: what ?? "add", relay: readRelayRecord(r) };
  });
}

/** The commit for it, or why none is made. */
export function planRelays(
  circle: Circle,
  env: CircleEnv,
  o: { readonly wish: RelayWish; readonly revoke: KeySet },
): Result<PlannedCommit, PlanFault> {
  const before = relaysOf(circle);
  const relays = relaysAfter(before, o.wish);
  if (relays.length === 0 || areSame(before, relays))
    return err({ kind: "done" });
  return planChange(circle, env, { relays, revoke: o.revoke });
}

/** The relays as wished; none where nothing would be left. */
export function relaysAfter(
  before: readonly RelayRecord[],
  { what, relay }: RelayWish,
): readonly RelayRecord[] {
  const others = before.filter(
    ({ relayPub }) => !equalBytes(relayPub, relay.relayPub),
  );
  switch (what) {
    case "remove":
      return others;
    case "first":
      return [relay, ...others].slice(0, MAX_RELAYS);
    case "add":
      break;
  }
  return others.length === before.length
    ? [...before, relay]
    : before.map((one) =>
        equalBytes(one.relayPub, relay.relayPub) ? relay : one,
      );
}

function areSame(
  one: readonly RelayRecord[],
  other: readonly RelayRecord[],
): boolean {
  return (
    one.length === other.length &&
    one.every((relay, index) => {
      const same = other[index];
      return same !== undefined && isSameRelay(relay, same);
    })
  );
}

function isSameRelay(one: RelayRecord, other: RelayRecord): boolean {
  const [a, b] = [one, other].map((relay) =>
    encode((w) => writeRelayRecord(w, relay)),
  );
  return a !== undefined && b !== undefined && compareBytes(a, b) === 0;
}
