/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Passes the wish to end on to a child and leaves it to the child how to end; resolves with its exit code.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
export function followChild(child) {
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
