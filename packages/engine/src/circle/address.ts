/**
 * Addresses: how a circle's log is found and which keys open it (docs/spec/circle.md, CI-20 to CI-23). All of it follows
 * from a seed that the members of one epoch export, so that whoever was removed before knows nothing of it.
 */
import { concatBytes, encode, writeU16, writeU32 } from "@halqa/bytes";
import { ed25519PublicKey, labels, sha256 } from "@halqa/crypto";
import { logIdOf } from "@halqa/protocol";
import type { GroupState, MlsPort } from "../ports/mls.ts";
import { deriveKey } from "./derive-key.ts";
import { KEY_LENGTH } from "./field.ts";

/** Names one log: its keys and id follow from these, for every member. */
export interface LogAddress {
  /** As in `halqa_circle`. */
  readonly addressNumber: number;
  /** Counts the logs of one address: a log ends when it is full. */
  readonly part: number;
  readonly relayPub: Uint8Array;
  readonly logSeed: Uint8Array;
}

export interface LogKeys {
  readonly logId: Uint8Array;
  readonly writeSeed: Uint8Array;
  readonly writePub: Uint8Array;
  readonly readSeed: Uint8Array;
  readonly readPub: Uint8Array;
}

/** The keys of a log, the same for all members. */
export function logKeys(address: LogAddress): LogKeys {
  const { logSeed, relayPub, part } = address;
  const context = concatBytes(
    relayPub,
    encode((w) => writeU16(w, part)),
  );
  const writeSeed = deriveKey(logSeed, "logWriteKey", context);
  const readSeed = deriveKey(logSeed, "logReadKey", context);
  const writePub = ed25519PublicKey(writeSeed);
  const readPub = ed25519PublicKey(readSeed);
  const logId = logIdOf(sha256, writePub, readPub);
  return { logId, writeSeed, writePub, readSeed, readPub };
}

/**
 * The seed of an address, from the state of the epoch that the rotating commit began; in the founder's epoch 0 that of
 * the first address. It is exported then and there: a later epoch gives another one.
 */
export function exportLogSeed(
  mls: MlsPort,
  state: GroupState,
  o: { readonly circleId: Uint8Array; readonly addressNumber: number },
): Uint8Array {
  const number = encode((w) => writeU32(w, o.addressNumber));
  return mls.exportSecret(
    state,
    { suite: mls.suite3 },
    {
      label: labels.logSeed,
      context: concatBytes(o.circleId, number),
      length: KEY_LENGTH,
    },
  );
}
