// Starts and stops a relay: the app into memory, the data folder taken, key and store opened, the port
// taken, in this order, so that a relay that answers is a relay that works (docs/spec/http.md, HT-13 to
// HT-15; docs/spec/relay-node.md).

import type { Server } from "node:http";
import { err, ok, type Result } from "@halqa/bytes";
import {
  answerFigures,
  answerRequest,
  HTTP_LIMITS,
  limitsOf,
  SOCKET_LIMITS,
  type HttpLimits,
  type RelayConfig,
  type SocketLimits,
} from "../core/index.ts";
import { loadAppFiles, type AppFault } from "./app-files.ts";
import { takeDataFolder, type DataFolderFault } from "./data-folder.ts";
import { watchFigures } from "./figures.ts";
import { createHttpServer } from "./http-server.ts";
import { watchReadiness, type Readiness } from "./readiness.ts";
import { loadRelayKey, type KeyFault } from "./relay-key.ts";
import { createRelayRecord, RELAY_RECORD_PATH } from "./relay-record.ts";
import { loadPushKey } from "./push/push-key.ts";
import {
  serveClients,
  type PushParts,
  type ServedClients,
} from "./serve-clients.ts";
import {
  openStore,
  type OpenStore,
  type OpenStoreFault,
} from "./store/open-store.ts";
import { createTally, type Tally } from "./tally.ts";
import { watchStore } from "./watched-store.ts";

export type StartFault =
  | AppFault
  | DataFolderFault
  | KeyFault
  | OpenStoreFault
  | {
      readonly kind: "not-listening";
      /** The setting that names the port. */
      readonly setting: "HALQA_PORT" | "HALQA_METRICS_PORT";
      readonly host: string;
      readonly port: number;
      readonly code: string;
    };

export interface RunningRelay {
  readonly port: number;
  /** Where the figures are told, on this machine alone; absent where they are not. */
  readonly metricsPort?: number | undefined;
  /** Where a browser on this machine finds it. */
  readonly address: string;
  /**
   * Takes no new connection, ends idle ones, lets answers under way finish; finishes what is in the store, says
   * goodbye to clients. Resolves when all are gone and the data folder is free.
   */
  close(): Promise<void>;
}

export interface RelayLimits {
  readonly http: HttpLimits;
  readonly sockets: SocketLimits;
  /** How often the figures are gathered, where it is not as HT-23 says. */
  readonly windowMs?: number;
  /** What the process takes of the memory; absent where the system is asked. */
  readonly readMemory?: () => number;
}

// One collector asks; a few more while somebody looks.
const METRICS_CONNECTIONS = 16;

/** What has to be given back when the relay ends, last taken first. */
type Undo = () => Promise<void> | void;

/** Starts a relay in this process, or says what keeps it from starting. */
export async function startRelay(
  config: RelayConfig,
  limits: RelayLimits = { http: HTTP_LIMITS, sockets: SOCKET_LIMITS },
): Promise<Result<RunningRelay, StartFault>> {
  const undo: Undo[] = [];
  const started = await start({ config, limits, undo });
  if (!started.ok) await undoAll(undo);
  return started;
}

interface Start {
  readonly config: RelayConfig;
  readonly limits: RelayLimits;
  readonly undo: Undo[];
}

/** What the doors lead to, once key and store are there. */
interface Work {
  readonly tally: Tally;
  readonly clients: ServedClients;
  readonly readiness: Readiness;
  readonly relayPub: Uint8Array;
}

