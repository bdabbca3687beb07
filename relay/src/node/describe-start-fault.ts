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
    case "data-in-use":
      return `Another relay is at work on the data folder ${fault.folder}: stop that one, or set HALQA_DATA to a folder of its own.`;
    case "key-damaged":
      return `The file ${fault.file} is not the key of a relay: put back a copy of it, or set HALQA_DATA to an empty folder.`;
    case "key-exposed":
      return `Other users of this machine may read ${fault.file}: take that right from them with \`chmod 600\`, or set HALQA_DATA to a folder of your own.`;
    case "store-refused":
      return describeStoreFault(fault);
    case "not-listening":
      return describeListenFault(fault);
  }
}

function describeStoreFault(
  fault: Extract<StartFault, { kind: "store-refused" }>,
): string {
  const instead = "or set HALQA_DATA to an empty folder";
  switch (fault.why) {
    case "sqlite-too-old":
      return `This Node has a SQLite before 3.51.3, which can damage ${fault.file}: start the relay with Node 24 as it is now (HALQA_DATA may stay).`;
    case "not-durable":
      return `The file system of ${fault.file} does not keep what is written to it: set HALQA_DATA to a folder on a local disk.`;
    case "newer":
      return `The file ${fault.file} was written by a later version of the relay: start that one, ${instead}.`;
    case "other-key":
      return `The file ${fault.file} belongs to another key than the relay.key beside it: put back the two that belong together, ${instead}.`;
    case "damaged":
      return `The file ${fault.file} is damaged or no file of a relay: put back a copy of it, ${instead}.`;
  }
}

function describeListenFault(
  fault: Extract<StartFault, { kind: "not-listening" }>,
): string {
  switch (fault.code) {
    case "EADDRINUSE":
      return `Port ${fault.port} is taken by another program: stop that one, or set ${fault.setting} to a free port.`;
    case "EACCES":
      return `This user may not open port ${fault.port}: set ${fault.setting} to one above 1023.`;
    default:
      return `The relay cannot listen on ${fault.host}, port ${fault.port} (${fault.code}): set HALQA_HOST to an address of this machine.`;
  }
}
