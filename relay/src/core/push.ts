// Waking devices that are away (docs/spec/relay.md, "Waking"). A push service learns when a device is woken, so a wake-up
// says nothing, comes at a moment of the relay's own, and comes once until the device has been back. What a device asks
// for is in memory alone: nothing of it reaches the disk, and it is gone when the relay starts again.

import { decodeUtf8 } from "@halqa/bytes";
import type { ForgetPush, RegisterPush } from "@halqa/protocol";
import type { RelayEnv } from "./event.ts";
import { deviceFor, dropDevice, watch } from "./devices.ts";
import { keyOf } from "./id-key.ts";
import { MAX_PUSH_REGISTRATIONS } from "./relay-limits.ts";
import type { Ticket } from "./relay-state.ts";
import { shuffle } from "./shuffle.ts";
import { answer, refuse, type Turn } from "./turn.ts";

/** A host name in lower case and a path: no port, no user, nothing that two readers of addresses could see differently. */
const ENDPOINT = /^https:\/\/([a-z0-9.-]{1,253})\/[\w.~!$&'()*+,;=:@%/?-]*$/;

export function getPushKey(turn: Turn, ticket: Ticket): void {
  const { push } = turn.env;
  if (push === undefined) return refuse(turn, ticket, "unavailable");
  answer(turn, ticket, { type: "push-key", key: push.key });
}

export function registerPush(
  turn: Turn,
  ticket: Ticket,
  command: RegisterPush,
): void {
  const { env, state } = turn;
  const { conn } = ticket;
  const key = keyOf(command.id);
  const mayFollow =
    conn.logs?.get(key)?.canRead === true || conn.inboxes?.has(key) === true;
  const endpoint = readEndpoint(env, command.endpoint);
  if (!mayFollow || endpoint === undefined) {
    return refuse(turn, ticket, "unavailable");
  }
  if ((conn.endpoint ?? endpoint) !== endpoint) {
    return refuse(turn, ticket, "limit");
  }
  const device = deviceFor(state, conn, endpoint);
  if (device === undefined) return refuse(turn, ticket, "quota");
  if (!device.feeds.has(key)) {
    if (state.push.registrations >= MAX_PUSH_REGISTRATIONS) {
      return refuse(turn, ticket, "quota");
    }
    watch(state, device, key);
  }
  answer(turn, ticket, { type: "ok" });
}

export function forgetPush(
  turn: Turn,
  ticket: Ticket,
  command: ForgetPush,
): void {
  const endpoint = decodeUtf8(command.endpoint);
  if (endpoint.ok) dropDevice(turn.state, endpoint.value);
  answer(turn, ticket, { type: "ok" });
}

/** Wakes whoever is away and has news, in mixed order, once until they have been back. */
export function wakeDevices({ env, state, wakes }: Turn): void {
  const endpoints: string[] = [];
  for (const device of state.push.devices.values()) {
    const { conn, endpoint, hasNews, isWoken } = device;
    if (conn !== undefined || !hasNews || isWoken) continue;
    device.isWoken = true;
    endpoints.push(endpoint);
  }
  if (endpoints.length === 0) return;
  shuffle(endpoints, env.random);
  wakes.push({ t: "wake", endpoints });
}

function readEndpoint(
  { push }: RelayEnv,
  octets: Uint8Array,
): string | undefined {
  const text = decodeUtf8(octets);
  const host = text.ok ? ENDPOINT.exec(text.value)?.[1] : undefined;
  if (!text.ok || host === undefined || push === undefined) return undefined;
  const isKnown = push.hosts.some(
    (known) => host === known || host.endsWith(`.${known}`),
  );
  return isKnown ? text.value : undefined;
}
