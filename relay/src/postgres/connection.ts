// One connection to PostgreSQL, made when it is needed and made again when it was lost.

import { Client } from "pg";
import { textParserOf } from "./text-values.ts";
import { createSession, type Session } from "./session.ts";

export interface Connection {
  /** The session of the connection that is there, or of a new one. Rejects where none can be made. */
  session(): Promise<Session>;
  close(): Promise<void>;
}

/** `url` as PostgreSQL's clients take it, `postgresql://user@host/database`. */
export function createConnection(url: string): Connection {
  let made: Promise<{ client: Client; session: Session }> | undefined;
  const forget = (): void => {
    made = undefined;
  };
  const connect = async () => {
    const client = new Client({
      connectionString: url,
      application_name: "halqa",
      // Nobody waits for longer than a client waits for its relay.
      connectionTimeoutMillis: 10_000,
      query_timeout: 30_000,
      keepAlive: true,
      types: { getTypeParser: textParserOf },
    });
    // A lost connection fails whatever is under way; the next run makes another one.
    client.on("error", forget);
    client.on("end", forget);
    await client.connect();
    // An acknowledged entry is on the disk, whatever the server's own setting says.
    await client.query("SET synchronous_commit = on");
    return { client, session: createSession(client) };
  };
  return {
    session: async () => {
      if (made === undefined) {
        const attempt = connect();
        made = attempt;
        attempt.catch(() => {
          if (made === attempt) made = undefined;
        });
      }
      return (await made).session;
    },
    close: async () => {
      const last = made;
      made = undefined;
      if (last === undefined) return;
      const { client } = await last;
      await client.end();
    },
  };
}
