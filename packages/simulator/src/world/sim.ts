/** The state of one simulated world (docs/spec/simulator.md): plain data that the other files of this folder change. */
import type { SeededRandom } from "@halqa/testkit";
import type {
  AppView,
  CircleView,
  Command,
  CommandReply,
  DefaultRelay,
  Query,
  TimelineView,
} from "@halqa/engine";
import type { Effect, EngineEvent, EngineState } from "@halqa/engine/machine";
import type { Agenda } from "./agenda.ts";
import type { SimDisk } from "./disk.ts";
import type { SimRelay } from "./relay.ts";
import type { Trace } from "./trace.ts";

/** What a world does to traffic; all of it ends with healing. */
export interface Weather {
  /** Milliseconds that a frame takes, from and up to. */
  readonly delay: readonly [number, number];
  /** Chances for each frame. */
  readonly cut: number;
  readonly halfOpen: number;
  /** Of frames to devices: what no honest relay does, and no device may trip over. */
  readonly twice: number;
  readonly swapped: number;
  readonly dropped: number;
}

export const fairWeather: Weather = {
  delay: [1, 20],
  cut: 0,
  halfOpen: 0,
  twice: 0,
  swapped: 0,
  dropped: 0,
};

/** One connection, from its opening to the moment when both ends know of its end. */
export interface Wire {
  readonly id: number;
  readonly conn: number;
  readonly relay: SimRelay;
  readonly tell: (event: EngineEvent) => void;
  isUp: boolean;
  /** Frames vanish, and nobody is told. */
  isDead: boolean;
  /** When the last frame of each direction arrives: the next is not before it. */
  upTo: number;
  downTo: number;
}

export interface Screen {
  app: AppView | undefined;
  readonly circles: Map<string, CircleView>;
  readonly timelines: Map<string, TimelineView>;
}

export interface Given {
  readonly command: Command;
  readonly onReply: (reply: CommandReply) => void;
}

export interface SimDevice {
  readonly index: number;
  readonly name: string;
  readonly random: SeededRandom;
  disk: SimDisk;
  readonly home: DefaultRelay;
  state: EngineState;
  isRunning: boolean;
  isOnline: boolean;
  /** Hears nothing before this time: a frozen tab. What comes meanwhile waits. */
  frozenUntil: number;
  readonly waiting: EngineEvent[];
  /** Its clock is off by so much. */
  skew: number;
  readonly timers: Map<string, number>;
  readonly wires: Map<number, Wire>;
  readonly given: Map<number, Given>;
  readonly queries: Map<number, Query>;
  screen: Screen;
  /** Effects carried out since the world began. */
  effects: number;
  crashAt: number | undefined;
  nextId: number;
  /** Counts the starts: what was under way for an earlier one comes to nothing. */
  life: number;
  /** Answers of its store come in order, one after the other. */
  storeTo: number;
  /** Put back to an earlier disk, or another copy of it ran: it may lose what it had. */
  wasRestored: boolean;
}

export interface Observer {
  readonly onState?: (device: SimDevice, before: EngineState) => void;
  readonly onEffect?: (device: SimDevice, effect: Effect) => void;
  readonly onFrame?: (
    device: SimDevice,
    frame: Uint8Array,
    way: "up" | "down",
  ) => void;
  readonly onScreen?: (device: SimDevice, query: Query) => void;
  /** What a device drew. */
  readonly onRandom?: (bytes: Uint8Array) => void;
  readonly onCrash?: (device: SimDevice) => void;
  /** Welcomes that a device built for those who joined in the epoch of this authenticator; they may never leave. */
  readonly onWelcomes?: (
    device: SimDevice,
    epoch: Uint8Array,
    welcomes: readonly Uint8Array[],
  ) => void;
}

export interface Sim {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly network: SeededRandom;
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly relays: readonly SimRelay[];
  readonly devices: SimDevice[];
  weather: Weather;
  /** Days that were slept through: entries are kept for 30 days. */
  daysAsleep: number;
  /** When all woke up for the last time, and before the first time undefined. */
  wokeAt: number | undefined;
  /** Events that engines were given. */
  steps: number;
  nextWire: number;
  readonly observers: Observer[];
  /** Shows what happens, for people. */
  readonly log: ((line: string) => void) | undefined;
}

/** What must not happen has happened. */
export class SimFault extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

export function tellLog(sim: Sim, line: () => string): void {
  if (sim.log === undefined) return;
  const seconds = (sim.agenda.now() - START) / 1_000;
  sim.log(`${seconds.toFixed(3).padStart(10)} ${line()}`);
}

/** A Monday morning. */
export const START: number = Date.UTC(2026, 10, 23, 9);
