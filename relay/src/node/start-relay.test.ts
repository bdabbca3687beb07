// Starts and ends of a relay in this process, over one data folder.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOSE_CODES } from "@halqa/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createScratch } from "../testing/app-folder.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import {
  append,
  connectClient,
  createBody,
  createInbox,
  createInboxKeys,
  createLog,
  createLogKeys,
  openLog,
  prove,
  readLog,
} from "../testing/relay-client.ts";
import { startTestRelay } from "../testing/started-relay.ts";
import { startRelay } from "./start-relay.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let dataFolder = "";

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), "halqa-data-"));
});

afterEach(() => {
  rmSync(dataFolder, { recursive: true, force: true });
});

/** Why a relay does not start over the data folder. */
async function faultOf(): Promise<string | undefined> {
  const scratch = createScratch();
  const { appFolder } = scratch;
  const started = await startRelay({
    port: 0,
    host: "127.0.0.1",
    appFolder,
    dataFolder,
  });
  if (started.ok) await started.value.close();
  scratch.remove();
  return started.ok ? undefined : started.error.kind;
}

describe("a relay that starts again", () => {
  it("[RN-11] [RN-2] has its key, logs, heads, chain and messages", async () => {
    const first = await startTestRelay({ dataFolder });
    const before = await connectClient(first.port);
    const keys = createLogKeys();
    const inbox = createInboxKeys();
    await createLog(before, keys);
    await createInbox(before, inbox);
    const bodies = [createBody(), createBody(16_128), createBody(65_280)];
    for (const body of bodies) await append(before, keys.id, body);
    const message = createBody();
    await before.expect("ok", {
      type: "inbox-send",
      sendId: inbox.sendId,
      body: message,
    });
    const question = {
      type: "read",
      logId: keys.id,
      fromSeq: 1,
      limit: 0,
    } as const;
    const head = await before.expect("caught-up", question);
    await first.close();

    const second = await startTestRelay({ dataFolder });
    const after = await connectClient(second.port);
    expect(after.relayPub).toEqual(before.relayPub);
    expect(after.challenge).not.toEqual(before.challenge);
    await openLog(after, keys);
    const { seq, head: hash } = await after.expect("caught-up", question);
    expect({ seq, hash }).toEqual({ seq: 3, hash: head.head });
    const all = await readLog(after, keys.id);
    expect(Buffer.concat(all).equals(Buffer.concat(bodies))).toBe(true);
    expect((await append(after, keys.id, createBody())).seq).toBe(4);
    await after.expect("inbox-caught-up", {
      type: "open-inbox",
      inboxId: inbox.id,
      signature: prove(after, {
        key: inbox.owner,
        operation: "open-inbox",
        id: inbox.id,
      }),
    });
    const kept = after.received.filter(({ type }) => type === "inbox-message");
    expect(kept).toEqual([
      { type: "inbox-message", inboxId: inbox.id, seq: 1, body: message },
    ]);
    await second.close();
  });

  it("[RN-2] [RN-18] does not start without the key that its logs belong to", async () => {
    await (await startTestRelay({ dataFolder })).close();
    const file = join(dataFolder, "relay.key");
    const key = readFileSync(file);
    rmSync(file);
    expect(await faultOf()).toBe("store-refused");
    writeFileSync(file, "no key");
    expect(await faultOf()).toBe("key-damaged");
    // Nothing is held or harmed by a start that failed.
    writeFileSync(file, key);
    expect(await faultOf()).toBeUndefined();
  });

  it("[RN-1] does not start on a folder in use", async () => {
    const relay = await startTestRelay({ dataFolder });
    expect(await faultOf()).toBe("data-in-use");
    await relay.close();
    expect(await faultOf()).toBeUndefined();
  });
});

describe("a relay that ends", () => {
  it("[RN-16] answers what is under way, says goodbye, and has what it answered", async () => {
    const first = await startTestRelay({ dataFolder });
    const client = await connectClient(first.port);
    const keys = createLogKeys();
    await createLog(client, keys);
    const bodies = Array.from({ length: 100 }, () => createBody());
    const appended = bodies.map((body) => append(client, keys.id, body));
    await appended[0];
    await Promise.all([first.close(), first.close()]);
    expect(await client.ended).toBe(CLOSE_CODES.restart);
    const outcomes = await Promise.allSettled(appended);
    const answered = outcomes.filter(({ status }) => status === "fulfilled");

    const second = await startTestRelay({ dataFolder });
    const after = await connectClient(second.port);
    await openLog(after, keys);
    const all = Buffer.concat(await readLog(after, keys.id));
    const wanted = Buffer.concat(bodies.slice(0, answered.length));
    expect(all.equals(wanted)).toBe(true);
    await second.close();
  });

  it("[RN-16] [HT-15] does not wait for those who do not answer its goodbye", async () => {
    const relay = await startTestRelay({ sockets: { goodbyeMs: 50 } });
    const deaf = await openRawSocket(relay.port);
    deaf.pause();
    await relay.close();
    deaf.close();
    await deaf.ended;
  });
});
