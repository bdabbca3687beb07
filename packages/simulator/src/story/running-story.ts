/** A story while it is told: what the acts, faults, attacks and checks share. */
import type { Circle } from "@halqa/engine/machine";
import type { Sim, SimDevice } from "../world/sim.ts";
import type { Ledger } from "./ledger.ts";
import type { Plan } from "./plan-data.ts";

export interface Story {
  readonly sim: Sim;
  readonly plan: Plan;
  readonly ledger: Ledger;
  readonly ghosts: SimDevice[];
  /** Who else than members was hostile: `relay` where one contradicted what it had signed. */
  readonly attacked: Set<"relay">;
  /** Devices whose program is not ours, by number: nothing is promised to them. */
  readonly hostile: Set<number>;
  /** Who was put out, with what they had in the moment before. */
  readonly former: {
    readonly device: SimDevice;
    readonly circle: Circle;
  }[];
  /** Who lost step with a circle at some time: `device/circle`. */
  readonly fallen: Set<string>;
  /** Bodies that relays were given, the newest last. */
  readonly bodies: Uint8Array[];
}
