// What attackers do to a relay, each as long as they are let (docs/spec/relay-node.md, "Too much"). The numbers are those
// of one whole attack; `scale` makes them smaller.

import { setTimeout } from "node:timers/promises";
import { equalBytes } from "@halqa/bytes";
import type { ClientCommand } from "@halqa/protocol";
import { mutateBytes, type SeededRandom } from "@halqa/testkit";
import { clientFrame, OPCODES } from "../raw-socket.ts";
import { createBody, frameOf, type LogKeys } from "../relay-client.ts";
import {
  addressOf,
  isHeard,
  openAttacker,
  openAttackerSocket,
  type Attacker,
} from "./attacker-socket.ts";
import { hostileFrame } from "./hostile-frame.ts";
import { joinLog } from "./member.ts";

const { binary, continuation, ping } = OPCODES;

export interface Attack {
  readonly port: number;
  readonly scale: number;
  readonly random: SeededRandom;
  /** The log that the attackers are members of; the steward is another, and goes on in the next when one is full. */
  readonly log: () => LogKeys;
  /** Whether it is over: an attack without an end of its own goes on until then. */
  readonly isOver: () => boolean;
  /** Counts what was sent: the measure of an attack. */
  readonly sent: (count?: number) => void;
}

const hello = (): Uint8Array =>
  clientFrame(
    binary,
    frameOf({ type: "hello", request: 1, nonce: createBody(32) }),
  );

/** So many attackers at once, each with its number and address. */
async function each(
  { port, scale }: Attack,
  count: number,
  work: (target: { port: number; from: string }, n: number) => Promise<void>,
): Promise<void> {
  const scaled = Math.max(1, Math.round(count * scale));
  await Promise.all(
    Array.from({ length: scaled }, (_, n) =>
      work({ port, from: addressOf(n) }, n),
    ),
  );
}

/** Connections whose request never ends, made again as soon as they are ended. */
async function slowHeaders(attack: Attack): Promise<void> {
  await each(attack, 2_000, async (target) => {
    while (!attack.isOver()) {
      const attacker = openAttacker(target);
      attacker.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
      attack.sent();
      await drip(attack, attacker, Buffer.from("A: b\r\n"));
    }
  });
}

/** Connections that say hello, and then one octet of a message at a time. */
async function slowMessages(attack: Attack): Promise<void> {
  const frame = clientFrame(binary, frameOf({ type: "ping", request: 2 }));
  await each(attack, 2_000, async (target) => {
    while (!attack.isOver()) {
      const attacker = openAttackerSocket(target);
      await isHeard(attacker);
      attacker.socket.write(hello());
      attack.sent();
      await drip(attack, attacker, frame.subarray(0, 1));
    }
  });
}

async function drip(
  { isOver }: Attack,
  { socket, ended }: Attacker,
  bytes: Uint8Array,
): Promise<void> {
  const CUT = "cut";
  const cut = ended.then(() => CUT);
  while (!isOver()) {
    if ((await Promise.race([cut, setTimeout(100)])) === CUT) break;
    socket.write(bytes);
  }
  socket.destroy();
}

/** Messages in thousands of fragments of one octet or none. */
async function fragments(attack: Attack): Promise<void> {
  const wire = [0, 1].map((size) => {
    const part = new Uint8Array(size);
    return Buffer.concat([
      clientFrame(binary, part, binary),
      ...Array.from({ length: 2_000 }, () =>
        clientFrame(continuation, part, continuation),
      ),
    ]);
  });
  await flood(attack, 200, (n) => wire[n % 2] ?? hello());
}

/** Pings whose answers nobody reads. */
async function pings(attack: Attack): Promise<void> {
  const wire = Buffer.concat(
    Array.from({ length: 1_000 }, () => clientFrame(ping, createBody(125))),
  );
  await flood(attack, 200, () => wire);
}

/** Messages that are too large, and come. */
async function oversize(attack: Attack): Promise<void> {
  const wire = [65_537n, 1n << 32n, (1n << 53n) - 1n].map((length) => {
    const header = Buffer.alloc(14);
    header.set([0x82, 0xff]);
    header.writeBigUInt64BE(length, 2);
    return Buffer.concat([header, Buffer.alloc(1 << 20)]);
  });
  await flood(attack, 200, (n) => wire[n % 3] ?? hello());
}

/** So many connections that send the same again and again, and come back when they are ended. */
async function flood(
  attack: Attack,
  count: number,
  wireOf: (n: number) => Uint8Array,
): Promise<void> {
  await each(attack, count, async (target, n) => {
    while (!attack.isOver()) {
      const attacker = openAttackerSocket(target);
      attacker.socket.pause();
      attacker.socket.write(hello());
      const cut = attacker.ended.then(() => "cut");
      for (let go = true; go && !attack.isOver();) {
        attack.sent();
        attacker.socket.write(wireOf(n));
        attacker.socket.read();
        go = (await Promise.race([cut, setTimeout(5)])) !== "cut";
      }
      attacker.socket.destroy();
      await attacker.ended;
    }
  });
}

