// The tables as version 2 of the layout had them, for the test of the way from there to here.

import { BODY_SIZES } from "@halqa/protocol";

const SHELF_SIZES = [1_024, ...BODY_SIZES] as const;

function id(column: string): string {
  return `${column} BLOB NOT NULL CHECK (length(${column}) = 32)`;
}

const WITHOUT_BODIES = `
  CREATE TABLE logs (
    ${id("log_id")} PRIMARY KEY,
    ${id("write_pub")},
    ${id("read_pub")},
    seq INTEGER NOT NULL,
    ${id("head")},
      gone_seq INTEGER NOT NULL,
    ${id("gone_head")},
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE inboxes (
    ${id("inbox_id")} PRIMARY KEY,
    ${id("owner_pub")},
    ${id("send_id")} UNIQUE,
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

  CREATE TABLE totals (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0);
`;

const BODIES = `
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

  ${["entry_bodies", "message_bodies", "part_bodies"].map(layoutOfShelves).join("")}
`;

export const LAYOUT_2 = `${OF_THE_RELAY}${WITHOUT_BODIES}${BODIES}`;

function layoutOfShelves(shelves: string): string {
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
