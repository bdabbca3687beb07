// The relay that new circles are founded on: its address and key, read once from its /relay.json and pinned.

import { decodeBase64url, err, ok, type Result } from "@halqa/bytes";
import { exitCodes } from "./exit-codes.ts";
import type { Failure } from "./outcome.ts";

export interface RelayRecord {
  /** `ws://` or `wss://`. */
  readonly url: string;
  readonly relayPub: Uint8Array;
}

/** A relay of one's own, as `npm start` runs it. */
export const DEFAULT_RELAY = "http://localhost:8787";

const MAX_ANSWER = 4_096;
const PATIENCE_MS = 15_000;
const KEY_LENGTH = 32;

/** Asks a relay, given by its http address, for its key. Plain http is taken for this machine alone. */
export async function fetchRelayRecord(
  address: string,
): Promise<Result<RelayRecord, Failure>> {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return bad(`"${address}" is not an http or https address.`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return bad("A relay on another machine needs https.");
  }
  const text = await fetchText(new URL("/relay.json", url));
  if (!text.ok) return text;
  const relayPub = readKey(text.value);
  if (relayPub === undefined) {
    return bad(`${url.origin} answers, but not as a relay of Halqa.`);
  }
  const socketUrl = new URL(url.origin);
  socketUrl.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return ok({ url: socketUrl.href, relayPub });
}

async function fetchText(url: URL): Promise<Result<string, Failure>> {
  try {
    const answer = await fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) return bad(`${url.origin} answers ${answer.status}.`);
    const text = await answer.text();
    return text.length > MAX_ANSWER
      ? bad(`${url.origin} answers, but not as a relay of Halqa.`)
      : ok(text);
  } catch {
    return bad(`${url.origin} cannot be reached.`);
  }
}

function readKey(text: string): Uint8Array | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const key: unknown = Reflect.get(value, "relayPub");
  if (typeof key !== "string") return undefined;
  const decoded = decodeBase64url(key);
  return decoded.ok && decoded.value.length === KEY_LENGTH
    ? decoded.value
    : undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

function bad(sentence: string): {
  readonly ok: false;
  readonly error: Failure;
} {
  return err({ code: exitCodes.refused, error: "bad-relay", sentence });
}
