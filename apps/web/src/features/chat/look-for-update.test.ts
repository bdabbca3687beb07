import { describe, expect, it } from "vitest";
import { lookForUpdate, type Kept } from "./look-for-update.ts";

function kept(found: Partial<Kept>): () => Promise<Kept> {
  return async () => ({
    update: async () => undefined,
    installing: null,
    waiting: null,
    ...found,
  });
}

describe("looking for an update", () => {
  it("[AP-37] finds a version that is fetched or waits", async () => {
    expect(await lookForUpdate(kept({ installing: {} }))).toBe("found");
    expect(await lookForUpdate(kept({ waiting: {} }))).toBe("found");
    expect(await lookForUpdate(kept({}))).toBe("nothing");
  });

  it("[AP-37] finds nothing offline, and where the browser keeps no app", async () => {
    const update = () => Promise.reject(new Error("offline"));
    expect(await lookForUpdate(kept({ update }))).toBe("nothing");
    expect(await lookForUpdate(async () => undefined)).toBe("nothing");
  });
});