async function start(parts: Start): Promise<Result<RunningRelay, StartFault>> {
  const { config, limits, undo } = parts;
  const files = loadAppFiles(config.appFolder);
  if (!files.ok) return files;
  const work = await takeUpWork(parts);
  if (!work.ok) return work;
  const { clients, readiness, relayPub } = work.value;
  const metricsPort = await openMetrics(parts, work.value);
  if (!metricsPort.ok) return metricsPort;
  const record = createRelayRecord(relayPub, config.url);
  const site = {
    files: new Map(files.value).set(RELAY_RECORD_PATH, record),
    isReady: readiness.isReady,
  };
  const server = createHttpServer({
    answer: (head) => answerRequest(head, site),
    sockets: clients.sockets,
    limits: limits.http,
  });
  const port = await listen(server, { ...config, setting: "HALQA_PORT" });
  if (!port.ok) return port;
  // Together: the server counts the connections of clients among those that it waits for.
  undo.push(async () => {
    readiness.drain();
    await Promise.all([endHttp(server, limits.http.closeMs), clients.stop()]);
  });
  let closing: Promise<void> | undefined;
  return ok({
    port: port.value,
    metricsPort: metricsPort.value,
    address: `http://${hostForUrl(config.host)}:${port.value}`,
    close: () => (closing ??= undoAll(undo)),
  });
}

async function takeUpWork({
  config,
  limits,
  undo,
}: Start): Promise<Result<Work, StartFault>> {
  const folder = takeDataFolder(config.dataFolder);
  if (!folder.ok) return folder;
  undo.push(() => folder.value.release());
  const key = loadRelayKey(config.dataFolder);
  if (!key.ok) return key;
  const push = loadPush(config);
  if (!push.ok) return push;
  const relayPub = key.value.publicKey;
  const opened = await openStore({ folder: config.dataFolder, relayPub });
  if (!opened.ok) return opened;
  const store: OpenStore = opened.value;
  undo.push(() => store.close());
  const tally = createTally();
  const watched = watchStore(store, tally);
  const clients = serveClients({
    store: watched,
    lastDay: store.lastDay,
    key: key.value,
    access: config.access,
    limits: { ...limits.sockets, ...limitsOf(config) },
    tally,
    tickMs: config.tickMs,
    push: push.value,
    readMemory: limits.readMemory,
  });
  undo.push(() => clients.stop());
  const readiness = watchReadiness(watched);
  undo.push(() => readiness.drain());
  return ok({ tally, clients, readiness, relayPub });
}

/** What waking needs, where the operator has turned it on. */
function loadPush({
  dataFolder,
  pushContact: contact,
}: RelayConfig): Result<PushParts | undefined, KeyFault> {
  if (contact === undefined) return ok(undefined);
  const key = loadPushKey(dataFolder);
  return key.ok ? ok({ key: key.value, contact }) : key;
}

/** Opens the port that tells the figures, for this machine alone, where one is asked for. */
async function openMetrics(
  { config, limits, undo }: Start,
  work: Work,
): Promise<Result<number | undefined, StartFault>> {
  if (config.metricsPort === undefined) return ok(undefined);
  const figures = watchFigures(work, limits.windowMs);
  undo.push(() => figures.stop());
  const server = createHttpServer({
    answer: (head) => answerFigures(head, figures.text()),
    limits: { ...limits.http, connections: METRICS_CONNECTIONS },
  });
  const port = await listen(server, {
    host: "127.0.0.1",
    port: config.metricsPort,
    setting: "HALQA_METRICS_PORT",
  });
  if (port.ok) undo.push(() => endHttp(server, limits.http.closeMs));
  return port;
}

async function undoAll(undo: Undo[]): Promise<void> {
  for (let last = undo.pop(); last !== undefined; last = undo.pop()) {
    // One after the other: the store closes only when no client can ask it for anything.
    await last();
  }
}

type Place = Omit<
  Extract<StartFault, { readonly kind: "not-listening" }>,
  "kind" | "code"
>;

function listen(
  server: Server,
  { host, port, setting }: Place,
): Promise<Result<number, StartFault>> {
  return new Promise((resolve) => {
    const refuse = (error: Error): void => {
      const code = "code" in error ? String(error.code) : "unknown";
      resolve(err({ kind: "not-listening", setting, host, port, code }));
    };
    server.once("error", refuse);
    server.listen({ host, port }, () => {
      server.off("error", refuse);
      // From here on an error concerns one connection that could not be taken; the others go on.
      server.on("error", () => undefined);
      const address = server.address();
      resolve(ok(typeof address === "object" ? (address?.port ?? port) : port));
    });
  });
}

function endHttp(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function hostForUrl(host: string): string {
  const isHere = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(host);
  if (isHere) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
