// The settings an operator gives, read from an environment (docs/spec/http.md, HT-14). A value that
// is not understood is refused, never guessed: a typing error must not open a relay to the world.

import { err, ok, type Result } from "@halqa/bytes";

export interface RelayConfig {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly appFolder: string;
}

export interface ConfigFault {
  readonly name: string;
  readonly value: string;
  readonly wanted: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads HALQA_PORT, HALQA_HOST, HALQA_DATA and HALQA_APP; what is absent or empty is taken from `defaults`. */
export function readConfig(
  environment: Environment,
  defaults: RelayConfig,
): Result<RelayConfig, ConfigFault> {
  const port = environment["HALQA_PORT"] || String(defaults.port);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return fault("HALQA_PORT", port, "a number from 0 to 65535");
  }
  const host = environment["HALQA_HOST"] || defaults.host;
  if (!/^[A-Za-z0-9.:-]{1,253}$/.test(host)) {
    return fault("HALQA_HOST", host, "an address or a host name");
  }
  const dataFolder = environment["HALQA_DATA"] || defaults.dataFolder;
  const appFolder = environment["HALQA_APP"] || defaults.appFolder;
  return ok({ port: Number(port), host, dataFolder, appFolder });
}

/** One sentence that says what is wrong and what would be right. */
export function describeConfigFault(found: ConfigFault): string {
  const shown = JSON.stringify(found.value.slice(0, 80));
  return `${found.name} is ${shown}, and has to be ${found.wanted}.`;
}

function fault(
  name: string,
  value: string,
  wanted: string,
): Result<never, ConfigFault> {
  return err({ name, value, wanted });
}
