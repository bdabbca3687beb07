// Puts Node, the settings, the service and the proxy's file where a Debian machine looks for them. Starts nothing.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

const NODE = "/usr/local/lib/halqa/node";

const SETTINGS = "/etc/halqa/relay.conf";

export const CADDYFILE = "/etc/caddy/Caddyfile";

/** How a file begins that may be written over: ours, or the one that Debian's package of Caddy brings. */
const REPLACEABLE = [
  "# The proxy in front of the relay:",
  "# The Caddyfile is an easy way to configure your Caddy web server.",
];

/**
 * Whether there is a Caddyfile below `root` that serves something else.
 * @param {string} root
 */
export function hasOtherCaddyfile(root) {
  const path = join(root, CADDYFILE);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return !REPLACEABLE.some((beginning) => text.startsWith(beginning));
}

/**
 * Puts everything in place below `root`; settings that are there already stay as they are.
 * @param {{ app: string, relay: string, checkout: string, root: string }} place
 */
export function placeFiles({ app, relay, checkout, root }) {
  const fill = (text) =>
    text
      .replaceAll("@APP@", app)
      .replaceAll("@RELAY@", relay)
      .replaceAll("@NODE@", NODE)
      .replaceAll("@HALQA@", checkout);
  const put = (name, path, mode) => {
    const text = readFileSync(join(import.meta.dirname, name), "utf8");
    replaceFile(join(root, path), mode, (draft) => {
      writeFileSync(draft, fill(text));
    });
  };
  // A copy: the one in the cache belongs to whoever fetched it, and may be cleared away.
  replaceFile(join(root, NODE), 0o755, (draft) => {
    copyFileSync(process.execPath, draft);
  });
  // For root alone: a secret may be put in there.
  if (!existsSync(join(root, SETTINGS))) put("relay.conf", SETTINGS, 0o600);
  put("halqa-relay.service", "/etc/systemd/system/halqa-relay.service", 0o644);
  put("Caddyfile", CADDYFILE, 0o644);
}

/** A program that runs cannot be written over, but another may take its name. */
function replaceFile(target, mode, write) {
  const draft = `${target}.new`;
  mkdirSync(dirname(target), { recursive: true });
  write(draft);
  chmodSync(draft, mode);
  renameSync(draft, target);
}
