/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Passes the wish to end on to a child and leaves it to the child how to end; resolves with its exit code.
 * A child that the passed signal itself ended, before it could answer, has ended as asked: 0.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
export function followChild(child) {
  /** @type {Set<string | null>} */
  const passedOn = new Set();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      passedOn.add(signal);
      child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (code, signal) =>
      resolve(code ?? (passedOn.has(signal) ? 0 : 1)),
    );
  });
}
