/** What puts a device out of step in a world of engines: keys that do not fit, a second copy, an absence. */
import { assertInvariant } from "@halqa/bytes";
import { dhkemX25519 } from "@halqa/crypto";
import { CIRCLE_VERSION } from "../circle/limits.ts";
import { addAlarms } from "../step/alarms.ts";
import type { CircleRecord } from "../step/durable.ts";
import { addDevice, crash, deviceOf, restart, settle } from "./world.ts";
import type { World } from "./world.ts";

export function recordAt(
  world: World,
  name: string,
  circle: string,
): CircleRecord {
  const record = deviceOf(world, name).state.durable.circles.get(circle);
  assertInvariant(record !== undefined, `${name} has the circle`);
  return record;
}

function setRecord(world: World, name: string, record: CircleRecord): void {
  const device = deviceOf(world, name);
  const { durable } = device.state;
  const circles = new Map(durable.circles).set(record.id, record);
  device.state = { ...device.state, durable: { ...durable, circles } };
}

/** The next path of a commit opens here for nobody, as if its maker had sealed something else for this device alone. */
export function spoilPath(world: World, name: string, circle: string): void {
  settle(world);
  const record = recordAt(world, name, circle);
  assertInvariant(record.circle !== undefined, `${name} is in`);
  const { mls } = record.circle;
  const { random } = deviceOf(world, name);
  const privatePath = new Map(
    [...mls.own.privatePath.keys()].map((node) => [
      node,
      dhkemX25519.deriveKeyPair(random.bytes(32)),
    ]),
  );
  const own = { ...mls.own, privatePath };
  const spoilt = { ...record.circle, mls: { ...mls, own } };
  setRecord(world, name, { ...record, circle: spoilt });
}

/** A second device that begins with what the first one has on its disk. */
export function copyDevice(world: World, name: string, copy: string): void {
  settle(world);
  const made = addDevice(world, copy);
  settle(world);
  crash(world, copy);
  made.disk.clear();
  for (const [key, value] of deviceOf(world, name).disk)
    made.disk.set(key, value);
  restart(world, copy);
}

/** A steward's entry, read here, asks for a newer version than this program's. */
export function askForNewer(world: World, name: string, circle: string): void {
  settle(world);
  const record = recordAt(world, name, circle);
  assertInvariant(record.circle !== undefined, `${name} is in`);
  const info = { ...record.circle.info, minVersion: CIRCLE_VERSION + 1 };
  setRecord(world, name, { ...record, circle: { ...record.circle, info } });
}

/** The relay has contradicted itself, and the device has the proof. */
export function contradict(world: World, name: string, circle: string): void {
  settle(world);
  const record = recordAt(world, name, circle);
  const relayPub = record.circle?.log.address.relayPub;
  const alarm = { kind: "fork", at: 1, isProven: true, relayPub } as const;
  setRecord(world, name, addAlarms(record, [alarm]));
}
