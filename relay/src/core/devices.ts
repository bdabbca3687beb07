// The devices that want to be woken (docs/spec/relay.md, "Waking"): which are here, which are away, and whether something
// came for them. In memory alone.

import { KEPT_DAYS, MAX_PUSH_DEVICES } from "./relay-limits.ts";
import type { Connection, Device, RelayState } from "./relay-state.ts";

/** Something was added to a log or an inbox. */
export function noteNews({ push }: RelayState, key: string): void {
  for (const device of push.watchers.get(key) ?? []) device.hasNews = true;
}

/** A connection has shown that it is alive: what was delivered on it has arrived. */
export function seeDevice({ push }: RelayState, conn: Connection): void {
  const device = push.devices.get(conn.endpoint ?? "");
  if (device?.conn === conn.id) device.hasNews = false;
}

/** A connection has ended: its device may be woken from now on. */
export function leaveDevice({ push }: RelayState, conn: Connection): void {
  const device = push.devices.get(conn.endpoint ?? "");
  if (device?.conn === conn.id) device.conn = undefined;
}

/** Forgets devices that have not been here for long. */
export function dropOldDevices(state: RelayState): void {
  for (const { conn, day, endpoint } of state.push.devices.values()) {
    const isOld = day + KEPT_DAYS.devices < state.day;
    if (isOld && conn === undefined) dropDevice(state, endpoint);
  }
}

/** Forgets a device and all that it asked for. */
export function dropDevice(state: RelayState, endpoint: string): void {
  const device = state.push.devices.get(endpoint);
  if (device === undefined) return;
  unwatchAll(state, device);
  state.push.devices.delete(endpoint);
}

/** The device at this endpoint, which is here now; what it asked for on another connection is forgotten. */
export function deviceFor(
  { day, push }: RelayState,
  conn: Connection,
  endpoint: string,
): Device | undefined {
  let device = push.devices.get(endpoint);
  if (device === undefined) {
    if (push.devices.size >= MAX_PUSH_DEVICES) return undefined;
    device = {
      endpoint,
      feeds: new Set(),
      conn: undefined,
      hasNews: false,
      isWoken: false,
      day,
    };
    push.devices.set(endpoint, device);
  }
  if (device.conn === conn.id) return device;
  unwatchAll({ push }, device);
  Object.assign(device, { conn: conn.id, hasNews: false, isWoken: false, day });
  conn.endpoint = endpoint;
  return device;
}

/** Has a device woken for a log or an inbox. */
export function watch({ push }: RelayState, device: Device, key: string): void {
  device.feeds.add(key);
  push.registrations += 1;
  const watchers = push.watchers.get(key);
  if (watchers === undefined) push.watchers.set(key, new Set([device]));
  else watchers.add(device);
}

function unwatchAll({ push }: Pick<RelayState, "push">, device: Device): void {
  for (const key of device.feeds) {
    const watchers = push.watchers.get(key);
    watchers?.delete(device);
    if (watchers?.size === 0) push.watchers.delete(key);
    push.registrations -= 1;
  }
  device.feeds.clear();
}
