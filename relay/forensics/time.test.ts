// A relay's disk tells the day of what it keeps, and no finer time (docs/spec/forensics.md). The relay's clock is moved to
// a day that nothing else is on; the true time is searched for as well, for what asks the system itself.

import { afterAll, describe, expect, it } from "vitest";
import { readFiles, readRows } from "./support/disk.ts";
import {
  momentsInBytes,
  momentsInRows,
  momentsInText,
  type Moment,
} from "./support/moments.ts";
import { simulate } from "./support/population.ts";
import { withoutBodies } from "./support/search.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

const THEN = "2037-03-14T15:09:26.535Z";
const DAY = Math.floor(Date.parse(THEN) / 86_400_000);

interface Found {
  readonly rows: readonly string[];
  readonly bytes: readonly string[];
  readonly texts: readonly string[];
  readonly output: readonly string[];
  /** Every number that is stored, each once. */
  readonly numbers: readonly number[];
}

async function searchForTime(leak?: string): Promise<Found> {
  const relay = await startWatchedRelay({ leak, at: THEN });
  relays.push(relay);
  const world = await simulate(relay.port, { users: 4, circles: 2 });
  await world.close();
  const moments: readonly Moment[] = [
    { name: "the relay's time", at: Date.parse(THEN) },
    { name: "the true time", at: Date.now() },
    {
      name: "the system's uptime",
      at: Number(process.hrtime.bigint()) / 1e6,
      isUptime: true,
    },
  ];
  await relay.stop();
  const rows = readRows(relay.dataFolder);
  const sent = [world.entries, world.messages, world.deleted, world.parts]
    .flat()
    .map(({ body }) => body);
  const files = readFiles(relay.dataFolder).map(({ name, bytes }) => ({
    name,
    bytes: withoutBodies(bytes, sent),
  }));
  const stored = rows.flatMap(({ values }) => Object.values(values));
  return {
    rows: momentsInRows(rows, moments),
    bytes: files.flatMap(({ bytes }) => momentsInBytes(bytes, moments)),
    texts: files.flatMap(({ name, bytes }) => [
      ...momentsInText(Buffer.from(name), moments),
      ...momentsInText(bytes, moments),
    ]),
    output: momentsInText(relay.output(), moments),
    numbers: [
      ...new Set(stored.filter((one) => typeof one === "bigint").map(Number)),
    ],
  };
}

describe("the time on a relay's disk", () => {
  it("[FO-10] is the day, and nothing finer in any form", async () => {
    const { rows, bytes, texts, output, numbers } = await searchForTime();
    expect({ rows, bytes, texts, output }).toEqual({
      rows: [],
      bytes: [],
      texts: [],
      output: [],
    });
    // The relay did live on that day, and told the store.
    expect(numbers).toContain(DAY);
  });
});

describe("a leak", () => {
  it.each(["milliseconds-on-disk", "hours-on-disk", "time-of-sqlite"])(
    "[FO-10] of %s is found in the rows",
    async (leak) => {
      expect((await searchForTime(leak)).rows).not.toEqual([]);
    },
  );

  it("[FO-10] of the time in bodies is found in the bytes", async () => {
    const { bytes } = await searchForTime("double-in-bodies");
    expect(bytes).not.toEqual([]);
  });

  it("[FO-10] of the time into the output is found", async () => {
    expect((await searchForTime("time-in-output")).output).not.toEqual([]);
  });
});
