// The tables as version 1 of the layout had them, for the test of the way from there to here.

function id(column: string): string {
  return `${column} BLOB NOT NULL CHECK (length(${column}) = 32)`;
}

export const LAYOUT_1 = `
  CREATE TABLE relay (
    ${id("relay_pub")}
  ) STRICT;

  -- Counted as they are made: counting them at each start would read them all.
  CREATE TABLE totals (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0);

  CREATE TABLE logs (
    ${id("log_id")} PRIMARY KEY,
    ${id("write_pub")},
    ${id("read_pub")},
    seq INTEGER NOT NULL,
    ${id("head")},
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE entries (
    ${id("log_id")},
    seq INTEGER NOT NULL,
    ${id("entry_id")},
    ${id("head")},
    day INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log_id, seq)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX entry_by_id ON entries (log_id, entry_id);

  CREATE TABLE inboxes (
    ${id("inbox_id")} PRIMARY KEY,
    ${id("owner_pub")},
    ${id("send_id")} UNIQUE,
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE messages (
    ${id("inbox_id")},
    seq INTEGER NOT NULL,
    ${id("message_id")},
    day INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (inbox_id, seq)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX message_by_id ON messages (inbox_id, message_id);

  CREATE TABLE blobs (
    ${id("blob_id")} PRIMARY KEY,
    part_hashes BLOB NOT NULL,
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE parts (
    ${id("blob_id")},
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (blob_id, part)
  ) WITHOUT ROWID, STRICT;
`;
