/** Whether a device that is out asks to be let in again (docs/spec/repair.md, RP-7, RP-31), so that it listens for an answer. */
import type { CircleRecord } from "./durable.ts";

/** Out of a backup only when its person wanted it: before that no relay hears of the circle. */
export function isAsking({ desk, repair }: CircleRecord): boolean {
  switch (desk.place) {
    case "halted":
      return repair !== undefined;
    case "restored":
      return repair !== undefined && repair.count > 0;
    case "founding":
    case "waiting":
    case "joining":
    case "in":
    case "declined":
    case "removed":
      return false;
  }
}
