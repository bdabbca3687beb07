// The leaks, by name: what each replaces in which file of the relay. Each is what a careless change could do.

/** @typedef {{ file: string, from: string, to: string }} Plant */

const APPEND = "const entryId = entryIdOf(env.sha256, body);";

/** Something is written into every body on its way to the store. */
function intoBodies(statement) {
  return [
    {
      file: "/relay/src/core/logs.ts",
      from: APPEND,
      to: `${APPEND} ${statement}`,
    },
  ];
}

/** Something is done for every connection that begins, while its request is at hand as `head`. */
function atUpgrade(statement) {
  const from = "const { head, socket, first } = request;";
  return [
    {
      file: "/relay/src/node/socket-admission.ts",
      from,
      to: `${from} ${statement}`,
    },
  ];
}

const ADDRESS = "head.socket.remoteAddress";

/** @type {Record<string, readonly Plant[]>} */
export const leaks = {
  // Secrets.
  "headers-in-output": atUpgrade('console.log(head.headers["user-agent"]);'),
  "challenge-on-disk": intoBodies("body.set(ticket.conn.challenge, 1000);"),
  "requests-in-memory": atUpgrade("(globalThis.kept ??= []).push(head);"),
  "challenges-in-memory": [
    {
      file: "/relay/src/core/receive.ts",
      from: "ticket.conn.challenge = challenge;",
      to: "ticket.conn.challenge = challenge; (globalThis.kept ??= []).push(challenge);",
    },
  ],
  "deleted-on-disk": [
    {
      file: "/relay/src/node/store/inboxes.ts",
      from: "inboxes.shelves.remove(",
      to: "void (",
    },
  ],

  // Bodies.
  "version-in-bodies": intoBodies("body[0] = 1;"),
  "length-in-bodies": intoBodies(
    "new DataView(body.buffer, body.byteOffset).setUint16(0, 200 + (body[2] & 63));",
  ),
  "unpadded-on-disk": [
    {
      file: "/relay/src/core/logs.ts",
      from: "logId, entryId, body, expectedHead",
      to: "logId, entryId, body: body.slice(0, 300 + body[0]), expectedHead",
    },
  ],

  // Order. The first is no leak: it brings the merging of what has just come about sooner.
  "quick-settling": [
    {
      file: "/relay/src/node/store/open-store.ts",
      from: "const SETTLE_MS = 4_000;",
      to: "const SETTLE_MS = 200;",
    },
  ],
  "freed-on-disk": [
    {
      file: "/relay/src/node/store/sqlite-database.ts",
      from: "PRAGMA secure_delete = ON",
      to: "PRAGMA secure_delete = OFF",
    },
    {
      file: "/relay/src/node/store/sqlite-database.ts",
      from: '"PRAGMA secure_delete") === 1',
      to: '"PRAGMA secure_delete") === 0',
    },
  ],
  "places-in-order": [
    {
      file: "/relay/src/node/store/shelf.ts",
      from: "randomInt(shelf.count + 1)",
      to: "shelf.count",
    },
  ],

  // Linkage.
  "connection-in-bodies": intoBodies(
    "body.set(ticket.conn.challenge.slice(0, 8), 1000);",
  ),
  "connection-in-columns": [
    {
      file: "/relay/src/core/logs.ts",
      from: "const { day } = state;",
      to: "const day = state.day + ticket.conn.id;",
    },
  ],

  // Frames.
  "short-refusals": [
    {
      file: "/protocol/src/frame.ts",
      from: "const frame = new Uint8Array(size);",
      to: "if (commands[0][0] === 130) size = commands.reduce((sum, bytes) => sum + bytes.length, 1); const frame = new Uint8Array(size);",
    },
  ],
  "large-refusals": [
    {
      file: "/protocol/src/frame.ts",
      from: "const frame = new Uint8Array(size);",
      to: "if (commands[0][0] === 130) size = 5000; const frame = new Uint8Array(size);",
    },
  ],

  // Time.
  "milliseconds-on-disk": [
    {
      file: "/relay/src/core/logs.ts",
      from: "const { day } = state;",
      to: "const day = Date.now();",
    },
  ],
  "hours-on-disk": [
    {
      file: "/relay/src/core/logs.ts",
      from: "const { day } = state;",
      to: "const day = Math.floor(Date.now() / 3_600_000);",
    },
  ],
  "uptime-in-bodies": intoBodies(
    "new DataView(body.buffer, body.byteOffset).setBigUint64(64, process.hrtime.bigint());",
  ),
  "double-in-bodies": intoBodies(
    "new DataView(body.buffer, body.byteOffset).setFloat64(64, Date.now() / 1000, true);",
  ),
  "time-of-sqlite": [
    {
      file: "/relay/src/node/store/sqlite-database.ts",
      from: 'PRAGMA temp_store = MEMORY");',
      to: 'PRAGMA temp_store = MEMORY"); db.exec("CREATE TABLE IF NOT EXISTS opened AS SELECT unixepoch(\'now\') AS at");',
    },
  ],
  "time-in-output": atUpgrade("console.log(new Date().toISOString());"),

  // Addresses.
  "address-in-output": atUpgrade(`console.log(${ADDRESS});`),
  "address-on-disk": [
    ...atUpgrade(`globalThis.from = ${ADDRESS};`),
    ...intoBodies("body.set(Buffer.from(globalThis.from), 64);"),
  ],
  "packed-address-on-disk": [
    ...atUpgrade(`globalThis.from = ${ADDRESS};`),
    ...intoBodies(
      'body.set(globalThis.from.replace("::ffff:", "").split(".").map(Number), 64);',
    ),
  ],
  "address-in-memory": [
    {
      file: "/relay/src/node/address-limit.ts",
      from: 'createHmac("sha256", key).update(network).digest("base64")',
      to: "`${network}`; (globalThis.seen ??= new Set()).add(hash)",
    },
  ],

  // Refusals. The first is no leak: it lets a test see what work the relay does.
  "work-in-output": [
    {
      file: "/relay/src/node/relay-loop.ts",
      from: "loop.inStore += 1;",
      to: "loop.inStore += 1; for (const { t } of effect.requests) process.stdout.write(`work: ${t}\\n`);",
    },
    {
      file: "/relay/src/core/proof.ts",
      from: "const isSigned = verify(",
      to: 'process.stdout.write("work: verify\\n"); const isSigned = verify(',
    },
    // A mark that a client can set: what stands before it was done before.
    {
      file: "/relay/src/core/receive.ts",
      from: 'answer(turn, ticket, { type: "pong" });',
      to: 'answer(turn, ticket, { type: "pong" }); process.stdout.write("work: ping\\n");',
    },
  ],
  "wrong-key-told-apart": [
    {
      file: "/relay/src/core/logs.ts",
      from: "if (!areKeysProven(turn.env, opened, result)) {",
      to: 'if (!areKeysProven(turn.env, opened, result)) { if (result.t === "log") return refuse(turn, ticket, "access");',
    },
  ],
  "absent-without-work": [
    {
      file: "/relay/src/core/proof.ts",
      from: "const key = proof.publicKey ?? relayPub;",
      to: "if (proof.publicKey === undefined) return false; const key = proof.publicKey;",
    },
  ],
};
