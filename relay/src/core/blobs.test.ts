// Blobs, the access secret of a closed relay, and what a relay keeps in all.

import {
  BLOB_PART_SIZE,
  blobIdOf,
  bytesToAuthenticate,
  inboxIdOf,
  logIdOf,
  type AccessOperation,
} from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  appending,
  ask,
  bodyOf,
  connect,
  createWorld,
  creating,
  creatingInbox,
  inboxKeys,
  logKeys,
  named,
  opening,
  openingInbox,
  send,
  sha256,
  signatureOf,
  take,
  tryOut,
  type Asking,
  type Client,
} from "../testing/relay-world.ts";

const parts = [1, 2, 3, 4].map((n) => bodyOf(n, BLOB_PART_SIZE));
const partHashes = parts.map(sha256);
const blobId = blobIdOf(sha256, partHashes);
const making: Asking = { type: "blob-create", partHashes, access: undefined };

const storing = (index: number, bytes = parts[index]!): Asking => ({
  type: "blob-part",
  blobId,
  index,
  bytes,
});
const getting = (index: number): Asking => ({
  type: "blob-get",
  blobId,
  index,
});

describe("a blob", () => {
  it("[RL-39] takes the parts that it announced, and gives them back", () => {
    const world = createWorld();
    const [writer, reader] = [connect(world), connect(world)];
    expect(tryOut(writer, making)).toBe("ok");
    for (const index of [2, 0, 3, 1])
      expect(tryOut(writer, storing(index))).toBe("ok");
    for (const [index, bytes] of parts.entries()) {
      expect(ask(reader, getting(index))).toMatchObject({
        type: "blob-data",
        blobId,
        index,
        bytes,
      });
    }
  });

  it("[RL-39] takes no other part, and none that was not announced", () => {
    const world = createWorld();
    const client = connect(world);
    expect(tryOut(client, storing(0))).toBe("unavailable");
    send(client, making);
    const changed = parts[0]!.slice();
    changed[9] = 1;
    expect(tryOut(client, storing(0, changed))).toBe("unavailable");
    expect(tryOut(client, storing(0, parts[1]))).toBe("unavailable");
    expect(tryOut(client, storing(4, parts[0]))).toBe("unavailable");
    expect(tryOut(client, getting(0))).toBe("unavailable");
    expect(tryOut(client, getting(15))).toBe("unavailable");
  });

  it("[RL-40] comes together in any order, from several connections", () => {
    const world = createWorld();
    const [first, second] = [connect(world), connect(world)];
    expect(tryOut(first, making)).toBe("ok");
    expect(tryOut(first, storing(1))).toBe("ok");
    expect(tryOut(second, making)).toBe("ok");
    expect(tryOut(second, storing(1))).toBe("ok");
    expect(tryOut(second, storing(0))).toBe("ok");
    expect(tryOut(first, getting(0))).toBe("blob-data");
    expect(tryOut(second, getting(1))).toBe("blob-data");
  });
});

