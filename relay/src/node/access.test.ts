// A closed relay, and those who know its secret.

import { createHmac } from "node:crypto";
import { decodeBase64url } from "@halqa/bytes";
import { bytesToAuthenticate } from "@halqa/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectClient,
  createLogKeys,
  prove,
  type RelayClient,
} from "../testing/relay-client.ts";
import { startTestRelay, type StartedRelay } from "../testing/started-relay.ts";
import { createAccessSecret } from "./access-secret.ts";

const [current, former, retired] = [secret(), secret(), secret()];
let relay: StartedRelay;

beforeAll(async () => {
  relay = await startTestRelay({ config: { access: [current, former] } });
});

afterAll(() => relay.close());

function secret(): Uint8Array {
  const made = decodeBase64url(createAccessSecret());
  return made.ok ? made.value : new Uint8Array();
}

/** What the relay says to a log made under this secret, or without one. */
async function askWith(
  client: RelayClient,
  known: Uint8Array | undefined,
): Promise<string> {
  const { id, write, read } = createLogKeys();
  const { relayPub, challenge } = client;
  const message = bytesToAuthenticate({
    operation: "create-log",
    relayPub,
    challenge,
    id,
  });
  const answer = await client.ask({
    type: "create-log",
    writePub: write.publicKey,
    readPub: read.publicKey,
    writeSignature: prove(client, {
      key: write,
      operation: "create-log/write",
      id,
    }),
    readSignature: prove(client, {
      key: read,
      operation: "create-log/read",
      id,
    }),
    access:
      known === undefined
        ? undefined
        : new Uint8Array(createHmac("sha256", known).update(message).digest()),
  });
  return answer.type === "error" ? answer.code : answer.type;
}

describe("a relay with HALQA_ACCESS", () => {
  it("[RL-12] [HT-26] makes logs for those who know the secret, or the one before it", async () => {
    const client = await connectClient(relay.port);
    expect(await askWith(client, current)).toBe("ok");
    expect(await askWith(client, former)).toBe("ok");
    expect(await askWith(client, retired)).toBe("access");
    expect(await askWith(client, undefined)).toBe("access");
    await client.close();
  });

  it("[HT-26] draws each secret anew", () => {
    const made = Array.from({ length: 50 }, createAccessSecret);
    expect(new Set(made).size).toBe(50);
    for (const one of made) expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
