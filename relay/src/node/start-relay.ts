// Starts and stops a relay: the app into memory, the data folder made, the port taken, in this
// order, so that a relay that answers is a relay that works (docs/spec/http.md, HT-13 to HT-15).

import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { err, ok, type Result } from "@halqa/bytes";
import {
  HTTP_LIMITS,
  type HttpLimits,
  type RelayConfig,
} from "../core/index.ts";
import { loadAppFiles, type AppFault } from "./app-files.ts";
import { createHttpServer } from "./http-server.ts";

export type StartFault =
  | AppFault
  | {
      readonly kind: "data-not-writable";
      readonly folder: string;
      readonly code: string;
    }
  | {
      readonly kind: "not-listening";
      readonly host: string;
      readonly port: number;
      readonly code: string;
    };

export interface RunningRelay {
  readonly port: number;
  /** Where a browser on this machine finds it. */
  readonly address: string;
  /** Takes no new connection, ends idle ones, lets answers under way finish. Resolves when all are gone. */
  close(): Promise<void>;
}

/** Starts a relay in this process, or says what keeps it from starting. */
export async function startRelay(
  config: RelayConfig,
  limits: HttpLimits = HTTP_LIMITS,
): Promise<Result<RunningRelay, StartFault>> {
  const files = loadAppFiles(config.appFolder);
  if (!files.ok) return files;
  const data = prepareDataFolder(config.dataFolder);
  if (!data.ok) return data;
  const server = createHttpServer(files.value, limits);
  const port = await listen(server, config);
  if (!port.ok) return port;
  let closing: Promise<void> | undefined;
  return ok({
    port: port.value,
    address: `http://${hostForUrl(config.host)}:${port.value}`,
    close: () => (closing ??= close(server, limits.closeMs)),
  });
}

function prepareDataFolder(folder: string): Result<void, StartFault> {
  // The rights of a folder do not tell whether a write succeeds (a full or read-only disk): a write does.
  const probe = join(folder, `.halqa-${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, "");
    rmSync(probe);
    return ok(undefined);
  } catch (error) {
    return err({ kind: "data-not-writable", folder, code: codeOf(error) });
  }
}

function listen(
  server: Server,
  { host, port }: RelayConfig,
): Promise<Result<number, StartFault>> {
  return new Promise((resolve) => {
    const refuse = (error: Error): void => {
      resolve(err({ kind: "not-listening", host, port, code: codeOf(error) }));
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

function close(server: Server, graceMs: number): Promise<void> {
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

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error
    ? String(error.code)
    : "unknown";
}