describe("a closed relay", () => {
  const [current, before, stranger] = [
    named("now"),
    named("before"),
    named("other"),
  ];
  const mac = (secret: Uint8Array, message: Uint8Array): Uint8Array =>
    sha256(signatureOf(secret, message));
  const log = logKeys("a");
  const inbox = inboxKeys("i");

  function shown(
    client: Client,
    secret: Uint8Array,
    proof: { readonly operation: AccessOperation; readonly id: Uint8Array },
  ): Uint8Array {
    const { relayPub } = client.world.env;
    const { challenge } = client;
    return mac(secret, bytesToAuthenticate({ ...proof, relayPub, challenge }));
  }

  /** What needs the secret, with the proof that a client holding `secret` shows. */
  function makings(client: Client, secret: Uint8Array): Asking[] {
    return [
      {
        ...creating(client, log),
        access: shown(client, secret, {
          operation: "create-log",
          id: log.logId,
        }),
      },
      {
        ...creatingInbox(client, inbox),
        access: shown(client, secret, {
          operation: "create-inbox",
          id: inbox.inboxId,
        }),
      },
      {
        type: "blob-create",
        partHashes,
        access: shown(client, secret, { operation: "blob-create", id: blobId }),
      },
    ];
  }

  it("[RL-12] asks for its secret, or the one before, where something is made", () => {
    for (const secret of [current, before]) {
      const client = connect(
        createWorld({ access: { secrets: [current, before], mac } }),
      );
      for (const asking of makings(client, secret))
        expect(tryOut(client, asking)).toBe("ok");
    }
  });

  it("[RL-12] refuses other secrets, none, and proofs for something else or someone else", () => {
    const world = createWorld({ access: { secrets: [current, before], mac } });
    const [client, other] = [connect(world), connect(world)];
    const good = makings(client, current);
    const bad = [
      ...makings(client, stranger),
      ...makings(other, current).map((theirs, i) => ({
        ...good[i]!,
        access: "access" in theirs ? theirs.access : undefined,
      })),
      ...good.map((asking) => ({ ...asking, access: undefined })),
      {
        ...creating(client, log),
        access: shown(client, current, {
          operation: "create-inbox",
          id: log.logId,
        }),
      },
      {
        ...creating(client, log),
        access: shown(client, current, {
          operation: "create-log",
          id: inbox.inboxId,
        }),
      },
    ];
    for (const asking of bad) expect(tryOut(client, asking)).toBe("access");
  });

  it("[RL-12] asks for nothing where something is used", () => {
    const world = createWorld({ access: { secrets: [current], mac } });
    const maker = connect(world);
    for (const asking of makings(maker, current)) send(maker, asking);
    const client = connect(world);
    expect(
      [
        opening(client, log),
        appending(log, bodyOf(1)),
        { type: "read", logId: log.logId, fromSeq: 1, limit: 1 } as const,
        openingInbox(client, inbox),
        { type: "inbox-send", sendId: inbox.sendId, body: bodyOf(1) } as const,
        storing(0),
        getting(0),
      ].map((asking) => tryOut(client, asking)),
    ).toEqual([
      "ok",
      "appended",
      "caught-up",
      "inbox-caught-up",
      "ok",
      "ok",
      "blob-data",
    ]);
  });

  it("[RL-12] is not what an open relay is: that one ignores the field", () => {
    const client = connect(createWorld());
    for (const asking of makings(client, stranger))
      expect(tryOut(client, asking)).toBe("ok");
  });
});

describe("the quotas of a relay", () => {
  const quotas = { logs: 2, inboxes: 1, blobParts: 5 };

  it("[RL-43] refuse what is more, and keep what is there", () => {
    const client = connect(createWorld({ quotas }));
    const [a, b, c] = [logKeys("a"), logKeys("b"), logKeys("c")];
    const made = (...askings: readonly Asking[]): string[] =>
      askings.map((asking) => tryOut(client, asking));
    expect(
      made(
        creating(client, a),
        creating(client, b),
        creating(client, c),
        creating(client, a),
      ),
    ).toEqual(["ok", "ok", "quota", "ok"]);
    expect(made(opening(client, a), opening(client, c))).toEqual([
      "ok",
      "unavailable",
    ]);
    const [i, j] = [inboxKeys("i"), inboxKeys("j")];
    expect(
      made(
        creatingInbox(client, i),
        creatingInbox(client, j),
        creatingInbox(client, i),
      ),
    ).toEqual(["ok", "quota", "ok"]);
    const single = {
      type: "blob-create",
      partHashes: [named("p")],
      access: undefined,
    } as const;
    const another = { ...single, partHashes: [named("q")] };
    expect(made(making, single, another, making, storing(0))).toEqual([
      "ok",
      "ok",
      "quota",
      "ok",
      "ok",
    ]);
    take(client);
  });

  it("[RL-6] are counted by ids that the relay reckons itself", () => {
    const world = createWorld();
    const client = connect(world);
    const [log, inbox] = [logKeys("a"), inboxKeys("i")];
    send(client, creating(client, log), creatingInbox(client, inbox), making);
    const made = world.effects.flatMap((effect) =>
      effect.t === "store" ? effect.requests : [],
    );
    expect(made).toMatchObject([
      { logId: logIdOf(sha256, log.writePub, log.readPub) },
      { inboxId: inboxIdOf(sha256, inbox.ownerPub) },
      { blobId },
    ]);
  });
});
