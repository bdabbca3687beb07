/** What a plan is made of: plain data, which everything that tells, breaks or checks a story may read (SI-5). */
import type { Weather } from "../world/sim.ts";

export type FaultName =
  | "crash"
  | "restart"
  | "offline"
  | "online"
  | "relay-restart"
  | "disk-full"
  | "disk-free"
  | "clock"
  | "freeze"
  | "second-tab"
  | "image"
  | "restore"
  | "clone"
  | "sleep"
  | "long-sleep";

export interface Swarm {
  readonly devices: number;
  readonly relays: number;
  readonly acts: number;
  readonly faultCount: number;
  readonly attackCount: number;
  readonly weather: Weather;
  readonly faults: readonly FaultName[];
  readonly attacks: readonly string[];
  /** Everybody is in before the weather turns. */
  readonly isGentleStart: boolean;
}

export interface Happening {
  /** Milliseconds from the beginning of the story. */
  readonly at: number;
  readonly kind: "act" | "fault" | "attack";
  readonly name: string;
  /** The device it is about; the number is taken modulo the devices there are. */
  readonly who: number;
  /** The seed of its dice. */
  readonly dice: number;
}

export interface Plan {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly happenings: readonly Happening[];
}
