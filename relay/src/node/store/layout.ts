// The tables (docs/spec/relay-node.md, "The store"). Rows lie in the order of their ids, which are hashes, bodies at places
// that are drawn, and what carries a time carries a whole day: what a thief of the disk reads is how many there are, how
// large and how old in days.

import { BODY_SIZES } from "@halqa/protocol";

/** Goes up with every change of the layout. */
export const LAYOUT_VERSION = 2;

/**
 * What a body takes on its shelf. The bodies of the protocol fill theirs; the first is for shorter ones, which no frame
 * brings.
 */
export const SHELF_SIZES = [1_024, ...BODY_SIZES] as const;

/** A kind of what has a body: the table of its rows, the columns of its id and its number, and its shelves. */
export interface Kind {
  readonly table: "entries" | "messages" | "parts";
  readonly id: string;
  readonly number: string;
  readonly shelves: string;
}

export const ENTRIES: Kind = {
  table: "entries",
  id: "log_id",
  number: "seq",
  shelves: "entry_bodies",
};

export const MESSAGES: Kind = {
  table: "messages",
  id: "inbox_id",
  number: "seq",
  shelves: "message_bodies",
};

export const PARTS: Kind = {
  table: "parts",
  id: "blob_id",
  number: "part",
  shelves: "part_bodies",
};

const ID = "BLOB NOT NULL CHECK (length(%) = 32)";

function id(column: string): string {
  return `${column} ${ID.replace("%", column)}`;
}

/** What a log, an inbox and a blob is, without its bodies. */
export const WITHOUT_BODIES = `
  CREATE TABLE logs (
    ${id("log_id")} PRIMARY KEY,
    ${id("write_pub")},
    ${id("read_pub")},
    seq INTEGER NOT NULL,
    ${id("head")},
    -- The last entry that was deleted for its age, and the head there.
    gone_seq INTEGER NOT NULL,
    ${id("gone_head")},
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE inboxes (
    ${id("inbox_id")} PRIMARY KEY,
    ${id("owner_pub")},
    ${id("send_id")} UNIQUE,
    -- The keys that members sign with: the current one, and the one before.
    member_pub BLOB,
    member_pub_before BLOB,
    seq INTEGER NOT NULL,
    open_count INTEGER NOT NULL,
    member_count INTEGER NOT NULL,
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE blobs (
    ${id("blob_id")} PRIMARY KEY,
    part_hashes BLOB NOT NULL,
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
`;

const OF_THE_RELAY = `
  CREATE TABLE relay (
    ${id("relay_pub")}
  ) STRICT;

  -- Counted as they are made: counting them at each start would read them all.
  CREATE TABLE totals (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0);
`;

/** Rows of entries, messages and parts, whose bodies lie on shelves, and the table where entries arrive. */
export const BODIES = `
  -- The one table in the order of arrival: emptied within seconds.
  CREATE TABLE staging (
    n INTEGER PRIMARY KEY,
    ${id("log_id")},
    seq INTEGER NOT NULL,
    ${id("entry_id")},
    ${id("head")},
    day INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  CREATE TABLE entries (
    ${id("log_id")},
    seq INTEGER NOT NULL,
    ${id("entry_id")},
    ${id("head")},
    day INTEGER NOT NULL,
    size INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (log_id, seq)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX entry_by_id ON entries (log_id, entry_id);

  CREATE TABLE messages (
    ${id("inbox_id")},
    seq INTEGER NOT NULL,
    ${id("message_id")},
    -- 1 where a member of the owner's circle sent it.
    is_member INTEGER NOT NULL,
    day INTEGER NOT NULL,
    size INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, seq)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX message_by_id ON messages (inbox_id, message_id);

  CREATE TABLE parts (
    ${id("blob_id")},
    part INTEGER NOT NULL,
    size INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (blob_id, part)
  ) WITHOUT ROWID, STRICT;

  ${[ENTRIES, MESSAGES, PARTS].map(layoutOfShelves).join("")}
`;

export const LAYOUT = `${OF_THE_RELAY}${WITHOUT_BODIES}${BODIES}`;

function layoutOfShelves({ shelves }: Kind): string {
  return SHELF_SIZES.map(
    (size) => `
  CREATE TABLE ${shelves}_${size} (
    place INTEGER PRIMARY KEY,
    ${id("id")},
    number INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) = ${size})
  ) STRICT;
`,
  ).join("");
}
