// What is signed, by whom (docs/spec/relay.md, "Proofs"). A client's proof covers the operation, the relay it is for,
// the connection's challenge and the arguments, so that none can be used elsewhere, later or for something else. A
// client signs only for a relay key that it has pinned.

import {
  assertInvariant,
  encode,
  encodeUtf8,
  writeBytes,
  writeU64,
  writeU8,
  writeVector,
  type Writer,
} from "@halqa/bytes";
import type { ChainHead } from "./hashes.ts";
import { PROTOCOL_LABELS } from "./labels.ts";

/** What a key signs for, by its octet in the signed bytes. */
export const OPERATIONS = {
  "create-log/write": 1,
  "create-log/read": 2,
  "open-log/write": 3,
  "open-log/read": 4,
  "create-inbox": 5,
  "open-inbox": 6,
  "inbox-send": 7,
} as const;

export type Operation = keyof typeof OPERATIONS;

/** What needs the access secret of a closed relay, by its octet in the authenticated bytes. */
export const ACCESS_OPERATIONS = {
  "create-log": 1,
  "create-inbox": 2,
  "blob-create": 3,
} as const;

export type AccessOperation = keyof typeof ACCESS_OPERATIONS;

const NO_ARGUMENTS = new Uint8Array(0);

/**
 * What a client signs to prove a key on one connection. `args` is empty but for `create-inbox`, the send id, and
 * `inbox-send`, the hash of the body.
 */
export function bytesToSign(proof: {
  readonly operation: Operation;
  readonly relayPub: Uint8Array;
  readonly challenge: Uint8Array;
  /** The log id or inbox id; for `inbox-send` the send id. */
  readonly id: Uint8Array;
  readonly args?: Uint8Array;
}): Uint8Array {
  return labelled("request", (w) => {
    writeU8(w, OPERATIONS[proof.operation]);
    write32(w, proof.relayPub);
    write32(w, proof.challenge);
    write32(w, proof.id);
    writeVector(w, proof.args ?? NO_ARGUMENTS);
  });
}

/** What a client authenticates with HMAC-SHA256 under a relay's access secret. `id` is that of what it makes. */
export function bytesToAuthenticate(proof: {
  readonly operation: AccessOperation;
  readonly relayPub: Uint8Array;
  readonly challenge: Uint8Array;
  readonly id: Uint8Array;
}): Uint8Array {
  return labelled("access", (w) => {
    writeU8(w, ACCESS_OPERATIONS[proof.operation]);
    write32(w, proof.relayPub);
    write32(w, proof.challenge);
    write32(w, proof.id);
  });
}

/** What the relay signs in `welcome`: its key for this nonce of the client's and this challenge of its own. */
export function welcomeToSign(
  relayPub: Uint8Array,
  nonce: Uint8Array,
  challenge: Uint8Array,
): Uint8Array {
  return labelled("welcome", (w) => {
    write32(w, relayPub);
    write32(w, nonce);
    write32(w, challenge);
  });
}

/** What the relay signs for a log's head; two of these for one sequence with different heads prove a fork. */
export function headToSign(logId: Uint8Array, at: ChainHead): Uint8Array {
  return labelled("head", (w) => {
    write32(w, logId);
    writeU64(w, BigInt(at.seq));
    write32(w, at.head);
  });
}

function labelled(
  label: keyof typeof PROTOCOL_LABELS,
  write: (w: Writer) => void,
): Uint8Array {
  return encode((w) => {
    writeBytes(w, encodeUtf8(PROTOCOL_LABELS[label]));
    write(w);
  });
}

// Fixed lengths keep the fields apart without stating them.
function write32(w: Writer, value: Uint8Array): void {
  assertInvariant(value.length === 32, "keys, ids and nonces have 32 bytes");
  writeBytes(w, value);
}
