// What an operator can set, each with the form that it has to have (docs/spec/http.md, "Settings"). Text in, values out;
// a value that is not understood is refused, never guessed: a typing error must not open a relay to the world.

import { decodeBase64url } from "@halqa/bytes";

export interface Setting<T> {
  /** Its name in the environment and in the file. */
  readonly name: string;
  /** What it has to be, as the end of a sentence. */
  readonly wanted: string;
  /** The value, or undefined where the text is none. */
  readonly parse: (text: string) => T | undefined;
  /** Whether its value must not be shown. */
  readonly isSecret?: true;
}

/** The current secret and the one before it: what is in circles' links goes on working while it is replaced. */
const MOST_SECRETS = 2;
const SECRET_LENGTH = 32;

/** An app under a few names, in a browser and as an onion service. */
const MOST_ORIGINS = 64;

export const SETTINGS = {
  port: number("HALQA_PORT", 0, 65_535),
  host: pattern(
    "HALQA_HOST",
    "an address or a host name",
    /^[A-Za-z0-9.:-]{1,253}$/,
  ),
  dataFolder: pattern("HALQA_DATA", "a folder", /^[^\0]{1,4096}$/),
  appFolder: pattern("HALQA_APP", "a folder", /^[^\0]{1,4096}$/),
  // As an invite carries it: scheme, host, port and path, and nothing that could carry more.
  url: pattern(
    "HALQA_URL",
    "an address such as wss://relay.example/",
    /^(?=.{1,256}$)wss?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/,
  ),
  proxy: pattern(
    "HALQA_PROXY",
    "the address of the proxy",
    /^[0-9A-Fa-f.:]{2,45}$/,
  ),
  origins: {
    name: "HALQA_ORIGINS",
    wanted: `origins such as https://app.example, at most ${MOST_ORIGINS}, with commas between them`,
    parse: parseOrigins,
  },
  access: {
    name: "HALQA_ACCESS",
    wanted:
      "one access secret of this relay's making, or the current one and the one before it with a comma between them",
    parse: parseSecrets,
    isSecret: true,
  },
  metricsPort: number("HALQA_METRICS_PORT", 1, 65_535),
  connections: number("HALQA_CONNECTIONS", 1, 999_999),
  perAddress: number("HALQA_PER_ADDRESS", 1, 999_999),
  framesPerSecond: number("HALQA_FRAMES_PER_SECOND", 1, 999_999),
  writesPerSecond: number("HALQA_WRITES_PER_SECOND", 1, 999_999),
  tickMs: number("HALQA_TICK_MS", 0, 60_000),
  // Push services write there before they shut a relay out; some refuse anything else.
  pushContact: pattern(
    "HALQA_PUSH_CONTACT",
    "an address such as mailto:relay@example.org or https://example.org/",
    /^(?:mailto:[\w.+-]{1,64}@[A-Za-z0-9.-]{1,253}|https:\/\/[a-z0-9.-]{1,253}\/[\w./~-]{0,256})$/,
  ),
  memoryMiB: number("HALQA_MEMORY", 128, 999_999),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

function number(name: string, least: number, most: number): Setting<number> {
  return {
    name,
    wanted: `a number from ${least} to ${most}`,
    parse: (text) => {
      // Digits alone: no sign, no space, no 0x, no 1e3.
      if (!/^\d{1,6}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= least && value <= most ? value : undefined;
    },
  };
}

function pattern(name: string, wanted: string, form: RegExp): Setting<string> {
  return {
    name,
    wanted,
    parse: (text) => (form.test(text) ? text : undefined),
  };
}

function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((part) => part.trim());
  const areGood = origins.length <= MOST_ORIGINS && origins.every(isOrigin);
  return areGood ? origins : undefined;
}

/** Whether this is how a browser writes it: lower case, no path, no port that goes without saying. */
function isOrigin(text: string): boolean {
  return (
    /^https?:\/\//.test(text) &&
    URL.canParse(text) &&
    new URL(text).origin === text
  );
}

function parseSecrets(text: string): readonly Uint8Array[] | undefined {
  const secrets: Uint8Array[] = [];
  for (const part of text.split(",")) {
    const secret = decodeBase64url(part.trim());
    if (!secret.ok || secret.value.length !== SECRET_LENGTH) return undefined;
    secrets.push(secret.value);
  }
  return secrets.length <= MOST_SECRETS ? secrets : undefined;
}
