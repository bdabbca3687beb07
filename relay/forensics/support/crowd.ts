// Many logs with equal histories: the same number of entries each, from connections that each have several. Whatever
// differs between two of them on a disk, apart from random bytes, was not in what clients sent.

import {
  append,
  connectClient,
  createBody,
  createLog,
  type RelayClient,
} from "../../src/testing/relay-client.ts";
import type { Sent } from "./population.ts";
import { createSecretLog, type SecretLog } from "./secrets.ts";

export interface Crowd {
  readonly logs: readonly SecretLog[];
  /** In the order in which they were acknowledged. */
  readonly entries: readonly Sent[];
}

export async function gatherCrowd(
  port: number,
  options: {
    readonly connections: number;
    readonly logsEach: number;
    readonly entriesEach: number;
  },
): Promise<Crowd> {
  const entries: Sent[] = [];
  const gathered = await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const client = await connectClient(port);
      const logs = Array.from({ length: options.logsEach }, createSecretLog);
      await Promise.all(
        logs.map((log) =>
          fill(client, { log, entries, count: options.entriesEach }),
        ),
      );
      await client.close();
      return logs;
    }),
  );
  return { logs: gathered.flat(), entries };
}

async function fill(
  client: RelayClient,
  to: {
    readonly log: SecretLog;
    readonly entries: Sent[];
    readonly count: number;
  },
): Promise<void> {
  await createLog(client, to.log);
  for (let i = 0; i < to.count; i++) {
    const body = createBody();
    await append(client, to.log.id, body);
    to.entries.push({ to: to.log.id, body });
  }
}
