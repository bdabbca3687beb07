// Says in the output which statements the store runs, in every thread of a process: `--import statement-hook.mjs`. The
// same request that costs another look at a table is told apart by whoever measures time.

import { writeSync } from "node:fs";
import { StatementSync } from "node:sqlite";

for (const name of ["all", "get", "iterate", "run"]) {
  const real = StatementSync.prototype[name];
  StatementSync.prototype[name] = function (...given) {
    // At once, so that it stands where it belongs among what other threads say.
    writeSync(1, `work: ${this.sourceSQL}\n`);
    return real.apply(this, given);
  };
}
