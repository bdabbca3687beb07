// What the thread of the attackers is told.

import type { AttackName } from "./attacks.ts";

export interface AttackOrder {
  readonly name: AttackName;
  readonly port: number;
  readonly scale: number;
  readonly logName: string;
  /** Shared with whoever ordered it: whether it is over, how much was sent, which log it is about. */
  readonly state: Int32Array;
}

export const IS_OVER = 0;
export const SENT = 1;
export const LOG = 2;
