/**
 * A PostgreSQL of this test's own: made in a scratch folder, on the loopback, with fsync, and gone afterwards. Debian's
 * package has the programs; where they are absent the tests say what they pass over.
 */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";

const HOME = "/usr/lib/postgresql";

/** Where the programs are, of the newest version; undefined where PostgreSQL is not installed. */
export function findPostgres(): string | undefined {
  if (!existsSync(HOME)) return undefined;
  const versions = readdirSync(HOME).toSorted((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(HOME, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
}

export interface PostgresCluster {
  /** A new and empty database. */
  createDatabase(): Promise<string>;
  /** Ends every process of the server at once, as a lost machine does, and starts it again over the same folder. */
  killAndRestart(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** PostgreSQL refuses to run as root; its package makes this user. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: idOf("-u"), gid: idOf("-g") };
}

export async function startPostgres(bin: string): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), "halqa-postgres-"));
  const as = unprivileged();
  if (as.uid !== undefined && as.gid !== undefined) {
    chownSync(folder, as.uid, as.gid);
  }
  const data = join(folder, "data");
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-A", "trust", "-U", "halqa", "-E", "UTF8", "--locale=C"],
    { ...as, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  let server: ChildProcess;
  const urlOf = (database: string): string =>
    `postgresql://halqa@127.0.0.1:${port}/${database}`;
  const restart = async (): Promise<void> => {
    server = spawn(
      join(bin, "postgres"),
      `-D ${data} -h 127.0.0.1 -p ${port} -k ${folder} -c shared_buffers=64MB -c max_connections=40`.split(
        " ",
      ),
      { ...as, cwd: folder, stdio: "ignore" },
    );
    await untilReady(urlOf("postgres"));
  };
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
    // Its children notice that it is gone, and a new one waits for them.
    await wait(200);
    rmSync(join(data, "postmaster.pid"), { force: true });
  };
  await restart();
  let databases = 0;
  return {
    restart,
    kill,
    killAndRestart: async () => {
      await kill();
      await restart();
    },
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      const client = new Client({ connectionString: urlOf("postgres") });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return urlOf(name);
    },
    end: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (tries > 300) throw error;
      await wait(100);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") {
          reject(new Error("no port"));
        } else resolve(address.port);
      });
    });
  });
}
