// Simulated people around a relay. They do what clients do, and what they say is random, as envelopes are: circles of
// some of them, with live readers; removals, after which a circle goes on at another address; inboxes, some of them
// emptied; blobs; connections that end and come back.

import { randomBytes } from "node:crypto";
import { blobIdOf, BLOB_PART_SIZE, BODY_SIZES } from "@halqa/protocol";
import { sha256 } from "../../src/node/node-crypto.ts";
import {
  append,
  connectClient,
  createBody,
  createInbox,
  createLog,
  openLog,
  prove,
  type RelayClient,
} from "../../src/testing/relay-client.ts";
import { textCanary, type Canary } from "./search.ts";
import {
  createSecretInbox,
  createSecretLog,
  type SecretInbox,
  type SecretLog,
} from "./secrets.ts";
import { openTap, type Tap } from "./tap.ts";

export interface PopulationOptions {
  readonly users?: number;
  readonly circles?: number;
  readonly messages?: number;
  readonly blobs?: number;
}

export interface User {
  readonly name: string;
  /** The address that the relay sees. */
  readonly address: string;
  readonly tap: Tap;
  client: RelayClient;
}

export interface Sent {
  readonly to: Uint8Array;
  readonly body: Uint8Array;
}

export interface Population {
  readonly users: readonly User[];
  readonly logs: SecretLog[];
  readonly inboxes: SecretInbox[];
  readonly blobIds: Uint8Array[];
  /** Everything that was stored, in the order in which it was acknowledged. */
  readonly entries: Sent[];
  readonly messages: Sent[];
  readonly parts: Sent[];
  /** Messages that their owners have taken. */
  readonly deleted: Sent[];
  /** What no relay is ever told. */
  readonly secrets: readonly Canary[];
  /** What browsers and proxies say beside the protocol. */
  readonly headers: readonly Canary[];
  readonly close: () => Promise<void>;
}

const AGENT = "Mozilla/5.0 (canary; rv:";

/** Lets people live around the relay at `port`, and resolves when all of it is acknowledged. They stay connected. */
export async function simulate(
  port: number,
  options: PopulationOptions = {},
): Promise<Population> {
  const {
    users: userCount = 6,
    circles = 3,
    messages = 2,
    blobs = 1,
  } = options;
  const agents = Array.from({ length: userCount }, () =>
    randomBytes(12).toString("hex"),
  );
  const users = await Promise.all(
    agents.map((agent, i) => arrive(port, { agent, i })),
  );
  const world = emptyPopulation(users, agents);
  for (let c = 0; c < circles; c++) {
    // Every other one, so that each circle has other members.
    const members = users.filter((_, i) => (i + c) % (2 + (c % 3)) === 0);
    await live(world, members, messages);
  }
  for (let b = 0; b < blobs; b++) {
    const user = users[b % users.length];
    if (user !== undefined) await putBlob(world, user, b === 0 ? 4 : 1);
  }
  return world;
}

/** Ends a user's connection and opens another. */
export async function reconnect(user: User): Promise<void> {
  await user.client.close();
  user.client = await connectClient(user.tap.port);
}

/** Opens what is needed and appends one body. */
export async function say(
  world: Population,
  { client }: Pick<User, "client">,
  to: { readonly log: SecretLog; readonly size?: number },
): Promise<void> {
  const body = createBody(to.size ?? BODY_SIZES[0]);
  await append(client, to.log.id, body);
  world.entries.push({ to: to.log.id, body });
}

function emptyPopulation(
  users: readonly User[],
  agents: readonly string[],
): Population {
  const texts = users.map(() => `meet at ${randomBytes(8).toString("hex")}`);
  return {
    users,
    logs: [],
    inboxes: [],
    blobIds: [],
    entries: [],
    messages: [],
    parts: [],
    deleted: [],
    secrets: [
      ...users.map(({ name }) => textCanary("name", name)),
      ...texts.map((text) => textCanary("text", text)),
    ],
    headers: [
      ...agents.map((agent) => textCanary("header", agent)),
      textCanary("header", AGENT),
    ],
    close: async () => {
      await Promise.all(users.map(({ client }) => client.close()));
      await Promise.all(users.map(({ tap }) => tap.close()));
    },
  };
}

