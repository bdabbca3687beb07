// Every command, in groups and in the order in which a newcomer needs them.

import { parseUsage, type Form } from "../form.ts";
import { circleCommands } from "./circles.ts";
import { deviceCommands } from "./device.ts";
import type { Entry, Group } from "./entry.ts";
import { fileCommands } from "./files.ts";
import { joiningCommands } from "./joining.ts";
import { keepingCommands } from "./keeping.ts";
import { linkingCommands } from "./linking.ts";
import { memberCommands } from "./members.ts";
import { messageCommands } from "./messages.ts";
import { organisingCommands } from "./organising.ts";
import { relayCommands } from "./relays.ts";
import { stewardCommands } from "./stewards-alone.ts";
import { troubleCommands } from "./trouble.ts";

export const groups: readonly Group[] = [
  deviceCommands,
  circleCommands,
  joiningCommands,
  messageCommands,
  fileCommands,
  organisingCommands,
  memberCommands,
  stewardCommands,
  linkingCommands,
  keepingCommands,
  relayCommands,
  troubleCommands,
];

export interface KnownCommand {
  readonly entry: Entry;
  readonly form: Form;
}

/** Every command with what it takes. */
export const commands: readonly KnownCommand[] = groups.flatMap(({ entries }) =>
  entries.map((entry) => ({ entry, form: parseUsage(entry.usage) })),
);

/** The command that a call begins with; those of its first word alone, when that is all there is. */
export function findCommand(words: readonly string[]): {
  readonly found: KnownCommand | undefined;
  readonly near: readonly KnownCommand[];
} {
  const fits = ({ form }: KnownCommand): boolean =>
    form.literals.every((literal, index) => words[index] === literal);
  const near = commands.filter(({ form }) => form.literals[0] === words[0]);
  return { found: near.find(fits), near };
}
