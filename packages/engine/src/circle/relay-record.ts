/** A relay as circles and links name it, and an inbox at one (docs/spec/circle.md, CI-3). */
import {
  assertInvariant,
  encodeUtf8,
  failReader,
  readOptional,
  readUtf8,
  writeOptional,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { readKey, writeKey } from "./field.ts";
import { MAX_URL_BYTES } from "./limits.ts";

export interface RelayRecord {
  readonly url: string;
  /** Its signature key: a client talks to no other relay under this record. */
  readonly relayPub: Uint8Array;
  /** What a closed relay asks of whoever creates logs and inboxes; undefined at an open one. */
  readonly access: Uint8Array | undefined;
}

/** Where messages for one device go. */
export interface InboxAddress {
  readonly relayPub: Uint8Array;
  readonly sendId: Uint8Array;
}

// Scheme, host, port and path, and nothing that could carry more: no user, no query, no fragment.
const URL_FORM =
  /^wss?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/;

/** Whether `url` is the address of a relay as a record may hold it. Says nothing of whether it may be contacted. */
export function isRelayUrl(url: string): boolean {
  return url.length <= MAX_URL_BYTES && URL_FORM.test(url);
}

export function readRelayRecord(r: Reader): RelayRecord {
  const url = readUtf8(r, MAX_URL_BYTES);
  if (!isRelayUrl(url)) failReader(r, "invalid");
  return {
    url,
    relayPub: readKey(r),
    access: readOptional(r, readKey),
  };
}

export function writeRelayRecord(w: Writer, relay: RelayRecord): void {
  assertInvariant(isRelayUrl(relay.url), "the address of a relay");
  writeVector(w, encodeUtf8(relay.url));
  writeKey(w, relay.relayPub);
  writeOptional(w, relay.access, writeKey);
}

export function readInboxAddress(r: Reader): InboxAddress {
  return { relayPub: readKey(r), sendId: readKey(r) };
}

export function writeInboxAddress(w: Writer, inbox: InboxAddress): void {
  writeKey(w, inbox.relayPub);
  writeKey(w, inbox.sendId);
}
