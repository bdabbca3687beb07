/** One thread's share of the stories: it installs the crypto that is asked for before anything loads the other one. */
import { parentPort, workerData } from "node:worker_threads";
import { assertInvariant } from "@halqa/bytes";
import { installSymbolicCrypto } from "@halqa/crypto/symbolic";
import type { Share, WorkerMessage } from "./in-workers.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- in-workers.ts starts this thread with it
const share = workerData as Share;
const port = parentPort;
assertInvariant(port !== null, "this is a thread");
const tell = (message: WorkerMessage): void => port.postMessage(message);

if (share.isSymbolic) installSymbolicCrypto();
const { runSeeds, tellAgain } = await import("./run-seeds.ts");

if (share.plan === undefined) {
  const summary = await runSeeds({
    ...share,
    onFailure: (report, regression) =>
      tell({ type: "failure", report, regression }),
    onProgress: (seeds) => tell({ type: "progress", seeds }),
    ...(share.isLogging
      ? { log: (line: string) => tell({ type: "log", line }) }
      : {}),
  });
  tell({ type: "done", summary });
} else {
  tell({ type: "told", told: await tellAgain(share.plan) });
}
