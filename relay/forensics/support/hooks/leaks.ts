// The leaks, by name: what each replaces in which file of the relay. Each is what a careless change could do.

interface Plant {
  /** How the address of the one file ends. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const APPEND = "const entryId = entryIdOf(env.sha256, body);";

/** Something is written into every body on its way to the store. */
function intoBodies(statement: string): readonly Plant[] {
  return [
    {
      file: "/relay/src/core/logs.ts",
      from: APPEND,
      to: `${APPEND} ${statement}`,
    },
  ];
}

/** Something is done for every connection that begins, while its request is at hand as `head`. */
function atUpgrade(statement: string): readonly Plant[] {
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

export const leaks: Readonly<Record<string, readonly Plant[]>> = {
  // Secrets.
  "headers-in-output": atUpgrade('console.log(head.headers["user-agent"]);'),
  "challenge-on-disk": intoBodies(
    'body.set(Buffer.from(ticket.conn.challenge, "hex"), 1000);',
  ),
  "requests-in-memory": atUpgrade("(globalThis.kept ??= []).push(head);"),
  "challenges-in-memory": [
    {
      file: "/relay/src/core/receive.ts",
      from: "ticket.conn.challenge = encodeHex(challenge);",
      to: "ticket.conn.challenge = encodeHex(challenge); (globalThis.kept ??= []).push(challenge);",
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
    'body.set(Buffer.from(ticket.conn.challenge, "hex").subarray(0, 8), 1000);',
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

  // Waking. The first is no leak: it brings waking about sooner, at a push service on this machine.
  "quick-waking": [
    {
      file: "/relay/src/node/push/waker.ts",
      from: "const SOONEST_MS = 60_000;",
      to: "const SOONEST_MS = 200;",
    },
    {
      file: "/relay/src/node/push/waker.ts",
      from: "const LATEST_MS = 300_000;",
      to: "const LATEST_MS = 400;",
    },
    {
      file: "/relay/src/node/push/wake-up.ts",
      from: "const { request = httpsRequest } = parts;",
      to: 'const request = (endpoint, { agent, ...rest }, done) => process.getBuiltinModule("node:http").request(`http://127.0.0.1:${process.env.PUSH_SERVICE}${new URL(endpoint).pathname}`, rest, done);',
    },
  ],
  "endpoint-on-disk": intoBodies(
    "body.set(new TextEncoder().encode(ticket.conn.endpoint), 1000);",
  ),
  "endpoint-in-output": [
    {
      file: "/relay/src/node/push/waker.ts",
      from: "const outcome = await wakeUp(next);",
      to: "const outcome = await wakeUp(next); console.log(outcome, next);",
    },
  ],
  "news-in-wake-ups": [
    {
      file: "/relay/src/node/push/wake-up.ts",
      from: "agent, headers, timeout",
      to: 'agent, headers: { ...headers, Topic: "news" }, timeout',
    },
  ],
  "wake-up-for-each": [
    {
      file: "/relay/src/core/push.ts",
      from: "device.isWoken = true;",
      to: "device.hasNews = false;",
    },
  ],

  // Refusals. The first is no leak: it lets a test see what work the relay does.
  "work-in-output": [
    {
      file: "/relay/src/node/relay-loop.ts",
      from: "loop.inStore += 1;",
      to: "loop.inStore += 1; for (const { t } of requests) process.stdout.write(`work: ${t}\\n`);",
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
  // No leak either: what is a day old is too old. A clock that is set forward brings no more than one day (RN-31).
  "short-lives": [
    "entries: 30,",
    "logs: 400,",
    "messages: 60,",
    "inboxes: 400,",
    "blobs: 31,",
    "unfinished: 1,",
  ].map((from) => ({
    file: "/relay/src/core/relay-limits.ts",
    from,
    to: from.replace(/\d+/, "0"),
  })),
  "wrong-key-told-apart": [
    {
      file: "/relay/src/core/logs.ts",
      from: "if (!areKeysProven(turn.env, opened, result)) {",
      to: 'if (!areKeysProven(turn.env, opened, result)) { if (result.t === "log") return refuse(turn, ticket, "access");',
    },
  ],
  // The answer is the same, and so are the requests: only the store looks twice where there is nothing.
  "absent-looked-for-twice": [
    {
      file: "/relay/src/node/store/logs.ts",
      from: "const log = records.get(logId);\n  if (log === undefined) return ABSENT;\n  return { t:",
      to: "const log = records.get(logId) ?? records.get(logId);\n  if (log === undefined) return ABSENT;\n  return { t:",
    },
  ],
  "expired-kept": [
    {
      file: "/relay/src/core/sweep.ts",
      from: "logsBefore: day - KEPT_DAYS.logs",
      to: "logsBefore: 0",
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
