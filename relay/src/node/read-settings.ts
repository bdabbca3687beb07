// The settings of a process (docs/spec/http.md, HT-20): its environment, over the file that HALQA_CONFIG names.

import { readFileSync, statSync } from "node:fs";
import { err, ok, type Result } from "@halqa/bytes";
import {
  holdsSecret,
  MAX_CONFIG_FILE,
  parseConfigFile,
  readConfig,
  type ConfigFault,
  type Environment,
  type RelayConfig,
} from "../core/index.ts";

/** The settings that hold, or the first that does not. */
export function readSettings(
  environment: Environment,
  defaults: RelayConfig,
): Result<RelayConfig, ConfigFault> {
  const file = environment["HALQA_CONFIG"] || undefined;
  if (file === undefined) return readConfig(environment, defaults);
  const fromFile = readConfigFile(file);
  if (!fromFile.ok) return fromFile;
  const given = Object.entries(environment).filter(([, value]) => value);
  return readConfig(
    { ...fromFile.value, ...Object.fromEntries(given) },
    defaults,
  );
}

function readConfigFile(file: string): Result<Environment, ConfigFault> {
  let text: string;
  let mode: number;
  try {
    const found = statSync(file);
    if (found.size > MAX_CONFIG_FILE) {
      return err({ kind: "file", file, code: "too large" });
    }
    mode = found.mode;
    text = readFileSync(file, "utf8");
  } catch (error) {
    // No such file, a folder, no right to it: the operator is told which.
    const code =
      error instanceof Error && "code" in error
        ? String(error.code)
        : "unknown";
    return err({ kind: "file", file, code });
  }
  const settings = parseConfigFile(file, text);
  if (!settings.ok) return settings;
  // A group may read it: that of the service. Windows has no such bits and reports them as set.
  const isExposed = process.platform !== "win32" && (mode & 0o007) !== 0;
  return isExposed && holdsSecret(settings.value)
    ? err({ kind: "exposed", file })
    : ok(settings.value);
}
