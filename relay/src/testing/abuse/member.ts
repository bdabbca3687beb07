// A member of a log as attackers are: it sends as fast as it likes and counts what it is answered.

import {
  createPrivateKey,
  createPublicKey,
  hash,
  randomBytes,
  sign,
} from "node:crypto";
import { logIdOf, decodeRelayFrame, type ClientCommand } from "@halqa/protocol";
import { WebSocket } from "ws";
import { sha256 } from "../../node/node-crypto.ts";
import { frameOf, prove, type LogKeys, type TestKey } from "../relay-client.ts";

// What stands before a seed of 32 octets in the PKCS #8 form of an Ed25519 key.
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const made = new Map<string, LogKeys>();

/** The keys of a log by a name and a number: threads that know the name share the log, and the next one. */
export function logNamed(name: string, number: number): LogKeys {
  const full = `${name} ${number}`;
  const earlier = made.get(full);
  if (earlier !== undefined) return earlier;
  const [write, read] = [keyNamed(`${full} write`), keyNamed(`${full} read`)];
  const id = logIdOf(sha256, write.publicKey, read.publicKey);
  const log = { id, write, read };
  made.set(full, log);
  return log;
}

function keyNamed(name: string): TestKey {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, hash("sha256", name, "buffer")]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    publicKey: Uint8Array.from(spki.subarray(-32)),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}

export interface Member {
  readonly ws: WebSocket;
  readonly send: (...commands: readonly ClientCommand[]) => void;
  /** Called with each answer to a request. */
  onAnswer: () => void;
  readonly answered: () => number;
  readonly ended: Promise<void>;
}

/** Connects, and has proven both keys of the log when it resolves; undefined where the relay lets nobody in. */
export async function joinLog(
  port: number,
  log: LogKeys,
): Promise<Member | undefined> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, {
    perMessageDeflate: false,
  });
  let answered = 0;
  let onWelcome: (challenge: Uint8Array, relayPub: Uint8Array) => void;
  const welcome = new Promise<Parameters<typeof onWelcome>>((resolve) => {
    onWelcome = (...given) => resolve(given);
  });
  const ended = new Promise<void>((resolve) => {
    ws.once("close", () => resolve());
  });
  const send = (...commands: readonly ClientCommand[]): void => {
    ws.send(frameOf(...commands), () => undefined);
  };
  const member: Member = {
    ws,
    send,
    onAnswer: () => undefined,
    answered: () => answered,
    ended,
  };
  ws.on("error", () => undefined);
  ws.on("message", (data: Buffer) => {
    const commands = decodeRelayFrame(
      new Uint8Array(data.buffer, data.byteOffset, data.length),
    );
    for (const command of commands.ok ? commands.value : []) {
      if (command.type === "welcome") {
        onWelcome(command.challenge, command.relayPub);
      } else if ("request" in command) {
        answered += 1;
        member.onAnswer();
      }
    }
  });
  ws.once("open", () => {
    const nonce = new Uint8Array(randomBytes(32));
    send({ type: "hello", request: 1, nonce });
  });
  const came = await Promise.race([welcome, ended]);
  if (came === undefined) return undefined;
  const [challenge, relayPub] = came;
  const proof = (of: "read" | "write"): Uint8Array =>
    prove(
      { challenge, relayPub },
      { key: log[of], operation: `open-log/${of}`, id: log.id },
    );
  const opened = new Promise<void>((resolve) => {
    member.onAnswer = resolve;
  });
  send({
    type: "open-log",
    request: 2,
    logId: log.id,
    readSignature: proof("read"),
    writeSignature: proof("write"),
  });
  await Promise.race([opened, ended]);
  member.onAnswer = () => undefined;
  return member;
}
