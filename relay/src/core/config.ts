// The settings an operator gives, from the environment and one file (docs/spec/http.md, HT-14, HT-20, HT-21): read,
// refused with one sentence, and shown with the secrets left out.

import { err, ok, type Result } from "@halqa/bytes";
import { SOCKET_LIMITS, type SocketLimits } from "./limits.ts";
import { SETTINGS, type Setting } from "./settings.ts";

export interface RelayConfig {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly appFolder: string;
  /** The address of the WebSocket, where it is not that of the page. */
  readonly url?: string | undefined;
  /** The address of a proxy that is believed when it says where a connection comes from. */
  readonly proxy?: string | undefined;
  /** Pages that may open a connection; without it, those of any origin. */
  readonly origins?: readonly string[] | undefined;
  /** The access secret, and the one before it; an open relay has none. */
  readonly access?: readonly Uint8Array[] | undefined;
  /** The port of this machine alone that tells the relay's figures. */
  readonly metricsPort?: number | undefined;
  /** Clients at once. */
  readonly connections?: number | undefined;
  /** Clients at once from one address. */
  readonly perAddress?: number | undefined;
  /** What one connection may send for long. */
  readonly framesPerSecond?: number | undefined;
  /** What one connection may ask of the store for long. */
  readonly writesPerSecond?: number | undefined;
  /** Milliseconds between two deliveries of what is new; absent or 0, it is delivered at once. */
  readonly tickMs?: number | undefined;
  /** Whom push services can write to; without it, the relay wakes no devices. */
  readonly pushContact?: string | undefined;
  /** What the process may take before it cuts connections. */
  readonly memoryMiB?: number | undefined;
}

export type ConfigFault =
  | { readonly kind: "value"; readonly setting: Shown; readonly value: string }
  | { readonly kind: "unknown"; readonly file: string; readonly name: string }
  | { readonly kind: "twice"; readonly file: string; readonly name: string }
  | { readonly kind: "line"; readonly file: string; readonly line: number }
  | { readonly kind: "file"; readonly file: string; readonly code: string }
  /** It holds a secret, and other users of the machine may read it. */
  | { readonly kind: "exposed"; readonly file: string };

type Shown = Pick<Setting<unknown>, "name" | "wanted" | "isSecret">;

export type Environment = Readonly<Record<string, string | undefined>>;

const MIB = 1_024 * 1_024;

/** Reads sticky: the first fault stays, and what comes after it does not matter. */
interface SettingsReader {
  readonly environment: Environment;
  fault: ConfigFault | undefined;
}

/** Reads the HALQA_ settings; what is absent or empty is taken from `defaults`. */
export function readConfig(
  environment: Environment,
  defaults: RelayConfig,
): Result<RelayConfig, ConfigFault> {
  const reader: SettingsReader = { environment, fault: undefined };
  const config: RelayConfig = {
    port: take(reader, SETTINGS.port) ?? defaults.port,
    host: take(reader, SETTINGS.host) ?? defaults.host,
    dataFolder: take(reader, SETTINGS.dataFolder) ?? defaults.dataFolder,
    appFolder: take(reader, SETTINGS.appFolder) ?? defaults.appFolder,
    url: take(reader, SETTINGS.url) ?? defaults.url,
    proxy: take(reader, SETTINGS.proxy) ?? defaults.proxy,
    origins: take(reader, SETTINGS.origins) ?? defaults.origins,
    access: take(reader, SETTINGS.access) ?? defaults.access,
    metricsPort: take(reader, SETTINGS.metricsPort) ?? defaults.metricsPort,
    ...takeLimits(reader, defaults),
  };
  return reader.fault === undefined ? ok(config) : err(reader.fault);
}

