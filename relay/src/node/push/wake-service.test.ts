// Whose word a wake-up takes for where a name leads: its own look-up's, for every connection (docs/spec/relay.md, RL-63).

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPushKey } from "./push-key.ts";
import { createWakeUp, type WakeOutcome } from "./wake-up.ts";

let folder = "";
let server: Server;
let connections = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "halqa-wake-"));
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Wakes a device whose push service's name leads to these addresses. */
async function wakeAt(...addresses: readonly string[]): Promise<{
  readonly outcome: WakeOutcome;
  readonly asked: readonly string[];
}> {
  const key = loadPushKey(folder);
  const bound = server.address();
  if (!key.ok || bound === null || typeof bound === "string") {
    throw new Error("no key or port");
  }
  const asked: string[] = [];
  const wakeUp = createWakeUp({
    key: key.value,
    contact: "mailto:relay@example.org",
    resolve: (host, done) => {
      asked.push(host);
      const found = addresses.map((address) => ({
        address,
        family: address.includes(":") ? 6 : 4,
      }));
      done(null, found);
    },
  });
  const endpoint = `https://push.example:${bound.port}/send`;
  await wakeUp(endpoint);
  return { outcome: await wakeUp(endpoint), asked };
}

describe("the name of a push service", () => {
  it.each([
    ["127.0.0.1"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["::ffff:7f00:1"],
    ["0.0.0.0"],
    ["169.254.169.254"],
    ["10.0.0.1", "1.1.1.1"],
    ["1.1.1.1", "127.0.0.1"],
  ])(
    "[RL-63] that leads to %s is asked for each time, and nobody is called",
    async (...addresses) => {
      const { outcome, asked } = await wakeAt(...addresses);
      expect(outcome).toBe("failed");
      // Otherwise the address would be somebody else's word.
      expect(asked).toEqual(["push.example", "push.example"]);
      expect(connections).toBe(0);
    },
  );
});
