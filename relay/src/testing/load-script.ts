// `node load-script.ts FOLDER SEED`: a process that appends to a store from many sides until it is killed, and says of each
// entry what it was answered. What came is merged all the time, so that the end meets that as often as anything else.

import { writeSync } from "node:fs";
import { encodeHex, InvariantError } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import { openStore } from "../node/store/open-store.ts";
import { append, createLog, id } from "./log-store-contract.ts";

const WRITERS = 32;
const LOGS = 8;

const [folder = "", seed = ""] = process.argv.slice(2);
const random = createSeededRandom(seed);
const opened = await openStore({ folder, relayPub: id(0), settleMs: 10 });
if (!opened.ok) throw new InvariantError(opened.error.kind);
const { run } = opened.value;
for (let n = 0; n < LOGS; n++) await run([createLog(n)]);
writeSync(1, "ready\n");
await Promise.all(Array.from({ length: WRITERS }, write));

async function write(): Promise<void> {
  for (;;) {
    const n = random.int(LOGS);
    const entry = append(n, random.bytes(200 + random.int(3_000)));
    const [result] = await run([{ ...entry, maxSeq: 1_000_000 }]);
    if (result?.t !== "appended") throw new InvariantError("not appended");
    const { seq, head } = result;
    writeSync(
      1,
      `${n} ${seq} ${encodeHex(entry.entryId)} ${encodeHex(head)}\n`,
    );
  }
}
