// What others wrote, in a terminal: escape sequences in a name or message could move the cursor or set a window title, line
// breaks could fake another line of output, and direction characters could turn a line around. Joiners between letters stay:
// Kurdish and Persian are written with them.

const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The line with all such characters as `\u202e`. */
export function visible(line: string): string {
  return line.replace(
    UNPRINTABLE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