function takeLimits(reader: SettingsReader, defaults: RelayConfig) {
  return {
    connections: take(reader, SETTINGS.connections) ?? defaults.connections,
    perAddress: take(reader, SETTINGS.perAddress) ?? defaults.perAddress,
    framesPerSecond:
      take(reader, SETTINGS.framesPerSecond) ?? defaults.framesPerSecond,
    writesPerSecond:
      take(reader, SETTINGS.writesPerSecond) ?? defaults.writesPerSecond,
    tickMs: take(reader, SETTINGS.tickMs) ?? defaults.tickMs,
    pushContact: take(reader, SETTINGS.pushContact) ?? defaults.pushContact,
    memoryMiB: take(reader, SETTINGS.memoryMiB) ?? defaults.memoryMiB,
  };
}

function take<T>(reader: SettingsReader, setting: Setting<T>): T | undefined {
  const text = reader.environment[setting.name];
  if (text === undefined || text === "") return undefined;
  const value = setting.parse(text);
  if (value === undefined) {
    reader.fault ??= { kind: "value", setting, value: text };
  }
  return value;
}

/** One line for each setting as it takes effect, in the form of the file; secrets are counted, never shown. */
export function describeConfig(config: RelayConfig): readonly string[] {
  const secrets = config.access?.length ?? 0;
  const limits = { ...SOCKET_LIMITS, ...limitsOf(config) };
  const shown: readonly (readonly [Shown, string | number | undefined])[] = [
    [SETTINGS.port, config.port],
    [SETTINGS.host, config.host],
    [SETTINGS.dataFolder, config.dataFolder],
    [SETTINGS.appFolder, config.appFolder],
    [SETTINGS.url, config.url],
    [SETTINGS.proxy, config.proxy],
    [SETTINGS.origins, config.origins?.join(",")],
    [SETTINGS.access, secrets === 0 ? undefined : `(hidden: ${secrets})`],
    [SETTINGS.metricsPort, config.metricsPort],
    [SETTINGS.connections, limits.connections],
    [SETTINGS.perAddress, limits.connectionsPerAddress],
    [SETTINGS.framesPerSecond, limits.framesPerSecond],
    [SETTINGS.writesPerSecond, limits.writesPerSecond],
    [SETTINGS.tickMs, config.tickMs],
    [SETTINGS.pushContact, config.pushContact],
    [SETTINGS.memoryMiB, limits.memoryBytes / MIB],
  ];
  return shown.map(([{ name }, value]) => `${name}=${value ?? ""}`);
}

/** The limits of connections that the settings change; the others are not in it. */
export function limitsOf(config: RelayConfig): Partial<SocketLimits> {
  const { proxy, origins, connections, framesPerSecond, writesPerSecond } =
    config;
  const { perAddress, memoryMiB } = config;
  return withoutAbsent({
    proxy,
    origins,
    connections,
    connectionsPerAddress: perAddress,
    framesPerSecond,
    writesPerSecond,
    memoryBytes: memoryMiB === undefined ? undefined : memoryMiB * MIB,
  });
}

/** Without the members that are undefined, which would hide a default. */
function withoutAbsent(limits: {
  readonly [K in keyof SocketLimits]?: SocketLimits[K] | undefined;
}): Partial<SocketLimits> {
  return Object.fromEntries(
    Object.entries(limits).filter(([, value]) => value !== undefined),
  );
}

/** One sentence that says what is wrong and what would be right. */
export function describeConfigFault(found: ConfigFault): string {
  switch (found.kind) {
    case "value":
      return describeValueFault(found.setting, found.value);
    case "unknown":
      return `${quote(found.name)} in ${found.file} is no setting of the relay: look for a typing error, or take the line out.`;
    case "twice":
      return `${quote(found.name)} stands twice in ${found.file}: take one of them out.`;
    case "line":
      return `Line ${found.line} of ${found.file} is not of the form NAME=value: mend it, or begin it with #.`;
    case "file":
      return `The file ${found.file} that HALQA_CONFIG names cannot be read (${found.code}): set HALQA_CONFIG to one that can.`;
    case "exposed":
      return `Other users of this machine may read the secret in ${found.file}: take that right from them with \`chmod o-rwx\`.`;
  }
}

function describeValueFault(setting: Shown, value: string): string {
  const { name, wanted, isSecret } = setting;
  const shown = isSecret === true ? "not understood" : quote(value);
  return `${name} is ${shown}, and has to be ${wanted}.`;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
