import { availableParallelism } from "node:os";
import { runTool } from "./run.mjs";
import { steps } from "./steps.mjs";

/**
 * Runs every check, as many at a time as there are processors, and prints a line each; a failing one prints all that its tool said.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const queue = [...steps];
  let passed = 0;
  let failed = 0;
  const work = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const { code, output } = await runTool(step);
      if (code === 0) passed += 1;
      else failed += 1;
      process.stdout.write(
        code === 0
          ? `check: ${step.name} ok\n`
          : `check: ${step.name} FAILED\n${output}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { passed, failed };
}
