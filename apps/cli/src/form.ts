// What a command takes, read from the line that shows how it is called: `invite CIRCLE [--uses N] [--auto]`. So help, the
// check of a call and what a command gets cannot differ.

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import {
  commonOptions,
  optionTypes,
  type Call,
  type OptionName,
} from "./call.ts";

/** A place for a word or for the value of an option. */
export interface Slot {
  /** `CIRCLE`; of an option its name. */
  readonly name: string;
  /** What its value is called: `N`, `MEMBER`. Empty for a flag. */
  readonly value: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

export interface Form {
  readonly usage: string;
  /** What a call begins with: `circle create`. */
  readonly literals: readonly string[];
  readonly words: readonly Slot[];
  readonly options: ReadonlyMap<string, Slot>;
}

/** The words and values of a call, by the names in the usage. Asking for a name that is not there is a bug. */
export interface Given {
  readonly form: Form;
  /** One that must be there. */
  readonly text: (name: string) => string;
  readonly maybe: (name: string) => string | undefined;
  /** The same as a field, or no field. */
  readonly maybeAs: <N extends string>(name: N) => Partial<Record<N, string>>;
  readonly all: (name: string) => readonly string[];
  readonly has: (flag: string) => boolean;
  readonly number: (name: string) => number | undefined;
  /** The same call with other texts: a member's id for the name. */
  readonly with: (name: string, text: string) => Given;
}

// `[--uses N]`, `[--auto]`, `--title TEXT`, `[REQUEST]`, `OPTION...`, `yes|no`
const TOKEN =
  /\[--[a-z-]+(?: [\w|.-]+)?\]|--[a-z-]+(?: [\w|.-]+)?|\[[^\]]+\]|\S+/g;

/** Values that are whole numbers. */
const NUMBERS: ReadonlySet<string> = new Set([
  "N",
  "NUMBER",
  "MINUTES",
  "SECONDS",
]);

/** Takes a usage line apart; a bad one is a bug. */
export function parseUsage(usage: string): Form {
  const tokens = usage.match(TOKEN) ?? [];
  const literals = tokens.filter((token) => /^[a-z][a-z-]*$/.test(token));
  const slots = tokens
    .filter((token) => !/^[a-z][a-z-]*$/.test(token))
    .map((token) => parseToken(token));
  const options = new Map<string, Slot>();
  for (const slot of slots.filter(({ name }) => isOption(name)))
    options.set(slot.name, slot);
  const words = slots.filter(({ name }) => !options.has(name));
  assertInvariant(literals.length > 0, `no word begins "${usage}"`);
  return { usage, literals, words, options };
}

function parseToken(token: string): Slot {
  const isOptional = token.startsWith("[");
  const bare = isOptional ? token.slice(1, -1) : token;
  const isRepeated = bare.endsWith("...");
  const [first = "", value = ""] = bare.replace("...", "").split(" ");
  if (!first.startsWith("--"))
    return { name: first, value: first, isOptional, isRepeated };
  const name = first.slice(2);
  assertInvariant(isOption(name), `no option --${name}`);
  const isFlag = optionTypes[name] === "boolean";
  assertInvariant(isFlag === (value === ""), `--${name} in "${token}"`);
  return { name, value, isOptional, isRepeated };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(optionTypes, name);
}

/** A call as the form says; the fault is one sentence. */
export function readGiven(form: Form, call: Call): Result<Given, string> {
  const words = readWords(form, call.words.slice(form.literals.length));
  if (words === undefined) return err(`halqa ${form.usage}`);
  const values = new Map(words);
  for (const [name, value] of Object.entries(call.options)) {
    if (isCommon(name)) continue;
    const slot = form.options.get(name);
    if (slot === undefined) {
      return err(
        `--${name} is no option of \`halqa ${form.literals.join(" ")}\`: see \`halqa help ${form.literals.join(" ")}\`.`,
      );
    }
    values.set(slot.name, [value === true ? "" : value]);
  }
  for (const slot of form.options.values()) {
    if (!slot.isOptional && !values.has(slot.name))
      return err(`halqa ${form.usage}`);
  }
  const slots = [...form.words, ...form.options.values()];
  const fault = slots
    .map((slot) => faultIn(form, slot, values))
    .find((sentence) => sentence !== undefined);
  return fault === undefined ? ok(createGiven(form, values)) : err(fault);
}

function isCommon(name: string): boolean {
  return commonOptions.some((common) => common === name);
}

type Values = ReadonlyMap<string, readonly string[]>;

/** Which word stands in which place; undefined where there are too few or too many. */
function readWords(
  { words: slots }: Form,
  words: readonly string[],
): Values | undefined {
  const values = new Map<string, readonly string[]>();
  let next = 0;
  for (const { name, isOptional, isRepeated } of slots) {
    const taken = words.slice(next, isRepeated ? words.length : next + 1);
    if (taken.length === 0 && !isOptional) return undefined;
    if (taken.length > 0) values.set(name, taken);
    next += taken.length;
  }
  return next === words.length ? values : undefined;
}

function faultIn(
  { usage }: Form,
  { name, value }: Slot,
  values: Values,
): string | undefined {
  const given = values.get(name) ?? [];
  const shown = isOption(name) ? `--${name}` : name;
  if (NUMBERS.has(value)) {
    const isNumber = given.every((text) => /^\d{1,9}$/.test(text));
    return isNumber ? undefined : `${shown} is a whole number.`;
  }
  const choices = value.split("|");
  const isOne = choices.length === 1;
  if (isOne || given.every((text) => choices.includes(text))) return undefined;
  return isOption(name)
    ? `${shown} is one of: ${choices.join(", ")}.`
    : `halqa ${usage}`;
}

function createGiven(form: Form, values: Values): Given {
  const find = (name: string): readonly string[] => {
    const isKnown =
      form.options.has(name) || form.words.some((slot) => slot.name === name);
    assertInvariant(isKnown, `"${form.usage}" has no ${name}`);
    return values.get(name) ?? [];
  };
  return {
    form,
    text: (name) => {
      const [text] = find(name);
      assertInvariant(text !== undefined, `${name} may be absent`);
      return text;
    },
    maybe: (name) => find(name)[0],
    maybeAs: (name) => fieldOf(name, find(name)[0]),
    all: find,
    has: (flag) => find(flag).length > 0,
    number: (name) => {
      const [text] = find(name);
      return text === undefined ? undefined : Number(text);
    },
    with: (name, text) => createGiven(form, new Map(values).set(name, [text])),
  };
}

function fieldOf<N extends string>(
  name: N,
  text: string | undefined,
): Partial<Record<N, string>> {
  const field: Partial<Record<N, string>> = {};
  if (text !== undefined) field[name] = text;
  return field;
}
