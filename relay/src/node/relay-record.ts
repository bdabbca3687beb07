// `/relay.json`: what an app has to know of the relay that serves it (docs/spec/http.md, HT-17): its key, and its address
// where that is not the page's own.

import { encodeBase64url, encodeHex, encodeUtf8 } from "@halqa/bytes";
import type { StaticFile } from "../core/index.ts";
import { sha256 } from "./node-crypto.ts";

export const RELAY_RECORD_PATH = "/relay.json";

export function createRelayRecord(
  relayPub: Uint8Array,
  url: string | undefined,
): StaticFile {
  const key = encodeBase64url(relayPub);
  // A member that is undefined is left out.
  const bytes = encodeUtf8(JSON.stringify({ relayPub: key, url }));
  return {
    contentType: "application/json",
    identity: { bytes, etag: `"${encodeHex(sha256(bytes))}"` },
  };
}
