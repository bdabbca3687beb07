// The built app behind the real relay, in this process; as it is, or with a fault planted in a copy of it.

import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelay } from "@halqa/relay/node";

export const BUILT_APP = join(import.meta.dirname, "..", "..", "dist");

export interface ServedApp {
  readonly origin: string;
  readonly stop: () => Promise<void>;
  /** Another build at the same place: only for an app that was served from a copy. */
  readonly replace: (change: (folder: string) => void) => Promise<void>;
}

/** Serves the built app, or a copy that `change` has altered, under the production headers. */
export async function serveApp(
  change?: (folder: string) => void,
): Promise<ServedApp> {
  if (!existsSync(join(BUILT_APP, "index.html"))) {
    throw new Error("Build the app first: npx vite build apps/web");
  }
  const scratch = mkdtempSync(join(tmpdir(), "halqa-e2e-"));
  const appFolder = change ? join(scratch, "app") : BUILT_APP;
  if (change) {
    cpSync(BUILT_APP, appFolder, { recursive: true });
    change(appFolder);
  }
  const start = async (port: number) => {
    const dataFolder = join(scratch, "data");
    const config = { port, host: "127.0.0.1", appFolder, dataFolder };
    const started = await startRelay(config);
    if (!started.ok) throw new Error(started.error.kind);
    return started.value;
  };
  let relay = await start(0);
  return {
    origin: relay.address,
    stop: async () => {
      await relay.close();
      rmSync(scratch, { recursive: true, force: true });
    },
    replace: async (next) => {
      if (!change) throw new Error("this is the build itself");
      await relay.close();
      next(appFolder);
      relay = await start(relay.port);
    },
  };
}
