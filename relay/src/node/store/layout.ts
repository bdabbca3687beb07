// The tables (docs/spec/relay-node.md, "The store"). What is small lies in leaves, in the order of ids, which are hashes;
// bodies lie at places that are drawn; what carries a time carries a whole day: what a thief of the disk reads is how many
// there are, how large and how old in days.

import { BODY_SIZES } from "@halqa/protocol";
import { layoutOfLeaves } from "./leaves.ts";
import { shapeOf, type RecordShape } from "./record.ts";

/** Goes up with every change of the layout. */
export const LAYOUT_VERSION = 4;

/**
 * What a body takes on its shelf. The bodies of the protocol fill theirs; the first is for shorter ones, which no frame
 * brings.
 */
export const SHELF_SIZES = [1_024, ...BODY_SIZES] as const;

/** A log: its keys, its end, the last entry that was deleted for its age with the head there, and its last day. */
export const LOGS = shapeOf("logs", {
  logId: "id",
  writePub: "id",
  readPub: "id",
  seq: "u32",
  head: "id",
  goneSeq: "u32",
  goneHead: "id",
  day: "u48",
});

export const ENTRIES = shapeOf("entries", {
  entry: "numbered",
  entryId: "id",
  head: "id",
  day: "u48",
});

/** `memberKeys` says how many keys there are that members sign with: the current one, and the one before. */
export const INBOXES = shapeOf("inboxes", {
  inboxId: "id",
  ownerPub: "id",
  sendId: "id",
  memberKeys: "u8",
  memberPub: "id",
  memberPubBefore: "id",
  seq: "u32",
  openCount: "u32",
  memberCount: "u32",
  day: "u48",
});

export const SEND_IDS = shapeOf("send_ids", { sendId: "id", inboxId: "id" });

/** `isMember` is 1 where a member of the owner's circle sent it. */
export const MESSAGES = shapeOf("messages", {
  message: "numbered",
  messageId: "id",
  isMember: "u8",
  day: "u48",
});

export const BLOBS = shapeOf("blobs", {
  blobId: "id",
  parts: "u32",
  day: "u48",
});

export const PARTS = shapeOf("parts", { part: "numbered", hash: "id" });

/** What has bodies: the tables where they lie, and one that says where. */
export interface Kind {
  readonly shelves: string;
  readonly places: RecordShape<{
    readonly item: "item";
    readonly place: "u48";
  }>;
}

function kindOf(name: string): Kind {
  const places = shapeOf(`${name}_places`, { item: "item", place: "u48" });
  return { shelves: `${name}_bodies`, places };
}

export const ENTRY_BODIES = kindOf("entry");
export const MESSAGE_BODIES = kindOf("message");
export const PART_BODIES = kindOf("part");

const KINDS = [ENTRY_BODIES, MESSAGE_BODIES, PART_BODIES];

/** All tables of leaves. */
export const LEAVES: readonly RecordShape[] = [
  LOGS,
  ENTRIES,
  INBOXES,
  SEND_IDS,
  MESSAGES,
  BLOBS,
  PARTS,
  ...KINDS.map(({ places }) => places),
];

export const OF_THE_RELAY = `
  CREATE TABLE relay (
    relay_pub BLOB NOT NULL CHECK (length(relay_pub) = 32)
  ) STRICT;

  -- Counted as they are made: counting them at each start would read them all.
  CREATE TABLE totals (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0);
`;

/** The tables where entries arrive: while what is in one of them is put in its place, what comes goes to the other. */
export const STAGING_TABLES = ["staging_0", "staging_1"] as const;

/**
 * The only tables in the order of arrival, emptied within seconds: body and record as they lie on the shelf and in the leaf
 * afterwards.
 */
export const STAGING = STAGING_TABLES.map(
  (table) => `
  CREATE TABLE ${table} (
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 32),
    record BLOB NOT NULL CHECK (length(record) = ${ENTRIES.width}),
    size INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
`,
).join("");

/** Everything but what the relay is and how much it holds. */
export const CONTENTS = `
  ${STAGING}
  ${LEAVES.map(({ table }) => layoutOfLeaves(table)).join("")}
  ${KINDS.map(layoutOfShelves).join("")}
`;

export const LAYOUT = `${OF_THE_RELAY}${CONTENTS}`;

function layoutOfShelves({ shelves }: Kind): string {
  return SHELF_SIZES.map(
    (size) => `
  CREATE TABLE ${shelves}_${size} (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 32),
    -- The beginnings of its hash and of the id, and its number.
    item BLOB NOT NULL CHECK (length(item) = 20),
    size INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) = ${size})
  ) STRICT;
`,
  ).join("");
}
