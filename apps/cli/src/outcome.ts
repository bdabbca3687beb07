// What a command comes to: objects to print and an exit code. Nothing here prints.

import type { CommandFault } from "@halqa/engine";
import { exitCodes, type ExitCode } from "./exit-codes.ts";

export interface Failure {
  readonly code: ExitCode;
  /** A stable word for scripts. */
  readonly error:
    | CommandFault
    | "usage"
    | "not-delivered"
    | "busy"
    | "locked"
    | "no-data"
    | "data-exists"
    | "bad-relay"
    | "ambiguous";
  /** One sentence that says what to do. */
  readonly sentence: string;
}

const sentences: Readonly<Record<CommandFault, string>> = {
  "no-profile": "There is no profile here yet: run `halqa init --name NAME`.",
  "unknown-circle": "There is no such circle: `halqa circles` lists them.",
  "unknown-item": "There is no such message here: `halqa read` shows ids.",
  "unknown-member": "There is no such member: `halqa members` lists them.",
  "unknown-request": "There is no such request: `halqa requests` lists them.",
  "not-a-steward": "Only a steward of the circle can do this.",
  "not-a-member": "You are not a member of this circle, or not yet.",
  "bad-text": "The text is empty or too long.",
  "bad-time": "The time is not one, or the zone is unknown.",
  "bad-number": "The number is out of range.",
  "bad-invite": "This is not an invite, or it was cut when it was copied.",
  "expired-invite": "The invite has expired: ask for a new one.",
  "already-in": "This device is in the circle already, or has asked.",
  "last-steward": "The last steward of a circle cannot be removed.",
  "no-relay": "No relay is known yet: name one when the circle is founded.",
  "outbox-full":
    "Too much is waiting to be sent: run `halqa sync` with a network first.",
  "storage-failed": "The data folder cannot be written: is the disk full?",
};

/** The engine's refusal as a failure of the command. */
export function refusal(error: CommandFault): Failure {
  return { code: exitCodes.refused, error, sentence: sentences[error] };
}

export function usageFailure(sentence: string): Failure {
  return { code: exitCodes.usage, error: "usage", sentence };
}

export const notDelivered: Failure = {
  code: exitCodes.notDelivered,
  error: "not-delivered",
  sentence:
    "Kept on this device, but the relay could not be reached in time: `halqa sync` tries again.",
};
