// The relay on which circles are founded: this app's own origin, by `/relay.json` (docs/spec/http.md), pinned in the vault
// the first time it is seen. A key that changes later is not taken: whoever can change it could stand in the middle.

import {
  decode,
  encode,
  readUtf8,
  readVector,
  writeVector,
} from "@halqa/bytes";
import type { DefaultRelay, Store } from "@halqa/engine";
import { parseRelayFile } from "./relay-file.ts";

const PIN = { store: "app", id: "default-relay" };
const AGAIN_MS = 5_000;

/** What is known of the default relay; it may become known later. */
export interface KnownRelay {
  readonly current: () => DefaultRelay | undefined;
}

/** The pinned relay at once where there is one; otherwise it is asked for, again and again until there is a network. */
export async function findDefaultRelay(store: Store): Promise<KnownRelay> {
  const [pinned] = await store.read([PIN]);
  let relay = pinned && decodePin(pinned);
  const ask = async (): Promise<void> => {
    relay = await fetchRelay();
    if (relay === undefined) setTimeout(() => void ask(), AGAIN_MS);
    else await store.commit([{ ref: PIN, value: encodePin(relay) }]);
  };
  // Nobody waits for it: what is already here has to open without a network.
  if (relay === undefined) void ask();
  return { current: () => relay };
}

async function fetchRelay(): Promise<DefaultRelay | undefined> {
  try {
    const response = await fetch("/relay.json", { cache: "no-store" });
    if (!response.ok) return undefined;
    return parseRelayFile(await response.json(), location.origin);
  } catch {
    // No network, or no JSON: there is no relay for now.
    return undefined;
  }
}

function encodePin({ url, relayPub }: DefaultRelay): Uint8Array {
  return encode((w) => {
    writeVector(w, new TextEncoder().encode(url));
    writeVector(w, relayPub);
  });
}

function decodePin(bytes: Uint8Array): DefaultRelay | undefined {
  const pin = decode(bytes, (r) => ({
    url: readUtf8(r),
    relayPub: readVector(r),
  }));
  return pin.ok ? pin.value : undefined;
}
