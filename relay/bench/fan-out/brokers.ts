// Message brokers to compare with, where they are installed: each gives what one client publishes to all who follow a
// subject. NATS over WebSocket; mosquitto over plain TCP, as not every build of it speaks WebSocket.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { clientMessage } from "./peers.ts";

export interface Broker {
  readonly name: string;
  readonly command: string;
  /** The configuration that listens on this port of this machine. */
  readonly configure: (port: number) => string;
  readonly isWebSocket: boolean;
  /** What a client says first, and with what it follows the subject. */
  readonly greet: Buffer;
  readonly follow: Buffer;
  readonly publish: (payload: Uint8Array) => Buffer;
  /** Bytes of one delivery. Of a WebSocket without its head, as a broker may put several into one message. */
  readonly deliveryLength: (payload: number) => number;
}

export interface RunningBroker {
  readonly port: number;
  /** Processor time, of all its threads, in microseconds. */
  readonly cpuUs: () => number;
}

const SUBJECT = "a";

const nats: Broker = {
  name: "nats-server",
  command: "nats-server",
  configure: (port) =>
    `listen: "127.0.0.1:-1"\nwebsocket { listen: "127.0.0.1:${port}", no_tls: true, compression: false }\n`,
  isWebSocket: true,
  greet: clientMessage(
    Buffer.from('CONNECT {"verbose":false,"echo":false}\r\n'),
  ),
  follow: clientMessage(Buffer.from(`SUB ${SUBJECT} 1\r\n`)),
  publish: (payload) =>
    clientMessage(
      Buffer.concat([
        Buffer.from(`PUB ${SUBJECT} ${payload.length}\r\n`),
        payload,
        Buffer.from("\r\n"),
      ]),
    ),
  deliveryLength: (payload) =>
    `MSG ${SUBJECT} 1 ${payload}\r\n`.length + payload + 2,
};

const CONNECT = Buffer.from("100c00044d515454040200000000", "hex");
const SUBSCRIBE = Buffer.from([0x82, 6, 0, 1, 0, 1, SUBJECT.charCodeAt(0), 0]);

const mosquitto: Broker = {
  name: "mosquitto",
  command: "mosquitto",
  configure: (port) => `listener ${port} 127.0.0.1\nallow_anonymous true\n`,
  isWebSocket: false,
  greet: CONNECT,
  follow: SUBSCRIBE,
  publish: (payload) => Buffer.concat([publishHead(payload.length), payload]),
  deliveryLength: (payload) => publishHead(payload).length + payload,
};

/** MQTT 3.1.1, 3.3: at most once. */
function publishHead(payload: number): Buffer {
  const length = 3 + payload;
  const head = [0x30, (length & 0x7f) | 0x80, length >> 7];
  return Buffer.from([...head, 0, 1, SUBJECT.charCodeAt(0)]);
}

/** Those of the brokers that this machine has. */
export function installedBrokers(): readonly Broker[] {
  return [nats, mosquitto].filter(
    ({ command }) => spawnSync(command, ["-h"]).error === undefined,
  );
}

/** Starts a broker; it ends with this process. */
export async function startBroker(broker: Broker): Promise<RunningBroker> {
  const folder = mkdtempSync(join(tmpdir(), "halqa-bench-"));
  const port = await freePort();
  const file = join(folder, "conf");
  writeFileSync(file, broker.configure(port));
  const child = spawn(broker.command, ["-c", file], { stdio: "ignore" });
  child.unref();
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  // Neither says when it listens.
  await setTimeout(1_000);
  return { port, cpuUs: () => cpuOf(child.pid ?? 0) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => {
    server.once("listening", resolve);
  });
  const bound = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof bound === "object" ? (bound?.port ?? 0) : 0;
}

/** In steps of 10 ms, which is what the system counts in. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * 10_000;
}
