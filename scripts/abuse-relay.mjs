// `npm run abuse:relay -- [--only NAME] [--seconds N] [--scale N] [--memory MIB]`: attacks a relay of its own in ten ways, with the numbers of docs/spec/relay-node.md, and says what became of an honest steward meanwhile.

import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap();
const { fail } = await import("./fail.mjs");
const { ensureInstalled } = await import("./install.mjs");

const usage = `Usage: npm run abuse:relay -- [--only NAME] [--seconds N] [--scale N] [--memory MIB]
  --only NAME   one attack (all of them, one after the other)
  --seconds N   how long each goes on (20)
  --scale N     its part of the whole number of attackers (1)
  --memory MIB  what the relay may take (1024, as it is started)`;
/** An answer to the steward may take so long, one in a hundred longer. */
const MOST_MS = 2_000;

await ensureInstalled();
const { ATTACKS, runAbuse } =
  await import("../relay/src/testing/abuse/run-abuse.ts");
const { names, seconds, scale, memoryMiB } = readArguments();

let faults = 0;
for (const name of names) {
  const suffered = await runAbuse({
    name,
    scale,
    forMs: seconds * 1_000,
    memoryMiB,
  });
  const holds = isHeld(suffered);
  if (!holds) faults += 1;
  process.stdout.write(
    `${lineOf(name, suffered)}${holds ? "" : ", NOT HELD"}\n`,
  );
}
process.stdout.write(`${names.length} attacks, ${faults} not held\n`);
process.exitCode = faults > 0 ? 1 : 0;

function isHeld({ written, arrived, p99Ms, peakMiB }) {
  return (
    written > 0 && arrived === written && p99Ms < MOST_MS && peakMiB < memoryMiB
  );
}

function lineOf(name, of) {
  const parts = [
    `${of.sent} sent`,
    `${of.arrived} of ${of.written} entries in`,
    `p99 ${of.p99Ms.toFixed(0)} ms`,
    `${of.letIn} of ${of.came} newcomers in`,
    `${of.peakMiB.toFixed(0)} of ${memoryMiB} MiB`,
  ];
  return `${name}: ${parts.join(", ")}`;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string" },
        seconds: { type: "string", default: "20" },
        scale: { type: "string", default: "1" },
        memory: { type: "string", default: "1024" },
      },
    });
    const chosen = ATTACKS.filter((name) => name === (values.only ?? name));
    if (chosen.length === 0) {
      throw new Error(`There are: ${ATTACKS.join(", ")}.`);
    }
    return {
      names: chosen,
      seconds: positive(values.seconds),
      scale: positive(values.scale),
      memoryMiB: positive(values.memory),
    };
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}

/** @param {string} text */
function positive(text) {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${text} is not a number above 0.`);
}
