// What an operator reads when the relay does not start: one sentence, with the next step (HT-14).

import type { StartFault } from "./start-relay.ts";

/** One sentence for one fault. */
export function describeStartFault(fault: StartFault): string {
  switch (fault.kind) {
    case "app-missing":
      return `There is no built app in ${fault.folder}: build it with \`npm start\`, or set HALQA_APP to the folder that has its index.html.`;
    case "app-too-large":
      return `The folder ${fault.folder} holds more than a built app: set HALQA_APP to the folder that the build made.`;
    case "data-not-writable":
      return `The data folder ${fault.folder} cannot be written (${fault.code}): set HALQA_DATA to one that can.`;
    case "not-listening":
      return describeListenFault(fault);
  }
}

function describeListenFault(
  fault: Extract<StartFault, { kind: "not-listening" }>,
): string {
  switch (fault.code) {
    case "EADDRINUSE":
      return `Port ${fault.port} is taken by another program: stop that one, or set HALQA_PORT to a free port.`;
    case "EACCES":
      return `This user may not open port ${fault.port}: set HALQA_PORT to one above 1023.`;
    default:
      return `The relay cannot listen on ${fault.host}, port ${fault.port} (${fault.code}): set HALQA_HOST to an address of this machine.`;
  }
}
