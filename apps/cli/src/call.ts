// The words of a call, taken apart: `halqa COMMAND [ARGUMENTS] [OPTIONS]`.

import { parseArgs } from "node:util";
import type { Result } from "@halqa/bytes";
import { err, ok } from "@halqa/bytes";

/** What stands in front of every command's own words. */
export interface Settings {
  /** The data folder. */
  readonly data: string;
  readonly json: boolean;
  /** How long to wait for the relay, in milliseconds. */
  readonly timeout: number;
  /** Work on what is here, contact nobody. */
  readonly offline: boolean;
}

export interface Call {
  /** Words in order: the command first. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | true>>;
  readonly settings: Settings;
}

/** Every option there is; which of them a command takes, its usage says (commands/). */
export const optionTypes = {
  // Of every command.
  data: "string",
  json: "boolean",
  timeout: "string",
  offline: "boolean",
  help: "boolean",
  // Of some.
  adding: "string",
  agenda: "string",
  all: "boolean",
  at: "string",
  auto: "boolean",
  closes: "string",
  code: "string",
  count: "string",
  days: "string",
  direct: "boolean",
  disappearing: "string",
  due: "string",
  "hide-names": "boolean",
  limit: "string",
  minutes: "string",
  name: "string",
  no: "boolean",
  none: "boolean",
  notice: "string",
  number: "string",
  outbox: "boolean",
  owner: "string",
  pinning: "string",
  place: "string",
  posting: "string",
  ranked: "boolean",
  readable: "boolean",
  reason: "string",
  recovery: "boolean",
  relay: "string",
  reply: "string",
  several: "boolean",
  since: "string",
  stay: "string",
  successor: "string",
  title: "string",
  uses: "string",
  wait: "boolean",
  without: "boolean",
  yes: "boolean",
  zone: "string",
} as const;

export type OptionName = keyof typeof optionTypes;

/** Options that every command takes. */
export const commonOptions: readonly OptionName[] = [
  "data",
  "json",
  "timeout",
  "offline",
  "help",
];

const DEFAULT_TIMEOUT_S = 20;
const MAX_TIMEOUT_S = 86_400;

/** Takes argv (without node and script) and the environment; the fault is one sentence. */
export function readCall(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaultData: string,
): Result<Call, string> {
  const parsed = parse(argv);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const timeout = Number(values["timeout"] ?? DEFAULT_TIMEOUT_S);
  if (!Number.isFinite(timeout) || timeout < 0 || timeout > MAX_TIMEOUT_S) {
    return err("--timeout is a number of seconds, at most a day.");
  }
  return ok({
    words: positionals,
    options: values,
    settings: {
      data: textOf(values["data"]) ?? env["HALQA_CLI_DATA"] ?? defaultData,
      json: values["json"] === true,
      offline: values["offline"] === true,
      timeout: timeout * 1000,
    },
  });
}

function parse(argv: readonly string[]): Result<
  {
    values: Record<string, string | true>;
    positionals: readonly string[];
  },
  string
> {
  try {
    const { values, positionals } = parseArgs({
      args: markWords(argv),
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(optionTypes).map(([name, type]) => [name, { type }]),
      ),
    });
    const kept = Object.entries(values).filter(
      (entry): entry is [string, string | true] =>
        typeof entry[1] === "string" || entry[1] === true,
    );
    return ok({
      values: Object.fromEntries(kept),
      positionals: positionals.map((word) =>
        word.startsWith(WORD_MARK) ? word.slice(WORD_MARK.length) : word,
      ),
    });
  } catch (thrown) {
    // Node's parser throws on unknown options; its sentence names the option.
    return err(thrown instanceof Error ? thrown.message : "unreadable call");
  }
}

// No argument of a process can hold it.
const WORD_MARK = "\0";

/**
 * Node's parser takes all that begins with a dash for an option, but one id in 64 does. There are no options of one dash
 * here, and no option is named like an id.
 */
function markWords(argv: readonly string[]): string[] {
  const marked: string[] = [];
  let [owner, isOver]: [string | undefined, boolean] = [undefined, false];
  for (const argument of argv) {
    if (isOver) marked.push(argument);
    else if (owner !== undefined) marked.push(`${owner}=${argument}`);
    else if (isWordWithDash(argument)) marked.push(WORD_MARK + argument);
    else if (!takesNext(argument)) marked.push(argument);
    isOver ||= owner === undefined && argument === "--";
    owner =
      owner === undefined && !isOver && takesNext(argument)
        ? argument
        : undefined;
  }
  return owner === undefined ? marked : [...marked, owner];
}

function isWordWithDash(argument: string): boolean {
  return /^-(?!-)/.test(argument) || /^--([\w-]{20}|[\w-]{41})$/.test(argument);
}

function takesNext(argument: string): boolean {
  return (
    argument.startsWith("--") &&
    Object.entries(optionTypes).some(
      ([name, type]) => type === "string" && argument === `--${name}`,
    )
  );
}

/** An option's text; undefined when it was not given. */
export function textOf(value: string | true | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
