// The relays of circles: mirrors, moves to another one, and what is carried by hand where there is no network.

import { readFileSync, statSync } from "node:fs";
import { encodeBase64url, err, ok, type Result } from "@halqa/bytes";
import type { Given } from "../form.ts";
import {
  exitRefused,
  notDelivered,
  refusal,
  type Failure,
} from "../outcome.ts";
import { fetchRelayRecord } from "../relay-record.ts";
import { act, deliver, look, type Session } from "../session.ts";
import { canRead, writeNewFile } from "../whole-file.ts";
import {
  acting,
  actIn,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

const closed =
  "A closed relay asks for a secret: it is read from HALQA_RELAY_ACCESS.";

export const relayCommands: Group = {
  title: "Relays",
  entries: [
    {
      usage: "relays CIRCLE",
      about: "list the relays of a circle",
      run: inCircle(listRelays),
    },
    {
      usage: "relay-add CIRCLE URL",
      about: "give a circle a mirror, or another address of a relay",
      more: closed,
      run: inCircle(addRelay),
    },
    {
      usage: "relay-remove CIRCLE KEY",
      about: "take a mirror away, by its key",
      run: acting((given, circle) => ({
        command: "remove-relay",
        circle,
        relayPub: given.text("KEY"),
      })),
    },
    {
      usage: "home-relay URL",
      about: "found circles at another relay from now on",
      more: closed,
      run: setHome,
    },
    {
      usage: "move CIRCLE URL [--without]",
      about: "go on at another relay",
      more: `A steward moves a circle, which waits for the old relay. Where a mirror tells that it is away, or where it is not wanted (--without), members give their word with \`halqa move-approve\`. ${closed}`,
      run: inCircle(proposeMove),
    },
    {
      usage: "moves CIRCLE",
      about: "which moves ask for words",
      run: inCircle(listMoves),
    },
    {
      usage: "move-approve CIRCLE MOVE",
      about: "give your word for a move",
      run: inCircle((session, given, { circle }) =>
        stored(session, {
          command: "approve-move",
          circle,
          move: given.text("MOVE"),
        }),
      ),
    },
    {
      usage: "bundle CIRCLE FILE [--since NUMBER] [--outbox]",
      about: "write sealed messages into a file to be carried by hand",
      more: "--since: only what lies behind this entry of the log. --outbox: with what waits to be sent. It holds what this call reads of the log, so give one right after it was said; messages that an earlier call has read are not in it.",
      run: inCircle(writeBundle),
    },
    {
      usage: "import FILE",
      about: "take in such a file",
      run: importBundle,
    },
  ],
};

async function listRelays(
  session: Session,
  _: Given,
  { circle }: Place,
): Ending {
  const { relays } = await look(session, { query: "circle", circle });
  for (const relay of relays)
    session.print({ type: "relay", circle, ...relay });
  return undefined;
}

async function listMoves(
  session: Session,
  _: Given,
  { circle, reached }: Place,
): Ending {
  const { moves } = await look(session, { query: "circle", circle });
  for (const move of moves) session.print({ type: "move", circle, ...move });
  return reached || session.settings.offline ? undefined : notDelivered;
}

interface RelayOf {
  readonly url: string;
  readonly relayPub: string;
  readonly access?: string;
}

/** A relay by its address: its key is asked of itself, as at `init`. */
async function relayAt(
  session: Session,
  address: string,
): Promise<Result<RelayOf, Failure>> {
  const record = await fetchRelayRecord(address);
  if (!record.ok) return err(record.error);
  const { url, relayPub } = record.value;
  const access = session.secret("HALQA_RELAY_ACCESS");
  return ok({
    url,
    relayPub: encodeBase64url(relayPub),
    ...(access === undefined ? {} : { access }),
  });
}

async function addRelay(session: Session, given: Given, place: Place): Ending {
  const relay = await relayAt(session, given.text("URL"));
  if (!relay.ok) return relay.error;
  const { circle } = place;
  const command = "add-relay";
  return actIn(session, circle, { command, circle, ...relay.value });
}

async function setHome(session: Session, given: Given): Ending {
  const relay = await relayAt(session, given.text("URL"));
  if (!relay.ok) return relay.error;
  return stored(session, { command: "set-home-relay", ...relay.value });
}

async function proposeMove(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const relay = await relayAt(session, given.text("URL"));
  if (!relay.ok) return relay.error;
  const asked = await act(session, {
    command: "propose-move",
    circle,
    ...relay.value,
    ...(given.has("without") ? { without: true } : {}),
  });
  if (!asked.ok) return asked.error;
  const { moves } = await look(session, { query: "circle", circle });
  for (const move of moves) session.print({ type: "move", circle, ...move });
  if (!(await deliver(session, circle))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}

/** For what is done when it is stored here. */
async function stored(
  session: Session,
  command: Parameters<typeof act>[1],
): Ending {
  const done = await act(session, command);
  if (!done.ok) return done.error;
  const { circles } = await look(session, { query: "app" });
  const named = "circle" in command ? command.circle : undefined;
  const circle = circles.find((one) => one.circle === named)?.circle;
  if (circle !== undefined && !(await deliver(session, circle)))
    return notDelivered;
  session.print({ type: "done" });
  return undefined;
}

async function writeBundle(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const since = given.number("since");
  const made = await act(session, {
    command: "export-bundle",
    circle,
    ...(since === undefined ? {} : { since }),
    ...(given.has("outbox") ? { outbox: true } : {}),
  });
  if (!made.ok) return made.error;
  if (made.value.kind !== "bundle") return undefined;
  const file = given.text("FILE");
  const written = await writeNewFile(file, [made.value.bundle]);
  if (!written.ok) return written.error;
  session.print({ type: "bundle", circle, file, bytes: written.value });
  return undefined;
}

/** More than a bundle of ours can have. */
const MAX_BUNDLE = 256 * 1_048_576;

async function importBundle(session: Session, given: Given): Ending {
  const file = given.text("FILE");
  if (!canRead(file) || !statSync(file).isFile())
    return exitRefused("bad-file", `"${file}" cannot be read.`);
  if (statSync(file).size > MAX_BUNDLE) return refusal("bad-bundle");
  const bundle = new Uint8Array(readFileSync(file));
  return stored(session, { command: "import-bundle", bundle });
}
