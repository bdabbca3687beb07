// A relay that is attacked through real connections, and an honest client that goes on being served.

import { setTimeout } from "node:timers/promises";
import { CLOSE_CODES, type ClientCommand } from "@halqa/protocol";
import {
  createSeededRandom,
  mutateBytes,
  type SeededRandom,
} from "@halqa/testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SocketLimits } from "../core/index.ts";
import { openRaw, type RawConnection } from "../testing/raw-client.ts";
import {
  clientFrame,
  closeCodeOf,
  OPCODES,
  openRawSocket,
  upgradeRequest,
} from "../testing/raw-socket.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
  frameOf,
  openLog,
  type RelayClient,
} from "../testing/relay-client.ts";
import {
  startTestRelay,
  type RelayOptions,
  type StartedRelay,
} from "../testing/started-relay.ts";

const { binary, continuation, ping } = OPCODES;
const hello = frameOf({ type: "hello", request: 1, nonce: createBody(32) });
const ROUND_TRIPS = 20;

// What is flooded takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let relay: StartedRelay | undefined;

afterEach(() => relay?.close());

/** A relay for one test, and somebody honest on it. */
async function start(
  sockets: Partial<SocketLimits> = {},
  options: RelayOptions = {},
): Promise<{ port: number; honest: RelayClient }> {
  relay = await startTestRelay({
    ...options,
    sockets: { goodbyeMs: 100, ...sockets },
  });
  return { port: relay.port, honest: await connectClient(relay.port) };
}

/** The honest client writes and reads, as often as it takes to be sure. */
async function expectServed(honest: RelayClient): Promise<void> {
  const keys = createLogKeys();
  await createLog(honest, keys);
  for (let i = 1; i <= ROUND_TRIPS; i++) {
    expect((await append(honest, keys.id, createBody())).seq).toBe(i);
  }
}

function openMany(
  count: number,
  open: () => Promise<RawConnection>,
): Promise<readonly RawConnection[]> {
  return Promise.all(Array.from({ length: count }, open));
}

/** What came back on a connection, counted by the octet that names its kind. */
function countAnswers(client: RelayClient, type: string): number {
  return client.received.filter((one) => one.type === type).length;
}

describe("slow senders", () => {
  it("[HT-10] [HT-11] of headers, a hundred at once: all are ended, a client is served", async () => {
    const { port, honest } = await start(
      {},
      { http: { headersMs: 200, sweepMs: 25 } },
    );
    const slow = Array.from({ length: 100 }, () => {
      const connection = openRaw(port);
      connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
      return connection;
    });
    const drip = setInterval(() => {
      for (const connection of slow) connection.send("A: b\r\n");
    }, 20);
    await expectServed(honest);
    const answers = await Promise.all(slow.map(({ ended }) => ended));
    clearInterval(drip);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await expectServed(honest);
  });

  it("[RN-3] of a message, one octet at a time: the connection is ended", async () => {
    const { port, honest } = await start({ helloMs: 60_000 });
    const slow = await openRawSocket(port);
    const frame = clientFrame(binary, hello);
    const over = slow.ended.then(() => true);
    // Each octet by itself: in one packet they would be one piece.
    for (let i = 0; i < frame.length; i++) {
      slow.send(frame.subarray(i, i + 1));
      if (await Promise.race([over, setTimeout(1, false)])) break;
    }
    expect(closeCodeOf(await slow.ended)).toBe(1_008);
    await expectServed(honest);
  });
});

describe("those who only connect", () => {
  it("[RN-60] [RN-5] take no more places than they may, and give them back", async () => {
    const { port, honest } = await start({
      silentConnections: 20,
      helloMs: 300,
    });
    const idle = await openMany(20, () => openRawSocket(port));
    expect(await knock(port)).toBe(503);
    await expectServed(honest);
    for (const connection of idle) {
      const bytes = await connection.received("\x88\x02");
      expect(closeCodeOf(bytes)).toBe(CLOSE_CODES.late);
      connection.close();
    }
    await (await connectClient(port)).close();
  });

  it("[RN-60] are no longer counted once something has come", async () => {
    const { port } = await start({ silentConnections: 1 });
    // One after the other, each silent only until its hello.
    for (let i = 0; i < 5; i++) await connectClient(port);
  });
});

