/** What befalls devices and relays (SI-4). Each fault is one row; everything it does, healing undoes. */
import type { SeededRandom } from "@halqa/testkit";
import { cutWires } from "../world/network.ts";
import { crash, emptyScreen, give, start, thaw } from "../world/device.ts";
import { createDisk, restoreImage, takeImage } from "../world/disk.ts";
import { DAY_MS } from "../world/relay.ts";
import { fairWeather, tellLog } from "../world/sim.ts";
import type { Sim, SimDevice } from "../world/sim.ts";
import type { FaultName } from "../story/plan-data.ts";

export interface Mishap {
  readonly sim: Sim;
  readonly device: SimDevice;
  readonly dice: SeededRandom;
  /** Tabs whose store belongs to another one by now. */
  readonly ghosts: SimDevice[];
}

type Fault = (mishap: Mishap) => void;

const MINUTE = 60_000;
const MOST_EFFECTS = 60;
/** In all, where everybody is to find the entries that were missed. */
const MOST_DAYS = 25;

const faults: Readonly<Record<FaultName, Fault>> = {
  // The schedule says after how many effects: each boundary between two of them comes up in some seed.
  crash: ({ device, dice }) => {
    if (device.isRunning)
      device.crashAt = device.effects + 1 + dice.int(MOST_EFFECTS);
  },
  restart: ({ sim, device }) => {
    crash(sim, device);
    start(sim, device);
  },
  offline: ({ sim, device }) => {
    device.isOnline = false;
    cutWires(sim, device);
  },
  online: ({ device }) => {
    device.isOnline = true;
  },
  "relay-restart": ({ sim, dice }) => {
    dice.pick(sim.relays).restart();
  },
  "disk-full": ({ device }) => {
    device.disk.isFull = true;
  },
  "disk-free": ({ device }) => {
    device.disk.isFull = false;
  },
  clock: ({ device, dice }) => {
    device.skew = dice.int(6 * DAY_MS) - 3 * DAY_MS;
  },
  freeze: ({ sim, device, dice }) => {
    device.frozenUntil = sim.agenda.now() + dice.int(20 * MINUTE);
  },
  "second-tab": openSecondTab,
  image: ({ device }) => takeImage(device.disk),
  restore: ({ sim, device, dice }) => {
    if (device.disk.images.length === 0) return;
    crash(sim, device);
    restoreImage(device.disk, dice.int(1_000));
    device.wasRestored = true;
    start(sim, device);
  },
  clone: runClone,
  sleep: (mishap) => {
    const left = MOST_DAYS - mishap.sim.daysAsleep;
    sleep(mishap, Math.min(left, 1 + mishap.dice.int(MOST_DAYS)));
  },
  "long-sleep": (mishap) => sleep(mishap, 31 + mishap.dice.int(15)),
};

export function strike(name: FaultName, mishap: Mishap): void {
  tellLog(mishap.sim, () => `${mishap.device.name} ${name}`);
  faults[name](mishap);
}

/**
 * Another opener takes the store. The first one lives on, hears its relay and its timers, and every write of it is refused,
 * as the lock of a real store refuses it.
 */
function openSecondTab({ sim, device, ghosts }: Mishap): void {
  if (!device.isRunning) return;
  const next: SimDevice = {
    ...device,
    isRunning: false,
    crashAt: undefined,
    timers: new Map(),
    wires: new Map(),
    given: new Map(),
    queries: new Map(),
    waiting: [],
    screen: emptyScreen(),
    random: device.random.fork(`tab/${device.life}`),
  };
  sim.devices[device.index] = next;
  const { records } = device.disk;
  device.disk = { ...createDisk(), records, isFull: true };
  ghosts.push(device);
  start(sim, next);
}

const CLONE_SPEAKS_MS = 30_000;

/** A copy of the disk runs beside its original, on another machine, and somebody uses it. */
function runClone({ sim, device, dice, ghosts }: Mishap): void {
  if (!device.isRunning || ghosts.length > 0) return;
  const clone: SimDevice = {
    ...device,
    disk: { ...createDisk(), records: new Map(device.disk.records) },
    isRunning: false,
    isOnline: true,
    frozenUntil: 0,
    crashAt: undefined,
    timers: new Map(),
    wires: new Map(),
    given: new Map(),
    queries: new Map(),
    waiting: [],
    screen: emptyScreen(),
    random: device.random.fork(`clone/${device.life}`),
    wasRestored: true,
  };
  device.wasRestored = true;
  ghosts.push(clone);
  start(sim, clone);
  sim.agenda.after(CLONE_SPEAKS_MS, () => {
    for (const circle of clone.state.durable.circles.keys())
      give(sim, clone, {
        command: {
          command: "send",
          circle,
          text: `qanarie copy of ${clone.name} ${dice.int(1_000)}`,
        },
        onReply: () => undefined,
      });
  });
}

/** Nobody is there for days; then one half comes back, and the other half a while later. */
function sleep({ sim, dice }: Mishap, days: number): void {
  for (const device of sim.devices) crash(sim, device);
  sim.daysAsleep += days;
  sim.agenda.leap(days * DAY_MS);
  sim.wokeAt = sim.agenda.now();
  const day = Math.floor(sim.agenda.now() / DAY_MS);
  for (const relay of sim.relays) relay.setDay(day);
  for (const device of sim.devices) {
    const isLate = dice.bool(0.5);
    sim.agenda.after(isLate ? 5 * MINUTE : 0, () =>
      start(sim, current(sim, device)),
    );
  }
}

/** The tab that holds the device's store now. */
export function current(sim: Sim, { index }: SimDevice): SimDevice {
  const device = sim.devices[index];
  if (device === undefined) throw new Error(`there is no device ${index}`);
  return device;
}

/** Everything works again. */
export function heal(sim: Sim, ghosts: readonly SimDevice[]): void {
  tellLog(sim, () => "all is well again");
  // What was left out on the way to a device shows with the next connection, and not before: nothing else tells of the end of a log.
  const isCut =
    sim.weather.dropped > 0 || sim.relays.some(({ wasHostile }) => wasHostile);
  sim.weather = fairWeather;
  for (const ghost of ghosts) crash(sim, ghost);
  for (const relay of sim.relays) {
    relay.tamper = undefined;
    relay.lie = undefined;
    relay.omits = undefined;
    relay.unite();
  }
  for (const device of sim.devices) {
    device.isOnline = true;
    device.disk.isFull = false;
    device.skew = 0;
    device.crashAt = undefined;
    device.frozenUntil = 0;
    thaw(sim, device);
    if (isCut) cutWires(sim, device);
    start(sim, device);
  }
}
