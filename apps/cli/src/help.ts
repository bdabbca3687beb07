// `halqa help` shows commands in groups; `halqa help COMMAND` says the rest.

import { commonOptions } from "./call.ts";
import { findCommand, groups, type KnownCommand } from "./commands/index.ts";

const general = `
Of every command:
  --data DIR       the data folder (otherwise HALQA_CLI_DATA, or ~/.halqa)
  --json           one object per line (docs/cli.md)
  --timeout S      how long to wait for the relay (20 seconds)
  --offline        work on what is here, contact nobody

CIRCLE is an id, an unambiguous beginning of it, or the exact name; MEMBER an id or a name that one member alone has;
ID stands in front of each line of \`halqa read\`. A passphrase for the data folder is read from HALQA_PASSPHRASE.

\`halqa help COMMAND\` says more. Exit codes: 0 done, 1 bug, 2 wrong call, 3 refused, 4 kept but not delivered yet,
5 data folder in use, 6 data folder does not open.
`;

const WIDTH = 26;

/** The list of all commands. */
export function helpText(): string {
  const parts = groups.map(({ title, entries }) => {
    const lines = entries.map(({ usage, about }) => {
      const short = withoutOptions(usage);
      return short.length > WIDTH
        ? `  ${short}\n  ${" ".repeat(WIDTH)}  ${about}`
        : `  ${short.padEnd(WIDTH)}  ${about}`;
    });
    return `${title}\n${lines.join("\n")}\n`;
  });
  return `Halqa in a terminal: encrypted circles, with the engine of the app.\n\nhalqa COMMAND ...\n\n${parts.join("\n")}${general}`;
}

/** What a command does and takes; undefined for words that begin none. */
export function helpOf(words: readonly string[]): string | undefined {
  const { found, near } = findCommand(words);
  const shown = found === undefined ? near : [found];
  return shown.length === 0
    ? undefined
    : shown.map((one) => describe(one)).join("\n");
}

function describe({ entry }: KnownCommand): string {
  const { usage, about, more } = entry;
  const common = commonOptions.map((name) => `--${name}`).join(", ");
  const note = more === undefined ? "" : `\n${more}\n`;
  return `halqa ${usage}\n\n${about}\n${note}\nAnd what every command takes: ${common}.\n`;
}

/** Optional options stand in the help of the command itself. */
function withoutOptions(usage: string): string {
  return usage.replaceAll(/ \[--[^\]]*\]/g, "");
}
