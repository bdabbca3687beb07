/**
 * What mirrors get beside copies of our own entries (docs/spec/relays-of-a-circle.md, MV-8, MV-25): moves with the words they have, and, while the
 * relay that orders is away, what we say.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { logKeys } from "../../circle/address.ts";
import type { LogAddress } from "../../circle/address.ts";
import type { Circle } from "../../circle/circle.ts";
import { moveIdOf } from "../../circle/relay-move.ts";
import { isFrozen } from "../alarms.ts";
import type { CircleRecord } from "../durable.ts";
import { entryKey } from "../log-run.ts";
import { logRelay, relayKey } from "../relays.ts";
import type { EngineState } from "../state.ts";
import type { Turn } from "../turn.ts";
import { sendToMirrors } from "./recent.ts";
import { sideOf } from "./side-state.ts";

export function pumpPublishing(turn: Turn, record: CircleRecord): void {
  const { circle, id, moves, outbox, desk } = record;
  if (circle === undefined || desk.place !== "in") return;
  for (const { proposed } of moves) {
    const address = addressOf(circle, proposed.move.logId);
    const words = String(proposed.words.length);
    if (address === undefined || proposed.words.length === 0) continue;
    const name = encodeBase64url(moveIdOf(proposed.move));
    sendToMirrors(turn, id, {
      address,
      key: `move ${name} ${words}`,
      frame: { frame: "move", proposed },
    });
  }
  if (!isAway(turn.state, record)) return;
  const { address, logId } = circle.log;
  for (const { sealed } of outbox) {
    if (sealed === undefined || !equalBytes(sealed.logId, logId)) continue;
    const { body, entryId } = sealed;
    sendToMirrors(turn, id, {
      address,
      key: `${entryKey(entryId)} 0`,
      frame: { frame: "entry", logId, seq: 0, body },
    });
  }
}

/** The log that a move leaves, where this device stands in it or has left it so. */
function addressOf(
  { log, moved }: Circle,
  logId: Uint8Array,
): LogAddress | undefined {
  if (equalBytes(log.logId, logId)) return log.address;
  const left = moved?.from?.address;
  return left !== undefined && equalBytes(logKeys(left).logId, logId)
    ? left
    : undefined;
}

/**
 * MV-25: the relay that orders cannot be reached, and a mirror was read to its end in this run: a device that was put back
 * to an earlier disk would have seen there what it does not know.
 */
export function isAway(state: EngineState, record: CircleRecord): boolean {
  const { circle, id } = record;
  const relay = circle && logRelay(circle);
  if (relay === undefined || isFrozen(record)) return false;
  const link = state.links.get(relayKey(relay));
  if (link === undefined || link.phase.phase === "ready") return false;
  if (link.failures === 0) return false;
  return [...sideOf(state, id).mirrors.values()].some(
    ({ subscription, nextSeq, headSeq }) =>
      subscription === "live" && headSeq !== undefined && nextSeq > headSeq,
  );
}
