/** How the relays of a circle may change by a commit (docs/spec/relays-of-a-circle.md, MV-2, MV-3): V's judgement of the records. */
import { encode, equalBytes, writeU32, writeVectorOf } from "@halqa/bytes";
import type { PolicyVerdict } from "../ports/mls.ts";
import type { CircleInfo } from "./circle-info.ts";
import { writeRelayRecord } from "./relay-record.ts";
import type { RelayPlace } from "./moved.ts";

/**
 * The fault of the records after a commit in the log at `place`. What leaves them as they were is no change, also where the
 * word of many has moved the log since; any other commit has to say where the log is, or where it goes.
 */
export function checkRelays(
  before: CircleInfo,
  after: CircleInfo,
  place: RelayPlace,
): PolicyVerdict {
  if (equalBytes(recordsOf(before), recordsOf(after))) return undefined;
  const [first] = after.relays;
  const stays =
    first !== undefined && equalBytes(first.relayPub, place.relayPub);
  if (after.relayTerm !== place.relayTerm + (stays ? 0 : 1))
    return "relay-term";
  // The next log is another relay's, and a log follows from an address.
  const isRotated = after.addressNumber === before.addressNumber + 1;
  return stays || isRotated ? undefined : "relay-not-rotated";
}

function recordsOf({ relays, relayTerm }: CircleInfo): Uint8Array {
  return encode((w) => {
    writeVectorOf(w, relays, writeRelayRecord);
    writeU32(w, relayTerm);
  });
}
