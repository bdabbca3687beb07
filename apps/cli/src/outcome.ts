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
    | "damaged"
    | "weak-passphrase"
    | "no-data"
    | "data-exists"
    | "ambiguous"
    | "unanswered"
    | "leaving"
    | "different-codes"
    | "no-key"
    | "bad-words"
    | "file-exists";
  /** One sentence that says what to do. */
  readonly sentence: string;
}

const sentences: Readonly<Record<CommandFault, string>> = {
  "no-profile": "There is no profile here yet: run `halqa init --name NAME`.",
  "unknown-circle": "There is no such circle: `halqa circles` lists them.",
  "unknown-item": "There is no such message here: `halqa read` shows ids.",
  "unknown-member": "There is no such member: `halqa members` lists them.",
  "unknown-request": "There is no such request: `halqa requests` lists them.",
  "unknown-invite": "There is no such invite: `halqa invites` lists them.",
  "not-allowed":
    "Only who wrote it, or a steward where a steward may, can do this.",
  "poll-closed": "The poll is closed.",
  "not-a-steward": "Only a steward of the circle can do this.",
  "not-a-member": "You are not a member of this circle, or not yet.",
  "bad-text": "The text is empty or too long.",
  "bad-time": "The time is not one, or the zone is unknown.",
  "bad-number": "The number is out of range.",
  "bad-invite": "This is not an invite, or it was cut when it was copied.",
  "expired-invite": "The invite has expired: ask for a new one.",
  "already-in": "This device is in the circle already, or has asked.",
  "last-steward":
    "A circle needs a steward: make somebody else one before this.",
  "read-only": "Here you read along; stewards say what is said.",
  closed: "The circle was closed.",
  "nothing-to-do": "It is so already, or is on its way.",
  "unknown-device": "There is no such device: `halqa members` lists them.",
  "bad-link": "This is not the link of a new device, or it was cut.",
  "expired-link": "The time to link is over: start again on the new device.",
  "already-linking": "A device is being linked already.",
  "nothing-to-link":
    "Here is no circle that could be shared with a new device.",
  "link-anew":
    "Somebody has a copy of this device: remove it on another one, then link it anew.",
  "direct-circle": "A direct circle has two people, who both are stewards.",
  "no-relay": "No relay is known yet: name one when the circle is founded.",
  "outbox-full":
    "Too much is waiting to be sent: run `halqa sync` with a network first.",
  "unknown-file": "This message has no such file.",
  "bad-file": "The file is empty or too large, or its name is none.",
  "not-here": "The file is not here yet.",
  "damaged-file": "What came is not the file that the message names.",
  "bad-relay":
    "This relay is none, or another one than is known at the address.",
  "last-relay": "A circle needs a relay: add another one before this.",
  "not-there":
    "The move begins at another place than this device has come to: run `halqa sync` first.",
  "already-moving": "You gave your word for another move already.",
  "bad-bundle": "This is no bundle, or it was changed or cut.",
  "unknown-bundle":
    "The bundle is of no circle that this device is in, or of a time that it has not come to.",
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

/** Kept, and something else than the relay is waited for. */
export function exitLater(error: Failure["error"], sentence: string): Failure {
  return { code: exitCodes.notDelivered, error, sentence };
}

/** Refused by the command line itself. */
export function exitRefused(
  error: Failure["error"],
  sentence: string,
): Failure {
  return { code: exitCodes.refused, error, sentence };
}
