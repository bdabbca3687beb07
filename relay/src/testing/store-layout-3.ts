// The tables as version 3 of the layout had them, for the test of the way from there to here.

import { BODY_SIZES } from "@halqa/protocol";

const SHELF_SIZES = [1_024, ...BODY_SIZES] as const;
const LEAVES = [
  "logs",
  "entries",
  "inboxes",
  "send_ids",
  "messages",
  "blobs",
  "parts",
  "entry_places",
  "message_places",
  "part_places",
];

const SHELVES = ["entry_bodies", "message_bodies", "part_bodies"].flatMap(
  (shelves) =>
    SHELF_SIZES.map(
      (size) => `
  CREATE TABLE ${shelves}_${size} (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 32),
    item BLOB NOT NULL CHECK (length(item) = 20),
    size INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) = ${size})
  ) STRICT;
`,
    ),
);

export const LAYOUT_3 = `
  CREATE TABLE relay (
    relay_pub BLOB NOT NULL CHECK (length(relay_pub) = 32)
  ) STRICT;

  CREATE TABLE totals (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0);

  CREATE TABLE staging (
    n INTEGER PRIMARY KEY,
    log_id BLOB NOT NULL CHECK (length(log_id) = 32),
    seq INTEGER NOT NULL,
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 32),
    head BLOB NOT NULL CHECK (length(head) = 32),
    day INTEGER NOT NULL,
    place INTEGER NOT NULL,
    moved_to INTEGER NOT NULL
  ) STRICT;
  ${LEAVES.map(
    (table) => `
  CREATE TABLE ${table} (
    leaf INTEGER PRIMARY KEY,
    records BLOB NOT NULL
  ) STRICT;
  INSERT INTO ${table} VALUES (0, zeroblob(4032));
`,
  ).join("")}
  ${SHELVES.join("")}
`;