async function arrive(
  port: number,
  { agent, i }: { readonly agent: string; readonly i: number },
): Promise<User> {
  const address = `127.77.${101 + i}.${203 + (i % 40)}`;
  const headers = [`User-Agent: ${AGENT}${agent})`, `Cookie: id=${agent}`];
  const tap = await openTap(port, { from: address, headers });
  const client = await connectClient(tap.port);
  const name = `Canary ${randomBytes(6).toString("hex")}`;
  return { name, address, tap, client };
}

/** One circle: talk, a removal, talk at the next address, an inbox for each who stays. */
async function live(
  world: Population,
  members: readonly User[],
  messages: number,
): Promise<void> {
  const first = await openAddress(world, members);
  await talk(world, members, { log: first, messages });
  const staying = members.slice(1);
  const second = await openAddress(world, staying);
  await talk(world, staying, { log: second, messages });
  await Promise.all(
    staying.map((owner, i) => {
      const sender = staying[(i + 1) % staying.length] ?? owner;
      return receive(world, owner, sender);
    }),
  );
}

async function openAddress(
  world: Population,
  members: readonly User[],
): Promise<SecretLog> {
  const log = createSecretLog();
  world.logs.push(log);
  const [founder, ...others] = members;
  if (founder !== undefined) await createLog(founder.client, log);
  await Promise.all(others.map(({ client }) => openLog(client, log)));
  await Promise.all(
    members.map(({ client }) =>
      client.expect("caught-up", {
        type: "subscribe",
        logId: log.id,
        fromSeq: 1,
      }),
    ),
  );
  return log;
}

async function talk(
  world: Population,
  members: readonly User[],
  { log, messages }: { readonly log: SecretLog; readonly messages: number },
): Promise<void> {
  for (let m = 0; m < messages; m++) {
    await Promise.all(members.map((member) => say(world, member, { log })));
  }
}

/** An inbox gets two messages; its owner takes one of them. */
async function receive(
  world: Population,
  owner: User,
  sender: User,
): Promise<void> {
  const inbox = createSecretInbox();
  world.inboxes.push(inbox);
  await createInbox(owner.client, inbox);
  const sent = [createBody(), createBody()].map((body) => ({
    to: inbox.id,
    body,
  }));
  for (const { body } of sent) {
    await sender.client.expect("ok", {
      type: "inbox-send",
      sendId: inbox.sendId,
      body,
    });
  }
  await openInbox(owner.client, inbox);
  await owner.client.expect("ok", {
    type: "inbox-ack",
    inboxId: inbox.id,
    messageSeq: 1,
  });
  world.deleted.push(...sent.slice(0, 1));
  world.messages.push(...sent.slice(1));
}

export async function openInbox(
  client: RelayClient,
  { id, owner }: SecretInbox,
): Promise<void> {
  await client.expect("inbox-caught-up", {
    type: "open-inbox",
    inboxId: id,
    signature: prove(client, { key: owner, operation: "open-inbox", id }),
  });
}

async function putBlob(
  world: Population,
  { client }: User,
  count: 1 | 4,
): Promise<void> {
  const parts = Array.from({ length: count }, () => createBody(BLOB_PART_SIZE));
  const partHashes = parts.map(sha256);
  const blobId = blobIdOf(sha256, partHashes);
  world.blobIds.push(blobId);
  const access = undefined;
  await client.expect("ok", { type: "blob-create", partHashes, access });
  for (const [index, bytes] of parts.entries()) {
    await client.expect("ok", { type: "blob-part", blobId, index, bytes });
    world.parts.push({ to: blobId, body: bytes });
  }
}
