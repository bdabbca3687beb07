/**
 * Which texts may travel and stand in a list (docs/spec/content.md, "Text"). The checks are the decoder's: what they
 * refuse never reaches a screen, a terminal or a notification, so nobody behind them has to think of it again. The
 * composing functions make what people type fit, and are for the author's device only.
 */

import { encodeUtf8, err, ok, type Result } from "@halqa/bytes";
import {
  BIDI_BRACKETS,
  BIDI_MARKS,
  BIDI_OVERRIDES,
  classOf,
  codePointsOf,
  CONTROLS,
  INVISIBLE,
  JOINERS,
  MARKS,
  SPACES,
  VARIATION_SELECTORS,
} from "./code-points.ts";
import {
  MAX_AGENDA_BYTES,
  MAX_FILE_NAME_BYTES,
  MAX_FILE_NAME_CODE_POINTS,
  MAX_NAME_BYTES,
  MAX_NAME_CODE_POINTS,
  MAX_OPTION_BYTES,
  MAX_OPTION_CODE_POINTS,
  MAX_PLACE_BYTES,
  MAX_PLACE_CODE_POINTS,
  MAX_QUESTION_BYTES,
  MAX_QUESTION_CODE_POINTS,
  MAX_STACKED_MARKS,
  MAX_TEXT_BYTES,
  MAX_TITLE_BYTES,
  MAX_TITLE_CODE_POINTS,
} from "./limits.ts";

/** Why a typed text cannot be sent. */
export type TextFault = "empty" | "too-long";

interface LineRules {
  readonly maxCodePoints: number;
  readonly maxBytes: number;
  readonly mayBeEmpty: boolean;
  /** In names nothing invisible may tell two of them apart; in other lines marks of direction help. */
  readonly directionMarks: boolean;
}

const NAME: LineRules = {
  maxCodePoints: MAX_NAME_CODE_POINTS,
  maxBytes: MAX_NAME_BYTES,
  mayBeEmpty: false,
  directionMarks: false,
};
const TITLE: LineRules = {
  maxCodePoints: MAX_TITLE_CODE_POINTS,
  maxBytes: MAX_TITLE_BYTES,
  mayBeEmpty: false,
  directionMarks: true,
};
const PLACE: LineRules = {
  maxCodePoints: MAX_PLACE_CODE_POINTS,
  maxBytes: MAX_PLACE_BYTES,
  mayBeEmpty: true,
  directionMarks: true,
};
const QUESTION: LineRules = {
  maxCodePoints: MAX_QUESTION_CODE_POINTS,
  maxBytes: MAX_QUESTION_BYTES,
  mayBeEmpty: false,
  directionMarks: true,
};
const OPTION: LineRules = {
  maxCodePoints: MAX_OPTION_CODE_POINTS,
  maxBytes: MAX_OPTION_BYTES,
  mayBeEmpty: false,
  directionMarks: true,
};
const FILE_NAME: LineRules = {
  maxCodePoints: MAX_FILE_NAME_CODE_POINTS,
  maxBytes: MAX_FILE_NAME_BYTES,
  mayBeEmpty: true,
  directionMarks: false,
};

// Built once from our own tables; the flag `u` makes code points of surrogate pairs, and nothing in these patterns
// depends on the platform's Unicode data.
const NOT_IN_TEXT = classOf(CONTROLS, BIDI_OVERRIDES);
const SHOWS_NOTHING = classOf(
  "9-a",
  SPACES,
  INVISIBLE,
  JOINERS,
  BIDI_MARKS,
  BIDI_BRACKETS,
  VARIATION_SELECTORS,
);
const NOT_IN_LINE = classOf("9-a", CONTROLS, BIDI_OVERRIDES, BIDI_BRACKETS);
const OTHER_SPACES = classOf(SPACES.replace("20 ", ""));
const AFTER_WHICH_NO_JOINER = `[\\u{0}-\\u{5ff}${classOf(SPACES, JOINERS)}]`;

const forbiddenInText = new RegExp(`[${NOT_IN_TEXT}]`, "u");
const visible = new RegExp(`[^${SHOWS_NOTHING}]`, "u");
/** What makes a line refused; the same patterns tell composing what to take out. */
const forbiddenInLine = [
  `[${NOT_IN_LINE}${OTHER_SPACES}${classOf(INVISIBLE)}]`,
  "^ | $| (?= )",
  // Behind Latin, Greek, Cyrillic or Hebrew letters and digits, spaces and each other, joiners are only invisible.
  `(?<=^|${AFTER_WHICH_NO_JOINER})[${classOf(JOINERS)}]`,
  `(?<=^|[${classOf("20", JOINERS, VARIATION_SELECTORS)}])[${classOf(VARIATION_SELECTORS)}]`,
  `(?<=[${classOf(MARKS)}]{${MAX_STACKED_MARKS}})[${classOf(MARKS)}]`,
].join("|");
const forbiddenInAnyLine = new RegExp(forbiddenInLine, "u");
const forbiddenInName = new RegExp(
  `[${classOf(BIDI_MARKS)}]|${forbiddenInLine}`,
  "u",
);

