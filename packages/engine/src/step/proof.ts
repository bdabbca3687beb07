/** What we sign for a relay: always for the pinned key and this connection's challenge (EN-21; the relay's page, "Proofs"). */
import { ed25519Sign, hmacSha256 } from "@halqa/crypto";
import { bytesToAuthenticate, bytesToSign } from "@halqa/protocol";
import type { AccessOperation, Operation } from "@halqa/protocol";
import type { RelayRecord } from "../circle/relay-record.ts";
import type { Link } from "./state.ts";

interface Proof {
  readonly operation: Operation;
  readonly id: Uint8Array;
  readonly seed: Uint8Array;
  readonly args?: Uint8Array;
}

/** A signature for a connection that is ready; empty bytes, which no relay takes, for one that is not. */
export function signProof(
  { phase, relayPub }: Link,
  { seed, ...proof }: Proof,
): Uint8Array {
  if (phase.phase !== "ready") return new Uint8Array(64);
  const { challenge } = phase;
  return ed25519Sign(seed, bytesToSign({ ...proof, relayPub, challenge }));
}

/** The proof of a closed relay's access secret; undefined where the circle knows none. */
export function proveAccess(
  { phase, relayPub }: Link,
  { access }: RelayRecord,
  proof: { readonly operation: AccessOperation; readonly id: Uint8Array },
): Uint8Array | undefined {
  if (access === undefined || phase.phase !== "ready") return undefined;
  const { challenge } = phase;
  return hmacSha256(
    access,
    bytesToAuthenticate({ ...proof, relayPub, challenge }),
  );
}