describe("floods", () => {
  it("[RN-3] of fragments, empty and of one octet, end their connections", async () => {
    const { port, honest } = await start();
    const flooders = await openMany(20, () => openRawSocket(port));
    for (const [i, connection] of flooders.entries()) {
      const part = new Uint8Array(i % 2);
      connection.send(
        Buffer.concat([
          clientFrame(binary, part, binary),
          ...Array.from({ length: 2_000 }, () =>
            clientFrame(continuation, part, continuation),
          ),
        ]),
      );
    }
    await expectServed(honest);
    for (const connection of flooders) {
      const bytes = await connection.received("\x88\x02");
      expect(closeCodeOf(bytes.slice(0, bytes.indexOf("\x88\x02") + 4))).toBe(
        1_008,
      );
      connection.close();
    }
  });

  it("[RN-61] of pings that nobody reads the answers of end the connection", async () => {
    const { port, honest } = await start();
    const flooder = await openRawSocket(port);
    flooder.send(
      Buffer.concat(
        Array.from({ length: 10_000 }, () =>
          clientFrame(ping, createBody(125)),
        ),
      ),
    );
    await flooder.ended;
    await expectServed(honest);
  });

  it("[RN-61] [RN-62] of pings one by one are slowed down as messages are", async () => {
    const { port } = await start({ framesPerSecond: 20, burstSeconds: 1 });
    const flooder = await openRawSocket(port);
    const since = performance.now();
    let pongs = 0;
    let bytes = "";
    while (performance.now() - since < 500) {
      flooder.send(clientFrame(ping, Buffer.from("p")));
      await setTimeout(1);
    }
    bytes = await flooder.received("\x8a\x01p");
    pongs = bytes.split("\x8a\x01p").length - 1;
    const seconds = (performance.now() - since) / 1_000;
    // Its burst, its share, and what came in one packet with the last.
    expect(pongs).toBeLessThanOrEqual(20 + 20 * seconds + 5);
    flooder.close();
  });

  it("[RN-3] of messages that announce too much end their connections before it has come", async () => {
    const { port, honest } = await start();
    // 65,537 octets; 2^32; the most there can be; more than there can be.
    for (const length of [65_537n, 1n << 32n, (1n << 53n) - 1n, 1n << 63n]) {
      const header = Buffer.alloc(14);
      header[0] = 0x82;
      header[1] = 0xff;
      header.writeBigUInt64BE(length, 2);
      const connection = await openRawSocket(port);
      connection.send(header);
      const code = closeCodeOf(await connection.received("\x88\x02"));
      expect([1_002, 1_009]).toContain(code);
      connection.close();
    }
    await expectServed(honest);
  });
});

describe("garbage", () => {
  it("[RN-3] [RN-4] of 10,000 frames, seeded, harms nobody else", async () => {
    const { port, honest } = await start();
    const random = createSeededRandom("garbage");
    const waves = 10;
    for (let wave = 0; wave < waves; wave++) {
      const senders = Array.from({ length: 25 }, async () => {
        const connection = openRaw(port);
        connection.send(
          Buffer.concat([
            Buffer.from(upgradeRequest()),
            clientFrame(binary, hello),
            ...Array.from({ length: 39 }, () =>
              clientFrame(binary, madeUp(random)),
            ),
            // The last of each is no frame, or something that no client says.
            clientFrame(binary, mutateBytes(hello, random)),
            clientFrame(binary, hello),
          ]),
        );
        return closeCodeOf(await connection.ended);
      });
      for (const code of await Promise.all(senders)) {
        expect([CLOSE_CODES.malformed, CLOSE_CODES.hello]).toContain(code);
      }
    }
    await expectServed(honest);
  });
});

/** A frame that can be read, and asks for what is not there with proofs that are none. */
function madeUp(random: SeededRandom): Uint8Array {
  const request = random.int(2 ** 31);
  const [logId, inboxId, blobId] = [id(), id(), id()];
  const signature = random.bytes(64);
  const seq = 1 + random.int(1_000);
  const commands: readonly ClientCommand[] = [
    { type: "read", request, logId, fromSeq: seq, limit: seq },
    { type: "subscribe", request, logId, fromSeq: seq },
    { type: "unsubscribe", request, logId },
    { type: "open-inbox", request, inboxId, signature },
    { type: "blob-get", request, blobId, index: random.int(16) },
    { type: "ping", request },
    {
      type: "open-log",
      request,
      logId,
      readSignature: signature,
      writeSignature: undefined,
    },
    {
      type: "append",
      request,
      logId,
      expectedHead: undefined,
      body: random.bytes(3_840),
    },
  ];
  return frameOf(commands[random.int(commands.length)] ?? commands[0]!);
  function id(): Uint8Array {
    return random.bytes(32);
  }
}

