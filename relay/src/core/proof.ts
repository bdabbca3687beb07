// Proofs of keys and of the access secret, and the relay's own word on a head (docs/spec/relay.md, "Proofs").

import { assertInvariant, decodeHex, equalBytes } from "@halqa/bytes";
import {
  bytesToAuthenticate,
  bytesToSign,
  headToSign,
  type AccessOperation,
  type ChainHead,
  type Operation,
} from "@halqa/protocol";
import type { RelayEnv } from "./event.ts";
import type { Connection, Feed, SignedHead } from "./relay-state.ts";

/** Whether the connection with this challenge was shown to hold a key, for one operation on one log or inbox. */
export function isProven(
  { relayPub, verify }: RelayEnv,
  proof: {
    readonly operation: Operation;
    readonly challenge: Uint8Array;
    readonly id: Uint8Array;
    readonly args?: Uint8Array;
    /** Absent where there is nothing to check against: the work is done all the same, and fails. */
    readonly publicKey: Uint8Array | undefined;
    readonly signature: Uint8Array;
  },
): boolean {
  const message = bytesToSign({ ...proof, relayPub });
  // The relay's key stands in for a key that is not there. It signs nothing under this label.
  const key = proof.publicKey ?? relayPub;
  const isSigned = verify(key, message, proof.signature);
  return isSigned && proof.publicKey !== undefined;
}

/** Whether this relay makes such a thing for whoever shows `shown`. An open relay does for anyone. */
export function isAdmitted(
  { relayPub, access }: RelayEnv,
  proof: {
    readonly operation: AccessOperation;
    readonly challenge: Uint8Array;
    readonly id: Uint8Array;
    readonly shown: Uint8Array | undefined;
  },
): boolean {
  if (access === undefined) return true;
  const message = bytesToAuthenticate({ ...proof, relayPub });
  const shown = proof.shown ?? new Uint8Array(0);
  // Every secret is tried, so that time does not tell which of them it was.
  return access.secrets
    .map((secret) => equalBytes(access.mac(secret, message), shown))
    .includes(true);
}

/** The signed head of a log; of a log that is followed, each head is signed once. */
export function signHead(
  env: RelayEnv,
  log: { readonly logId: Uint8Array; readonly feed: Feed | undefined },
  { seq, head }: ChainHead,
): SignedHead {
  const { feed, logId } = log;
  const signed = feed?.signed;
  if (signed?.seq === seq && equalBytes(signed.head, head)) return signed;
  const signature = env.sign(headToSign(logId, { seq, head }));
  const made = { seq, head, signature };
  if (feed !== undefined) feed.signed = made;
  return made;
}

/** The challenge that this connection's proofs are over. */
export function challengeOf(conn: Connection): Uint8Array {
  assertInvariant(conn.challenge !== undefined, "hello comes first");
  const challenge = decodeHex(conn.challenge);
  assertInvariant(challenge.ok, "the relay wrote it");
  return challenge.value;
}
