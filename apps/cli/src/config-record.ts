// What the command line keeps for itself, in the vault beside the engine's records: the relay given at `init`.

import {
  decode,
  decodeUtf8,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readVector,
  writeBytes,
  writeVector,
} from "@halqa/bytes";
import type { Store } from "@halqa/engine";
import type { RelayRecord } from "./relay-record.ts";

const ref = { store: "cli", id: "relay" };
const KEY_LENGTH = 32;
const MAX_URL = 512;

/** The relay given at `init`; undefined before it, and where the record is damaged. */
export async function readRelayConfig(
  store: Store,
): Promise<RelayRecord | undefined> {
  const [bytes] = await store.read([ref]);
  if (bytes === undefined) return undefined;
  const record = decode(bytes, (reader) => {
    const relayPub = readBytes(reader, KEY_LENGTH);
    const url = decodeUtf8(readVector(reader, MAX_URL));
    if (!url.ok) failReader(reader, "invalid");
    return { relayPub, url: url.ok ? url.value : "" };
  });
  return record.ok ? record.value : undefined;
}

/** Keeps the relay of this data folder. */
export function writeRelayConfig(
  store: Store,
  record: RelayRecord,
): Promise<void> {
  const value = encode((writer) => {
    writeBytes(writer, record.relayPub);
    writeVector(writer, encodeUtf8(record.url));
  });
  return store.commit([{ ref, value }]);
}
