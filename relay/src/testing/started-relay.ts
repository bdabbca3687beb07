// A relay in this process, with folders of its own and limits that a test can wait for.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import {
  HTTP_LIMITS,
  SOCKET_LIMITS,
  type HttpLimits,
  type RelayConfig,
  type SocketLimits,
} from "../core/index.ts";
import {
  startRelay,
  type RelayLimits,
  type RunningRelay,
} from "../node/start-relay.ts";
import { createScratch } from "./app-folder.ts";

export interface RelayOptions {
  readonly http?: Partial<HttpLimits>;
  readonly sockets?: Partial<SocketLimits>;
  readonly config?: Partial<RelayConfig>;
  /** Limits of the process. */
  readonly more?: Omit<RelayLimits, "http" | "sockets">;
  /** A folder that outlives the relay; without it the relay has one of its own. */
  readonly dataFolder?: string;
}

export interface StartedRelay extends RunningRelay {
  readonly dataFolder: string;
}

/** Starts a relay that leaves nothing behind but the data folder it was given. */
export async function startTestRelay(
  options: RelayOptions = {},
): Promise<StartedRelay> {
  const scratch = createScratch();
  const dataFolder = options.dataFolder ?? join(scratch.folder, "data");
  const started = await startRelay(
    {
      port: 0,
      host: "127.0.0.1",
      appFolder: scratch.appFolder,
      dataFolder,
      ...options.config,
    },
    {
      ...options.more,
      http: { ...HTTP_LIMITS, ...options.http },
      sockets: { ...SOCKET_LIMITS, ...options.sockets },
    },
  );
  if (!started.ok) {
    scratch.remove();
    throw new InvariantError(started.error.kind);
  }
  return {
    ...started.value,
    dataFolder,
    close: async () => {
      await started.value.close();
      rmSync(scratch.folder, { recursive: true, force: true });
    },
  };
}