describe("a share of the relay", () => {
  it("[RN-62] of messages: who sends more is answered as fast as it may, and in full", async () => {
    const { port, honest } = await start({
      framesPerSecond: 100,
      burstSeconds: 1,
    });
    const greedy = await connectClient(port);
    const since = performance.now();
    const answers = Array.from({ length: 200 }, () =>
      greedy.ask({ type: "ping" }),
    );
    for (let i = 0; i < ROUND_TRIPS; i++) await honest.ask({ type: "ping" });
    const seconds = (performance.now() - since) / 1_000;
    // What came in one packet of 64 KiB with the last one is read as well.
    expect(countAnswers(greedy, "pong")).toBeLessThanOrEqual(
      100 + 100 * seconds + 32,
    );
    const all = await Promise.all(answers);
    expect(all.map(({ type }) => type)).toEqual(Array(200).fill("pong"));
    expect((performance.now() - since) / 1_000).toBeGreaterThan(0.5);
  });

  it("[RN-62] of writes: a member who floods a log holds up nobody else, and loses nothing", async () => {
    const { port, honest } = await start({
      writesPerSecond: 50,
      burstSeconds: 1,
    });
    const keys = createLogKeys();
    await createLog(honest, keys);
    const flooder = await connectClient(port);
    await openLog(flooder, keys);
    const since = performance.now();
    const written = Array.from({ length: 120 }, () =>
      append(flooder, keys.id, createBody()),
    );
    await append(honest, keys.id, createBody());
    const seconds = (performance.now() - since) / 1_000;
    expect(countAnswers(flooder, "appended")).toBeLessThanOrEqual(
      50 + 50 * seconds + 32,
    );
    const seqs = (await Promise.all(written)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(120);
    expect((performance.now() - since) / 1_000).toBeGreaterThan(0.5);
  });

  it("[RN-62] of work: wrong proofs by the dozen do not hold up the others", async () => {
    const { port, honest } = await start({
      workMsPerSecond: 10,
      burstSeconds: 1,
    });
    const greedy = await openRawSocket(port);
    const createLogs = frameOf(
      ...Array.from({ length: 8 }, (_, i): ClientCommand => {
        const keys = createLogKeys();
        return {
          type: "create-log",
          request: i,
          writePub: keys.write.publicKey,
          readPub: keys.read.publicKey,
          writeSignature: new Uint8Array(64),
          readSignature: new Uint8Array(64),
          access: undefined,
        };
      }),
    );
    greedy.send(clientFrame(binary, hello));
    // Minutes of work at its share, a few seconds without.
    const wire = clientFrame(binary, createLogs);
    for (let i = 0; i < 2_000; i++) greedy.send(wire);
    const since = performance.now();
    while (performance.now() - since < 1_500) {
      await honest.ask({ type: "ping" });
    }
    // The frame that begins each answer.
    const bytes = await greedy.received("\x82\x7e\x10\x00");
    expect(bytes.split("\x82\x7e\x10\x00").length).toBeLessThan(60);
    greedy.close();
  });

  it("[RN-63] keeps nobody from staying who is read more slowly", async () => {
    const { port } = await start({
      framesPerSecond: 20,
      burstSeconds: 0.1,
      pingMs: 40,
      unansweredPings: 2,
    });
    const greedy = await openRawSocket(port);
    const pings = frameOf({ type: "ping", request: 2 });
    // In one packet, so that it rests for many pings' time at once.
    greedy.send(
      Buffer.concat([
        clientFrame(binary, hello),
        ...Array.from({ length: 20 }, () => clientFrame(binary, pings)),
      ]),
    );
    const answers = (await greedy.ended).split("\x82\x7e\x10\x00");
    // Once everything is answered it is cut, for it answers no ping.
    expect(answers).toHaveLength(1 + 1 + 20);
  });
});

describe("memory that runs out", () => {
  it("[RN-64] lets nobody new in, then cuts who leaves most unread, and no other", async () => {
    const most = 1_000;
    let taken = 0;
    const { port, honest } = await start(
      {
        memoryBytes: most,
        memoryMs: 10,
        unreadBytes: 1 << 30,
        goodbyeMs: 10_000,
      },
      { more: { readMemory: () => taken } },
    );
    const keys = createLogKeys();
    await createLog(honest, keys);
    const [deaf, reader] = await Promise.all([
      connectClient(port),
      connectClient(port),
    ]);
    for (const follower of [deaf, reader]) {
      await openLog(follower, keys);
      await follower.expect("caught-up", {
        type: "subscribe",
        logId: keys.id,
        fromSeq: 1,
      });
    }
    deaf.pause();
    // More than the buffers of both ends of a connection hold.
    for (let i = 0; i < 260; i++) {
      await append(honest, keys.id, createBody(65_280));
    }
    taken = most * 0.8;
    await expect.poll(() => knock(port)).toBe(503);
    expect((await reader.ask({ type: "ping" })).type).toBe("pong");
    taken = most + 1;
    await setTimeout(50);
    taken = 0;
    deaf.resume();
    expect(await deaf.ended).toBe(CLOSE_CODES.slow);
    // Nobody is left whom it would make a difference to cut.
    taken = most + 1;
    await setTimeout(50);
    taken = 0;
    await expect.poll(() => knock(port)).toBe(101);
    for (const client of [honest, reader]) {
      expect((await client.ask({ type: "ping" })).type).toBe("pong");
    }
  });
});

/** What a request for a connection is answered with. */
async function knock(port: number): Promise<number> {
  const connection = openRaw(port);
  connection.send(upgradeRequest());
  const answer = await connection.received("\r\n\r\n");
  connection.close();
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}
