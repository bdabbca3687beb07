// A backup as an operator makes it: a process beside the relay.

import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createScratch } from "./testing/app-folder.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
  readLog,
} from "./testing/relay-client.ts";
import { runRelay, spawnRelay } from "./testing/relay-process.ts";

const scratch = createScratch();

afterAll(() => {
  scratch.remove();
});

describe("node relay/src/main.ts backup", { timeout: 30_000 }, () => {
  it("[RN-28] [RN-29] copies the store of a relay that goes on, and the copy is a relay's", async () => {
    const settings = (name: string) => ({
      HALQA_APP: scratch.appFolder,
      HALQA_DATA: join(scratch.folder, name),
    });
    const relay = spawnRelay(settings("first"));
    const client = await connectClient(await relay.port);
    const keys = createLogKeys();
    await createLog(client, keys);
    const body = createBody();
    const { seq, head } = await append(client, keys.id, body);
    const file = join(scratch.folder, "copy.db");
    const made = await runRelay(["backup", file], settings("first"));
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toContain(`${file} (${statSync(file).size} bytes)`);
    expect(await append(client, keys.id, createBody())).toMatchObject({
      seq: 2,
    });
    relay.kill("SIGTERM");
    await relay.ended;
    // The one that comes back knows what was there when it was copied, under the same key.
    const folder = join(scratch.folder, "second");
    mkdirSync(folder, { mode: 0o700 });
    copyFileSync(file, join(folder, "relay.db"));
    copyFileSync(
      join(scratch.folder, "first", "relay.key"),
      join(folder, "relay.key"),
    );
    const second = spawnRelay(settings("second"));
    const again = await connectClient(await second.port);
    await createLog(again, keys);
    expect(await readLog(again, keys.id)).toEqual([body]);
    expect(await append(again, keys.id, body)).toMatchObject({ seq, head });
    second.kill("SIGTERM");
    await second.ended;
  });

  it("[RN-28] says in one sentence why there is none", async () => {
    const HALQA_DATA = join(scratch.folder, "none");
    const made = await runRelay(["backup", "copy.db"], { HALQA_DATA });
    expect(made).toMatchObject({ code: 1, stdout: "" });
    expect(made.stderr).toMatch(/^There is no relay\.db in [^\n]+\.\n$/);
  });
});
