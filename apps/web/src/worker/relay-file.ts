// Reads `/relay.json`: whatever comes over the network is taken apart strictly.

import { decodeBase64url } from "@halqa/bytes";
import type { DefaultRelay } from "@halqa/engine";

const KEY_BYTES = 32;
const MOST_URL_CHARACTERS = 512;

/** The relay that the file names; its address is `origin`'s unless the file says another. Undefined where anything is not as it has to be. */
export function parseRelayFile(
  file: unknown,
  origin: string,
): DefaultRelay | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  const relayPub = parseKey("relayPub" in file ? file.relayPub : undefined);
  const url = parseAddress("url" in file ? file.url : undefined, origin);
  if (relayPub === undefined || url === undefined) return undefined;
  return { url, relayPub };
}

function parseKey(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string") return undefined;
  const key = decodeBase64url(value);
  return key.ok && key.value.length === KEY_BYTES ? key.value : undefined;
}

function parseAddress(value: unknown, origin: string): string | undefined {
  if (value === undefined || value === null) {
    return origin.replace(/^http/, "ws") + "/";
  }
  if (typeof value !== "string" || value.length > MOST_URL_CHARACTERS) {
    return undefined;
  }
  if (!URL.canParse(value)) return undefined;
  const { protocol, href, username, password, hash } = new URL(value);
  const isPlain = username === "" && password === "" && hash === "";
  return isPlain && /^wss?:$/.test(protocol) ? href : undefined;
}
