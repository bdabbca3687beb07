// Child processes that end with their parent, and a parent that says truly how they ended.

import { constants } from "node:os";

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * @typedef {{ code: number, interruptedBy: NodeJS.Signals | undefined }} Ended
 * `code` is the child's exit code, or 128 and the number of the signal that ended it, as shells count.
 */

/**
 * Passes the wish to end on to a child and leaves it to the child how to end.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<Ended>}
 */
export function followChild(child) {
  /** @type {NodeJS.Signals | undefined} */
  let interruptedBy;
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    interruptedBy = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise((resolve) => {
    /** @param {number} code */
    const end = (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve({ code, interruptedBy });
    };
    child.on("error", () => end(1));
    child.on("exit", (code, signal) =>
      end(code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 0)),
    );
  });
}

/**
 * Follows a child that is one step of a longer script. Where the script is asked to end, it waits for the child, then
 * `clean`s up and ends as interrupted: it never goes on, and never ends as if all had been done.
 * @param {import("node:child_process").ChildProcess} child
 * @param {() => void} [clean]
 * @returns {Promise<number>} the child's exit code
 */
export async function followStep(child, clean = () => {}) {
  const { code, interruptedBy } = await followChild(child);
  if (interruptedBy !== undefined) {
    clean();
    process.exit(128 + constants.signals[interruptedBy]);
  }
  return code;
}
