// What the process takes, looked at once a second (docs/spec/relay-node.md, RN-64). The system that runs out of memory
// ends the whole relay; so nobody new is let in before that, and then those are cut who hold most.

import process from "node:process";
import type { SocketLimits } from "../core/index.ts";

type MemoryLimits = Pick<SocketLimits, "memoryBytes" | "memoryMs">;

export interface MemoryListener {
  /** Whether anybody new may come in. */
  fill(isFull: boolean): void;
  /** More is taken than may be, by so much. */
  shed(bytes: number): void;
}

/** At this part of what may be taken the door closes. */
const FULL = 0.75;

/** Begins to look; the answer ends it. `read` says what the process takes. */
export function watchMemory(
  { memoryBytes, memoryMs }: MemoryLimits,
  listener: MemoryListener,
  read: () => number = () => process.memoryUsage.rss(),
): () => void {
  const timer = setInterval(() => {
    const taken = read();
    listener.fill(taken > memoryBytes * FULL);
    if (taken > memoryBytes) listener.shed(taken - memoryBytes);
  }, memoryMs);
  timer.unref();
  return () => clearInterval(timer);
}
