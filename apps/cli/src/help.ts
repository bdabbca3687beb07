// `halqa help`.

import { commands } from "./commands/index.ts";

const general = `
Of every command:
  --data DIR       the data folder (otherwise HALQA_CLI_DATA, or ~/.halqa)
  --json           one object per line (docs/cli.md)
  --timeout S      how long to wait for the relay (20 seconds)
  --offline        work on what is here, contact nobody
A passphrase for the data folder is read from HALQA_PASSPHRASE.

Exit codes: 0 done, 1 bug, 2 wrong call, 3 refused, 4 kept but not delivered yet, 5 data folder in use,
6 data folder does not open.
`;

/** The whole help text. */
export function helpText(): string {
  const usages: (readonly [string, string])[] = [
    ["init --name NAME [--relay URL]", "begin: a data folder and a name"],
    ...[...commands.values()].map(
      ({ usage, about }) => [usage, about] as const,
    ),
  ];
  const lines = usages.map(([usage, about]) =>
    usage.length > 36
      ? `  halqa ${usage}\n${" ".repeat(46)}${about}`
      : `  halqa ${usage.padEnd(38)}${about}`,
  );
  return `Halqa in a terminal: encrypted circles, with the engine of the app.\n\n${lines.join("\n")}\n${general}`;
}