/** 100,000 messages: hostile ones that can be read, and at the end of each connection one that cannot. */
async function garbage(attack: Attack): Promise<void> {
  const { random, scale } = attack;
  const [senders, messages] = [200, 25];
  const rounds = Math.max(
    1,
    Math.round((100_000 * scale) / senders / messages),
  );
  for (let round = 0; round < rounds; round++) {
    await each({ ...attack, scale: 1 }, senders, async (target) => {
      const attacker = openAttackerSocket(target);
      const last = mutateBytes(hostileFrame(random), random);
      attacker.socket.write(
        Buffer.concat([
          hello(),
          ...Array.from({ length: messages - 1 }, () =>
            clientFrame(binary, hostileFrame(random)),
          ),
          // Cut off, changed, or in pieces that RFC 6455 does not know.
          random.bool(0.5)
            ? clientFrame(binary, last)
            : mutateBytes(clientFrame(binary, last), random),
          hello(),
        ]),
      );
      attack.sent(messages);
      // What was cut off waits for its rest, as a connection does that has lost its network.
      await Promise.race([attacker.ended, setTimeout(1_000)]);
      attacker.socket.destroy();
    });
  }
}

/** 10,000 who say hello and nothing more, and 2,000 who do not even say that. */
async function idle(attack: Attack): Promise<void> {
  const open: Attacker[] = [];
  const come = async (count: number, says: boolean): Promise<void> => {
    for (let n = 0; n < Math.round(count * attack.scale); n += 50) {
      const some = Array.from({ length: 50 }, (_, i) => {
        const from = addressOf(open.length + i);
        const attacker = openAttackerSocket({ port: attack.port, from });
        if (says) attacker.socket.write(hello());
        return attacker;
      });
      open.push(...some);
      await Promise.all(some.map(isHeard));
      attack.sent(50);
    }
  };
  await come(10_000, true);
  await come(2_000, false);
  while (!attack.isOver()) await setTimeout(50);
  for (const { socket } of open) socket.destroy();
}

/** 10,000 attempts to subscribe on one connection: to what is there, and to what never was. */
async function subscriptions(attack: Attack): Promise<void> {
  const member = await joinLog(attack.port, attack.log());
  if (member === undefined) return;
  const attempts = Math.round(10_000 * attack.scale);
  const subscribe = (n: number): ClientCommand => {
    const logId = n % 2 === 0 ? attack.log().id : createBody(32);
    return { type: "subscribe", request: n, logId, fromSeq: 1 };
  };
  for (let n = 0; n < attempts; n += 50) {
    member.send(...Array.from({ length: 50 }, (_, i) => subscribe(n + i)));
    attack.sent(50);
  }
  while (!attack.isOver()) await setTimeout(20);
  member.ws.terminate();
}

/** 100 who follow a log and read nothing, while a member writes to it. */
async function neverReading(attack: Attack): Promise<void> {
  const { port, log, isOver } = attack;
  await Promise.all([
    each(attack, 100, async () => {
      while (!isOver()) {
        const { id: logId } = log();
        const member = await joinLog(port, log());
        if (member === undefined) continue;
        member.ws.pause();
        member.send({
          type: "subscribe",
          request: 3,
          logId,
          fromSeq: 1,
        });
        await Promise.race([member.ended, setTimeout(1_000)]);
        member.ws.terminate();
      }
    }),
    write(attack, { size: 65_280, inFlight: 8 }),
  ]);
}

/** 20 members who write to the steward's log as fast as they are answered, each with as much under way as it may. */
async function floodingMembers(attack: Attack): Promise<void> {
  await each(attack, 20, () => write(attack, { size: 3_840, inFlight: 256 }));
}

async function write(
  attack: Attack,
  how: { readonly size: number; readonly inFlight: number },
): Promise<void> {
  while (!attack.isOver()) {
    const log = attack.log();
    const isHere = (): boolean =>
      !attack.isOver() && equalBytes(attack.log().id, log.id);
    const member = await joinLog(attack.port, log);
    if (member === undefined) continue;
    const writeOne = (): void => {
      if (!isHere()) return;
      member.send(appending(log, how.size));
      attack.sent();
    };
    member.onAnswer = writeOne;
    for (let i = 0; i < how.inFlight; i++) writeOne();
    while (isHere()) await setTimeout(20);
    member.ws.terminate();
  }
}

function appending(log: LogKeys, size: number): ClientCommand {
  return {
    type: "append",
    request: 4,
    logId: log.id,
    expectedHead: undefined,
    body: createBody(size),
  };
}

export const attacks = {
  "slow headers": slowHeaders,
  "slow messages": slowMessages,
  fragments,
  pings,
  oversize,
  garbage,
  idle,
  subscriptions,
  "never reading": neverReading,
  "flooding members": floodingMembers,
} satisfies Record<string, (attack: Attack) => Promise<void>>;

export type AttackName = keyof typeof attacks;

/** What is sent of an attack that is over when all of it is. */
export const WHOLE: Partial<Record<AttackName, number>> = { garbage: 100_000 };
