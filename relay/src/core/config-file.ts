// The settings file: lines of NAME=value, and nothing clever (docs/spec/http.md, HT-20). No quotes, no escapes and no
// variables, so that a line means the same to a person, to this relay and to systemd's EnvironmentFile.

import { err, ok, type Result } from "@halqa/bytes";
import type { ConfigFault, Environment } from "./config.ts";
import { SETTINGS } from "./settings.ts";

/** What a file of settings may weigh: a few hundred lines of comments. */
export const MAX_CONFIG_FILE = 65_536;

const NAMES: ReadonlySet<string> = new Set(
  Object.values(SETTINGS).map(({ name }) => name),
);

/** The settings in the text of `file`; a name that the relay does not know is a fault, for it has a typing error in it. */
export function parseConfigFile(
  file: string,
  text: string,
): Result<Environment, ConfigFault> {
  const settings = new Map<string, string>();
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name, value] = /^([A-Za-z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || isQuoted(value)) {
      return err({ kind: "line", file, line: i + 1 });
    }
    if (!NAMES.has(name)) return err({ kind: "unknown", file, name });
    if (settings.has(name)) return err({ kind: "twice", file, name });
    settings.set(name, value.trim());
  }
  return ok(Object.fromEntries(settings));
}

/** Whether some other reader would take quotes off this value. */
function isQuoted(value: string): boolean {
  return /^\s*["']/.test(value);
}

/** Whether these settings hold something that others may not read. */
export function holdsSecret(settings: Environment): boolean {
  return Object.values(SETTINGS).some(
    (setting) => "isSecret" in setting && Boolean(settings[setting.name]),
  );
}
