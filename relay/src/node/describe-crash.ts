// What is said of a mistake of our own that ends the relay (docs/spec/http.md, HT-25): what it was and where in the code,
// never what it was about. A message of Node or of a library may quote the value that it did not like.

import { InvariantError } from "@halqa/bytes";

// The innermost calls; the rest is how the event loop came there.
const FRAMES = 8;

/** A sentence and places in the code. */
export function describeCrash(error: unknown): string {
  if (!(error instanceof Error)) {
    return "The relay ends by a mistake of its own.";
  }
  const { name, stack = "" } = error;
  const code = "code" in error ? ` (${String(error.code)})` : "";
  // Of our own making, and made of constants.
  const said = error instanceof InvariantError ? `: ${error.message}` : "";
  const places = stack
    .split("\n")
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .slice(0, FRAMES);
  const first = `The relay ends by a mistake of its own, ${name}${code}${said}.`;
  return [first, ...places].join("\n");
}