/** A message: any script, line feeds and tabs, something visible, within its bound. */
export function isText(text: string): boolean {
  return isBlock(text, MAX_TEXT_BYTES) && visible.test(text);
}

/** An agenda: as a message, shorter, and it may be empty. */
export function isAgenda(text: string): boolean {
  return isBlock(text, MAX_AGENDA_BYTES) && (text === "" || visible.test(text));
}

/** What a person or a circle is called. */
export function isName(text: string): boolean {
  return isLine(text, NAME);
}

/** The title of a notice: one line. */
export function isTitle(text: string): boolean {
  return isLine(text, TITLE);
}

/** The place of a notice: one line, possibly a link; it may be empty. */
export function isPlace(text: string): boolean {
  return isLine(text, PLACE);
}

/** What a poll asks: one line. */
export function isQuestion(text: string): boolean {
  return isLine(text, QUESTION);
}

/** What can be chosen in a poll: one line. */
export function isOption(text: string): boolean {
  return isLine(text, OPTION);
}

const inPath = /[/\\]|^\.{1,2}$/;

/** What an attachment is called: as a name, no path, and it may be empty. */
export function isFileName(text: string): boolean {
  return isLine(text, FILE_NAME) && !inPath.test(text);
}

/** What somebody typed, as a message. */
export function composeText(typed: string): Result<string, TextFault> {
  return composeBlock(typed, isText);
}

/** What somebody typed, as an agenda. */
export function composeAgenda(typed: string): Result<string, TextFault> {
  return composeBlock(typed, isAgenda);
}

/** What somebody typed, as the name of a person or of a circle. */
export function composeName(typed: string): Result<string, TextFault> {
  return composeLine(typed, NAME);
}

/** What somebody typed, as the title of a notice. */
export function composeTitle(typed: string): Result<string, TextFault> {
  return composeLine(typed, TITLE);
}

/** What somebody typed, as the place of a notice. */
export function composePlace(typed: string): Result<string, TextFault> {
  return composeLine(typed, PLACE);
}

/** What somebody typed, as the question of a poll. */
export function composeQuestion(typed: string): Result<string, TextFault> {
  return composeLine(typed, QUESTION);
}

/** What somebody typed, as an option of a poll. */
export function composeOption(typed: string): Result<string, TextFault> {
  return composeLine(typed, OPTION);
}

/** The name of a file as a device gave it, without its path; what cannot be made fit is left empty. */
export function composeFileName(given: string): string {
  const last = given.slice(-MAX_TYPED_LENGTH).split(/[/\\]/).at(-1) ?? "";
  const name = composeLine(last, FILE_NAME);
  return name.ok && isFileName(name.value) ? name.value : "";
}

function isBlock(text: string, maxBytes: number): boolean {
  return (
    fitsBytes(text, maxBytes) &&
    text.isWellFormed() &&
    !forbiddenInText.test(text)
  );
}

function isLine(text: string, rules: LineRules): boolean {
  if (text === "") return rules.mayBeEmpty;
  return (
    fitsLine(text, rules) &&
    text.isWellFormed() &&
    !(rules.directionMarks ? forbiddenInAnyLine : forbiddenInName).test(text) &&
    visible.test(text)
  );
}

function fitsLine(text: string, rules: LineRules): boolean {
  return (
    fitsBytes(text, rules.maxBytes) &&
    codePointsOf(text).length <= rules.maxCodePoints
  );
}

/** A UTF-16 unit takes one to three bytes, so that most texts need no encoding to be measured. */
function fitsBytes(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return true;
  return (
    text.length <= maxBytes &&
    encodeUtf8(text.toWellFormed()).length <= maxBytes
  );
}

const lineBreaks = /\r\n?|[\u2028\u2029]/g;
const forbiddenInTexts = new RegExp(`[${NOT_IN_TEXT}]`, "gu");

function composeBlock(
  typed: string,
  isAllowed: (text: string) => boolean,
): Result<string, TextFault> {
  const text = typed
    .toWellFormed()
    .replace(lineBreaks, "\n")
    .replace(forbiddenInTexts, "")
    .trim();
  if (isAllowed(text)) return ok(text);
  return err(visible.test(text) ? "too-long" : "empty");
}

// Far above every line's bound: a pasted book is refused as too long without being gone through again and again.
const MAX_TYPED_LENGTH = 16_384;
const anySpaces = new RegExp(`[${classOf("9-d 85 2028-2029", SPACES)}]+`, "gu");
const outOfName = new RegExp(forbiddenInName.source, "gu");
const outOfLine = new RegExp(forbiddenInAnyLine.source, "gu");

function composeLine(
  typed: string,
  rules: LineRules,
): Result<string, TextFault> {
  const forbidden = rules.directionMarks ? outOfLine : outOfName;
  let line = typed
    .slice(0, MAX_TYPED_LENGTH)
    .toWellFormed()
    .replace(anySpaces, " ");
  // Taking something out brings together what may combine or may not stand together, so once is not enough.
  for (let before = ""; before !== line;) {
    before = line;
    line = line.normalize("NFC").replace(forbidden, "");
  }
  if (!visible.test(line)) {
    return rules.mayBeEmpty ? ok("") : err("empty");
  }
  return fitsLine(line, rules) ? ok(line) : err("too-long");
}
