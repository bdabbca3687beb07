// `node append-script.ts FOLDER COUNT`: a process that opens a store, appends so many entries one after the other, and says
// of each what became of it. For tests that watch, or disturb, what it asks of the operating system.

import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { InvariantError } from "@halqa/bytes";
import { openStore } from "../node/store/open-store.ts";
import { append, body, createLog, id, read } from "./log-store-contract.ts";

const [folder = "", count = "0"] = process.argv.slice(2);
const opened = await openStore({ folder, relayPub: id(0), settleMs: 60_000 });
if (!opened.ok) throw new InvariantError(opened.error.kind);
const store = opened.value;
await store.run([createLog(1)]);
for (let n = 1; n <= Number(count); n++) {
  // One write to the output for each, so that a trace of system calls shows where one ends.
  const said = await store.run([append(1, body(n))]).then(
    ([result]) => (result?.t === "appended" ? "appended" : "else"),
    () => "failed",
  );
  const readable = await store.run([read(1)]).then(
    () => "readable",
    () => "unreadable",
  );
  writeSync(1, `${said} ${readable} ${String(store.isReadOnly())}\n`);
  // Longer than it takes until the disk is tried again.
  if (said === "failed") await setTimeout(1_100);
}
await store.close();
