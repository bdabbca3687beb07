// `node relay/deploy/install.mjs APP RELAY`: all that a machine with systemd and Caddy needs to run the relay under two
// names: Node 24, the packages, the built app, settings, service, proxy. Starts nothing. May be run again, as after an
// update: it leaves the settings as they are.
//
// With `--root FOLDER` everything but the packages and the app goes below that folder, to be looked at.

import process from "node:process";
import { bootstrap } from "../../scripts/bootstrap.mjs";
import { fail } from "../../scripts/fail.mjs";
import { CADDYFILE, hasOtherCaddyfile, placeFiles } from "./place-files.mjs";

const NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const { app, relay, root } = readArguments(process.argv.slice(2));

await bootstrap();
const { root: checkout } = await import("../../scripts/root.mjs");
const { ensureInstalled } = await import("../../scripts/install.mjs");
const { ensureBuilt } = await import("../../scripts/build.mjs");

// A unit would have to quote a path with spaces or specifiers, and the service sees no home folders.
const isPlain = /^\/[A-Za-z0-9._/-]+$/.test(checkout);
if (!isPlain || /^\/(?:home|root|run\/user)\//.test(`${checkout}/`)) {
  fail(
    `The service cannot see ${checkout}: clone Halqa into /opt/halqa and try again.`,
  );
}
if (hasOtherCaddyfile(root)) {
  fail(
    `${CADDYFILE} serves something else: move it away and try again, or add relay/deploy/Caddyfile to it by hand.`,
  );
}
await ensureInstalled();
await ensureBuilt();
try {
  placeFiles({ app, relay, checkout, root });
} catch (error) {
  fail(
    `${error.path ?? root} cannot be written (${error.code}): run this as root.`,
  );
}
process.stdout.write(
  `Halqa is in place for https://${app} and wss://${relay}. Next: systemctl enable --now halqa-relay, and systemctl restart caddy.\n`,
);

function readArguments(given) {
  const at = given.indexOf("--root");
  const [, folder = "/"] = at === -1 ? [] : given.splice(at, 2);
  const [one, two, ...rest] = given;
  const areNames = [one, two].every((name) => NAME.test(name ?? ""));
  if (!areNames || one === two || rest.length > 0) {
    fail(
      "Give the names of the app and of the relay, two different ones: node relay/deploy/install.mjs app.example relay.example.",
    );
  }
  return { app: one, relay: two, root: folder };
}
