// The thread of the attackers: what they cost must not slow down who measures the relay.

import { setTimeout } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { createSeededRandom } from "@halqa/testkit";
import { IS_OVER, LOG, SENT, type AttackOrder } from "./attack-order.ts";
import { attacks } from "./attacks.ts";
import { logNamed } from "./member.ts";

// Written by the other side of this file, in the same process.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { name, port, scale, logName, state } = workerData as AttackOrder;

await attacks[name]({
  port,
  scale,
  random: createSeededRandom(name),
  log: () => logNamed(logName, Atomics.load(state, LOG)),
  isOver: () => Atomics.load(state, IS_OVER) === 1,
  sent: (count = 1) => Atomics.add(state, SENT, count),
});
// One that has an end of its own may come to it before its time.
while (Atomics.load(state, IS_OVER) === 0) await setTimeout(20);
