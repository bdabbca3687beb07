// Ids and the hash chain of a log (docs/spec/relay.md, "Ids and chain"). The hash, SHA-256, is a parameter: relay and
// clients take it from different places, and this package has no cryptography of its own.

import {
  assertInvariant,
  encode,
  encodeUtf8,
  writeBytes,
  writeU64,
  writeU8,
  type Writer,
} from "@halqa/bytes";
import { PROTOCOL_LABELS } from "./labels.ts";

/** SHA-256. */
export type Hash = (data: Uint8Array) => Uint8Array;

/** Where a log's chain stands: `head` covers every entry up to `seq`. */
export interface ChainHead {
  readonly seq: number;
  readonly head: Uint8Array;
}

/** The id of the log with these keys: whoever knows it can check that a relay made the log for them. */
export function logIdOf(
  hash: Hash,
  writePub: Uint8Array,
  readPub: Uint8Array,
): Uint8Array {
  return hashOf(hash, "logId", (w) => {
    writeKey(w, writePub);
    writeKey(w, readPub);
  });
}

/** The id of the inbox with this owner key. */
export function inboxIdOf(hash: Hash, ownerPub: Uint8Array): Uint8Array {
  return hashOf(hash, "inboxId", (w) => writeKey(w, ownerPub));
}

/** The id of the blob with these parts: it covers every byte of them. */
export function blobIdOf(
  hash: Hash,
  partHashes: readonly Uint8Array[],
): Uint8Array {
  return hashOf(hash, "blobId", (w) => {
    writeU8(w, partHashes.length);
    for (const partHash of partHashes) writeKey(w, partHash);
  });
}

/** What makes two bodies the same entry or message. */
export function entryIdOf(hash: Hash, body: Uint8Array): Uint8Array {
  return hash(body);
}

/** The head of a log's chain before its first entry. */
export function firstChainHead(
  hash: Hash,
  logId: Uint8Array,
  relayPub: Uint8Array,
): Uint8Array {
  return hashOf(hash, "chainStart", (w) => {
    writeKey(w, logId);
    writeKey(w, relayPub);
  });
}

/** The chain one entry on. `entryId` is the hash of its body. */
export function nextChainHead(
  hash: Hash,
  at: ChainHead,
  entryId: Uint8Array,
): ChainHead {
  const seq = at.seq + 1;
  const head = hashOf(hash, "chainNext", (w) => {
    writeKey(w, at.head);
    writeU64(w, BigInt(seq));
    writeKey(w, entryId);
  });
  return { seq, head };
}

function hashOf(
  hash: Hash,
  label: keyof typeof PROTOCOL_LABELS,
  write: (w: Writer) => void,
): Uint8Array {
  return hash(
    encode((w) => {
      writeBytes(w, encodeUtf8(PROTOCOL_LABELS[label]));
      write(w);
    }),
  );
}

// Fixed lengths keep the fields apart without stating them.
function writeKey(w: Writer, key: Uint8Array): void {
  assertInvariant(key.length === 32, "ids, keys and hashes have 32 bytes");
  writeBytes(w, key);
}
