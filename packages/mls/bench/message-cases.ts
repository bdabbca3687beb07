/** Application messages of 1 KiB in a group of a thousand, and what a device writes for each. */
import type { BenchCase } from "@halqa/testkit";
import {
  encodeMessagePart,
  messageDelta,
  protectApplication,
} from "../src/index.ts";
import { BARE, floorOf } from "./floor.ts";
import { env, must, receive } from "./group-of-a-thousand.ts";
import type { MixedGroup } from "./mixed-group.ts";
import * as coreCrypto from "./peers/core-crypto.ts";
import { MESSAGE_LENGTH } from "./peers/sender-key-peer.ts";
import type { SenderKeyPeer } from "./peers/sender-key-peer.ts";
import * as tsMls from "./peers/ts-mls.ts";

const ITERATIONS = 20;
/** Key, nonce and next secret of the ratchet; key and nonce for the sender data. */
const MESSAGE_MACS = 5;

export async function messageCases(
  mixed: MixedGroup,
  peers: readonly SenderKeyPeer[],
): Promise<readonly BenchCase[]> {
  const data = env.random(MESSAGE_LENGTH);
  return [
    await encryptCase(mixed, peers, data),
    await decryptCase(mixed, peers, data),
    sizesCase(mixed, data),
  ];
}

async function encryptCase(
  { group, tsMls: ts, coreCrypto: cc }: MixedGroup,
  peers: readonly SenderKeyPeer[],
  data: Uint8Array,
): Promise<BenchCase> {
  // The first message of an epoch derives the sender's part of the secret tree as well.
  const start = must(protectApplication(group.founder, env, { data })).state;
  const tsStart = (await tsMls.encryptTsMls(ts.committer, data)).state;
  return {
    case: "message of 1 KiB: encrypt",
    unit: "us",
    subjects: [
      {
        name: "halqa",
        iterations: ITERATIONS,
        run: () => protectApplication(start, env, { data }),
      },
      {
        name: tsMls.NAME,
        iterations: ITERATIONS,
        run: () => tsMls.encryptTsMls(tsStart, data),
      },
      { name: coreCrypto.NAME, run: () => cc.committer.encrypt(data) },
      ...peers.map((peer) => ({
        name: peer.name,
        iterations: ITERATIONS,
        run: () => peer.encrypt(),
      })),
      {
        name: BARE,
        iterations: ITERATIONS,
        run: floorOf({
          macs: MESSAGE_MACS,
          signatures: 1,
          seals: 2,
          textLength: MESSAGE_LENGTH,
        }),
      },
    ],
  };
}

async function decryptCase(
  { group, tsMls: ts, coreCrypto: cc }: MixedGroup,
  peers: readonly SenderKeyPeer[],
  data: Uint8Array,
): Promise<BenchCase> {
  const first = must(protectApplication(group.founder, env, { data }));
  const second = must(protectApplication(first.state, env, { data }));
  const start = receive(group.receiver, first.message);
  const tsFirst = await tsMls.encryptTsMls(ts.committer, data);
  const tsSecond = await tsMls.encryptTsMls(tsFirst.state, data);
  const tsStart = await tsMls.receiveTsMls(ts.receiver, tsFirst.message);
  let waiting: Uint8Array = new Uint8Array();
  return {
    case: "message of 1 KiB: decrypt",
    unit: "us",
    subjects: [
      {
        name: "halqa",
        iterations: ITERATIONS,
        run: () => receive(start, second.message),
      },
      {
        name: tsMls.NAME,
        iterations: ITERATIONS,
        run: () => tsMls.receiveTsMls(tsStart, tsSecond.message),
      },
      {
        name: coreCrypto.NAME,
        before: async () => {
          waiting = await cc.committer.encrypt(data);
        },
        run: () => coreCrypto.take(cc.receiver, waiting),
      },
      ...peers.map((peer) => ({
        name: peer.name,
        before: () => peer.prepareDecrypt(),
        run: () => peer.decrypt(),
      })),
      {
        name: BARE,
        iterations: ITERATIONS,
        run: floorOf({
          macs: MESSAGE_MACS,
          verifications: 1,
          seals: 2,
          textLength: MESSAGE_LENGTH,
        }),
      },
    ],
  };
}

function sizesCase({ group }: MixedGroup, data: Uint8Array): BenchCase {
  const first = must(protectApplication(group.founder, env, { data }));
  const second = must(protectApplication(first.state, env, { data }));
  const afterFirst = receive(group.receiver, first.message);
  const afterSecond = receive(afterFirst, second.message);
  return {
    case: "message of 1 KiB: bytes",
    unit: "B",
    subjects: [
      { name: "halqa: on the wire", value: second.message.length },
      {
        name: "halqa: written, a sender's first of an epoch",
        value: messageDelta(group.receiver, afterFirst).length,
      },
      {
        name: "halqa: written, each next one",
        value: messageDelta(afterFirst, afterSecond).length,
      },
      {
        name: "halqa: message part, whole",
        value: encodeMessagePart(afterSecond).length,
      },
    ],
  };
}
