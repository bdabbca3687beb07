/** Ten thousand messages that came while the device was off: opened, folded and stored in batches, until the list is whole. */
import type { DefaultRelay } from "../src/index.ts";
import { found, invite, letIn, untilRead } from "./acts.ts";
import {
  createMemoryStore,
  newFolder,
  startDevice,
  startInMemory,
} from "./device.ts";
import { keysOf, line, talk } from "./talk.ts";

const AUTHORS = 2;

/** Somebody who reads later what was said. */
export interface Joiner {
  /** Joins, and stops. */
  readonly join: (letInBy: Host) => Promise<void>;
}

export interface Reader extends Joiner {
  /** Starts again and reads all; gives the milliseconds. */
  readonly read: (circle: string) => Promise<number>;
}

export interface Host {
  readonly circle: string;
  readonly link: string;
  readonly letIn: Parameters<typeof letIn>[0]["steward"];
}

/** A device of the command line. */
export function nodeReader(relay: DefaultRelay): Reader {
  const folder = newFolder();
  return {
    join: async ({ circle, link, letIn: steward }) => {
      const joiner = await startDevice(folder, relay);
      await letIn({ steward, joiner }, circle, { link, name: "reader" });
      await joiner.engine.stop();
    },
    read: async (circle) => {
      const start = performance.now();
      const device = await startDevice(folder, relay);
      await untilRead(device, circle);
      const ms = performance.now() - start;
      await device.engine.stop();
      return ms;
    },
  };
}

/** A circle in which so much was said after these readers had stopped. */
export async function backlogFor(
  relay: DefaultRelay,
  readers: readonly Joiner[],
  count: number,
): Promise<string> {
  const stores = Array.from({ length: AUTHORS }, createMemoryStore);
  const [steward, ...others] = stores.map((store) =>
    startInMemory(store, relay),
  );
  if (steward === undefined) throw new Error("somebody founds it");
  const circle = await found(steward, "author 0");
  const link = await invite(steward, circle, 100);
  for (const [index, joiner] of others.entries())
    await letIn({ steward, joiner }, circle, {
      link,
      name: `author ${index + 1}`,
    });
  for (const reader of readers)
    await reader.join({ circle, link, letIn: steward });
  const authors = [steward, ...others];
  for (const author of authors) await untilRead(author, circle);
  for (const { engine } of authors) await engine.stop();
  const keys = stores.map((store) => keysOf(store, circle));
  await talk(relay.url, keys, { count, text: line });
  return circle;
}
