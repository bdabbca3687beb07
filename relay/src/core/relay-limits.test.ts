// How long things are kept, as docs/spec/relay.md tells people.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KEPT_DAYS, RELAY_QUOTAS } from "./relay-limits.ts";

const page = readFileSync(
  join(import.meta.dirname, "../../../docs/spec/relay.md"),
  "utf8",
);

/** The number in the table of the page behind the row that begins so. */
function days(row: string): number {
  const line = page.split("\n").find((one) => one.startsWith(`| ${row}`));
  return Number(line?.split("|")[2]?.trim());
}

describe("what a relay keeps", () => {
  it("[RL-54] [RL-61] is kept for as long as the page says", () => {
    expect(KEPT_DAYS).toEqual({
      entries: days("an entry"),
      logs: days("a log: its keys"),
      messages: days("a message"),
      inboxes: days("an inbox"),
      blobs: days("a blob  "),
      unfinished: days("a blob of which a part is missing"),
      devices: 60,
    });
    expect(page).toContain("and 60 days after it was last there");
  });

  it("[RL-43] is at most what the page says", () => {
    expect(page).toContain("1,000,000 each (parts: 1,048,576)");
    expect(RELAY_QUOTAS).toEqual({
      logs: 1_000_000,
      inboxes: 1_000_000,
      blobParts: 1_048_576,
    });
  });
});
