// Connections of clients from outside: what any program can send on them, and what the relay then does.

import { randomBytes } from "node:crypto";
import { CLOSE_CODES } from "@halqa/protocol";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  clientFrame,
  closeCodeOf,
  OPCODES,
  openRawSocket,
} from "../testing/raw-socket.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
  frameOf,
  openLog,
  readLog,
} from "../testing/relay-client.ts";
import { startTestRelay, type StartedRelay } from "../testing/started-relay.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let relay: StartedRelay;

beforeAll(async () => {
  relay = await startTestRelay();
});

afterAll(() => relay.close());

const { text, binary, continuation, ping, close } = OPCODES;
const hello = frameOf({ type: "hello", request: 1, nonce: createBody(32) });

/** A binary message in so many fragments. */
function fragmented(message: Uint8Array, count: number): Uint8Array {
  const size = Math.ceil(message.length / count);
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => {
      const part = message.subarray(i * size, (i + 1) * size);
      const opcode = i === 0 ? binary : continuation;
      return clientFrame(
        opcode,
        part,
        i === count - 1 ? 0x80 | opcode : opcode,
      );
    }),
  );
}

describe("a connection", () => {
  it.each([
    ["a text message", clientFrame(text, Buffer.from("hello")), 4400],
    ["text that is none", clientFrame(text, Buffer.from("ff", "hex")), 1007],
    ["a message too large", clientFrame(binary, randomBytes(65_537)), 1009],
    ["fragments too large", fragmented(randomBytes(65_537), 5), 1009],
    ["too many fragments", fragmented(randomBytes(4_096), 65), 1008],
    ["no frame of ours", clientFrame(binary, randomBytes(4_096)), 4400],
    ["another size", clientFrame(binary, hello.subarray(1)), 4400],
    ["no bytes", clientFrame(binary, new Uint8Array()), 4400],
    ["a reserved bit", clientFrame(binary, hello, 0xc2), 1002],
    ["a reserved opcode", clientFrame(3, hello), 1002],
    ["a frame without a mask", Buffer.from([0x82, 0x01, 0x00]), 1002],
    ["a continuation of nothing", clientFrame(continuation, hello), 1002],
    ["a long ping", clientFrame(ping, randomBytes(126)), 1002],
    ["a broken goodbye", clientFrame(close, Buffer.from([0])), 1002],
  ])("[RN-3] ends on %s, and nothing else does", async (_, bytes, code) => {
    const honest = await connectClient(relay.port);
    const connection = await openRawSocket(relay.port);
    connection.send(bytes);
    await connection.received(
      String.fromCharCode(0x88, 2, code >> 8, code & 0xff),
    );
    connection.close();
    expect((await honest.ask({ type: "ping" })).type).toBe("pong");
    await honest.close();
  });

  it("[RN-3] takes a message in fragments, with a ping in between", async () => {
    const connection = await openRawSocket(relay.port);
    const first = clientFrame(binary, hello.subarray(0, 100), binary);
    connection.send(first);
    connection.send(clientFrame(ping, Buffer.from("in between")));
    connection.send(clientFrame(continuation, hello.subarray(100)));
    await connection.received("in between");
    // A binary message of 4,096 bytes: welcome.
    await connection.received("\x82\x7e\x10\x00");
    connection.close();
  });

  it("[RN-3] survives those that break off in the middle of anything", async () => {
    const bytes = clientFrame(binary, hello);
    for (const length of [1, 2, 5, 8, 9, 100, bytes.length - 1]) {
      const connection = await openRawSocket(relay.port);
      connection.send(bytes.subarray(0, length));
      connection.close();
      await connection.ended;
    }
    const honest = await connectClient(relay.port);
    expect((await honest.ask({ type: "ping" })).type).toBe("pong");
    await honest.close();
  });

  it("[RN-3] takes 300 streams of damaged bytes, and goes on", async () => {
    const random = createSeededRandom("streams");
    const stream = Buffer.concat([
      clientFrame(binary, hello),
      clientFrame(ping, Buffer.from("ping")),
      fragmented(frameOf({ type: "ping", request: 2 }), 3),
    ]);
    const honest = await connectClient(relay.port);
    for (let batch = 0; batch < 6; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const connection = await openRawSocket(relay.port);
          connection.send(mutateBytes(stream, random));
          // Those that it does not end wait for more: they are broken off.
          await Promise.race([connection.ended, honest.ask({ type: "ping" })]);
          connection.reset();
        }),
      );
    }
    expect((await honest.ask({ type: "ping" })).type).toBe("pong");
    await honest.close();
  });

  it("[RN-4] hands over messages in order, and none after its end", async () => {
    const client = await connectClient(relay.port);
    const keys = createLogKeys();
    await createLog(client, keys);
    const bodies = Array.from({ length: 20 }, () => createBody());
    const answers = bodies.map((body) => append(client, keys.id, body));
    expect((await Promise.all(answers)).map(({ seq }) => seq)).toEqual(
      bodies.map((_, i) => i + 1),
    );
    // Behind a message that ends the connection, in the same packet: an entry that must not come in.
    const connection = await openRawSocket(relay.port);
    const wire = (...frames: readonly Uint8Array[]): Uint8Array =>
      Buffer.concat(frames.map((frame) => clientFrame(binary, frame)));
    connection.send(wire(hello, hello, hello));
    expect(closeCodeOf(await connection.received("\x88\x02"))).toBe(
      CLOSE_CODES.hello,
    );
    connection.close();
    expect(await readLog(client, keys.id)).toEqual(bodies);
    await client.close();
  });

  it("[RN-5] has its time for hello, which nothing that comes extends", async () => {
    const own = await startTestRelay({ sockets: { helloMs: 150 } });
    const honest = await connectClient(own.port);
    const silent = await openRawSocket(own.port);
    const busy = await openRawSocket(own.port);
    busy.send(clientFrame(binary, hello.subarray(0, 100), binary));
    const drip = setInterval(() => {
      busy.send(clientFrame(ping, new Uint8Array()));
      busy.send(clientFrame(continuation, new Uint8Array(1), continuation));
    }, 20);
    for (const late of [silent, busy]) {
      const bytes = await late.received("\x88\x02");
      expect(closeCodeOf(bytes)).toBe(CLOSE_CODES.late);
      late.close();
    }
    clearInterval(drip);
    expect((await honest.ask({ type: "ping" })).type).toBe("pong");
    await own.close();
  });

  it("[RN-6] is pinged without a payload, and cut when it does not answer", async () => {
    const own = await startTestRelay({
      sockets: { pingMs: 30, unansweredPings: 2 },
    });
    const honest = await connectClient(own.port);
    const deaf = await openRawSocket(own.port);
    deaf.send(clientFrame(binary, hello));
    const bytes = await deaf.ended;
    expect(bytes.split("\x89\x00").length - 1).toBeGreaterThanOrEqual(2);
    expect((await honest.ask({ type: "ping" })).type).toBe("pong");
    await own.close();
  });

  it("[RN-9] is cut when it does not read, while others get everything", async () => {
    const own = await startTestRelay({ sockets: { goodbyeMs: 10_000 } });
    const keys = createLogKeys();
    const writer = await connectClient(own.port);
    await createLog(writer, keys);
    const [deaf, reader] = await Promise.all([
      connectClient(own.port),
      connectClient(own.port),
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
    // More than the buffers of both ends of a connection hold, and the limit.
    const bodies = Array.from({ length: 260 }, () => createBody(65_280));
    for (const body of bodies) await append(writer, keys.id, body);
    await reader.next(
      (command) => command.type === "head" && command.seq === bodies.length,
    );
    const entries = reader.received.filter(({ type }) => type === "entry");
    expect(entries).toHaveLength(bodies.length);
    // What the operating systems of both ends hold for it still comes, and then the end.
    deaf.resume();
    expect(await deaf.ended).toBe(CLOSE_CODES.slow);
    expect(deaf.received.length).toBeLessThan(bodies.length);
    // Who reads slowly what is stored is waited for, page by page.
    const slow = await connectClient(own.port);
    await openLog(slow, keys);
    const all = readLog(slow, keys.id);
    slow.pause();
    setTimeout(() => slow.resume(), 200);
    expect(Buffer.concat(await all).equals(Buffer.concat(bodies))).toBe(true);
    await own.close();
  });
});
