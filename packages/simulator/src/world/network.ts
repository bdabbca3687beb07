/**
 * The way between devices and relays: each connection keeps its order, as a socket does, and breaks, dies silently or
 * delays as the weather of the seed has it. Towards devices frames can also double, swap and vanish, which only a hostile
 * relay or a broken proxy does.
 */
import type { EngineEvent } from "@halqa/engine/machine";
import { tellLog } from "./sim.ts";
import type { Sim, SimDevice, Wire } from "./sim.ts";

const REFUSED_MS = 50;

/** Opens a connection for a device; one that is offline, or asks for an address that is none, hears that it closed. */
export function openWire(
  sim: Sim,
  device: SimDevice,
  o: {
    readonly conn: number;
    readonly url: string;
    readonly tell: (event: EngineEvent) => void;
  },
): void {
  const { conn } = o;
  const { life } = device;
  const relay = sim.relays.find(({ url }) => url === o.url);
  const tellLater = (ms: number, event: EngineEvent): void => {
    sim.agenda.after(ms, () => {
      if (device.life === life) o.tell(event);
    });
  };
  if (relay === undefined || !device.isOnline) {
    tellLater(REFUSED_MS, { type: "socket-closed", conn });
    return;
  }
  const wire: Wire = {
    id: sim.nextWire++,
    conn,
    relay,
    tell: o.tell,
    isUp: true,
    isDead: false,
    upTo: sim.agenda.now(),
    downTo: sim.agenda.now(),
  };
  device.wires.set(conn, wire);
  const down = (event: EngineEvent): void => {
    wire.downTo = arrival(sim, wire.downTo);
    tellLater(wire.downTo - sim.agenda.now(), event);
  };
  relay.connect(wire.id, device.name, {
    onFrame: (frame) => sendDown(sim, { device, wire, frame, down }),
    onClose: () => {
      if (!wire.isUp) return;
      wire.isUp = false;
      device.wires.delete(conn);
      if (!wire.isDead) down({ type: "socket-closed", conn });
    },
  });
  down({ type: "socket-open", conn });
}

/** A frame from a device. What is under way arrives even when its sender ends. */
export function sendUp(
  sim: Sim,
  device: SimDevice,
  { conn, frame }: { readonly conn: number; readonly frame: Uint8Array },
): void {
  const wire = device.wires.get(conn);
  if (wire === undefined) return;
  for (const { onFrame } of sim.observers) onFrame?.(device, frame, "up");
  maybeBreak(sim, device, wire);
  if (wire.isDead) return;
  wire.upTo = arrival(sim, wire.upTo);
  sim.agenda.after(wire.upTo - sim.agenda.now(), () => {
    wire.relay.frame(wire.id, frame);
  });
}

interface Down {
  readonly device: SimDevice;
  readonly wire: Wire;
  readonly frame: Uint8Array;
  readonly down: (event: EngineEvent) => void;
}

function sendDown(sim: Sim, { device, wire, frame, down }: Down): void {
  const { weather, network } = sim;
  maybeBreak(sim, device, wire);
  if (wire.isDead || !wire.isUp) return;
  const { conn } = wire;
  if (weather.dropped > 0 && network.bool(weather.dropped)) return;
  for (const { onFrame } of sim.observers) onFrame?.(device, frame, "down");
  if (weather.swapped > 0 && network.bool(weather.swapped)) {
    // It comes when it comes, and others overtake it.
    const { life } = device;
    sim.agenda.after(network.int(2_000), () => {
      if (device.life === life) down({ type: "frame", conn, frame });
    });
    return;
  }
  down({ type: "frame", conn, frame });
  if (weather.twice > 0 && network.bool(weather.twice))
    down({ type: "frame", conn, frame });
}

/** Ends a connection from the device's side: nothing of it is heard any more. */
export function closeWire(sim: Sim, device: SimDevice, conn: number): void {
  const wire = device.wires.get(conn);
  if (wire === undefined) return;
  device.wires.delete(conn);
  wire.isUp = false;
  const { id, relay } = wire;
  sim.agenda.after(arrival(sim, wire.upTo) - sim.agenda.now(), () => {
    relay.close(id);
  });
}

/** Cuts all connections of a device; both ends learn of it. */
export function cutWires(sim: Sim, device: SimDevice): void {
  for (const [conn, wire] of device.wires) {
    closeWire(sim, device, conn);
    wire.tell({ type: "socket-closed", conn });
  }
}

function maybeBreak(sim: Sim, device: SimDevice, wire: Wire): void {
  const { weather, network } = sim;
  if (weather.halfOpen > 0 && network.bool(weather.halfOpen)) {
    tellLog(sim, () => `${device.name}'s connection dies`);
    wire.isDead = true;
  }
  if (weather.cut > 0 && network.bool(weather.cut)) {
    tellLog(sim, () => `${device.name}'s connection is cut`);
    wire.relay.close(wire.id);
    const { conn } = wire;
    const { life } = device;
    wire.isDead = true;
    sim.agenda.after(1, () => {
      if (device.life !== life || !wire.isUp) return;
      wire.isUp = false;
      device.wires.delete(conn);
      wire.tell({ type: "socket-closed", conn });
    });
  }
}

function arrival({ agenda, network, weather }: Sim, last: number): number {
  const [from, to] = weather.delay;
  const delay = from + network.int(Math.max(1, to - from));
  return Math.max(last, agenda.now() + delay);
}

/** The relays of a world, by their number. */
export function relayUrl(index: number): string {
  return `wss://relay${index}.example/`;
}
