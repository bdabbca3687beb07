// Files: with messages, the circle's picture, and its charter, which is a text.

import { readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { FilesView, FileView } from "@halqa/engine";
import { err, ok, type Result } from "@halqa/bytes";
import type { Given } from "../form.ts";
import {
  exitLater,
  exitRefused,
  notDelivered,
  refusal,
  type Failure,
} from "../outcome.ts";
import { act, deliver, waitFor, type Session } from "../session.ts";
import { canRead, writeNewFile } from "../whole-file.ts";
import {
  acting,
  actIn,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

const asItIs =
  "A file goes as it is: a photo may say in itself where and when it was taken.";

export const fileCommands: Group = {
  title: "Files",
  entries: [
    {
      usage: "attach CIRCLE FILE [TEXT]",
      about: "send a file, with a text or without",
      more: `At most 10 MiB. ${asItIs}`,
      run: inCircle(attach),
    },
    {
      usage: "fetch CIRCLE ID FILE [--number NUMBER]",
      about: "write a message's file to FILE; --number 2 for its second",
      run: inCircle(fetchFile),
    },
    {
      usage: "picture CIRCLE [FILE] [--none]",
      about: "give a circle a picture; --none takes it away",
      more: `At most 1,044,435 bytes. ${asItIs}`,
      run: inCircle(setPicture),
    },
    {
      usage: "charter CIRCLE [TEXT] [--none]",
      about: "show or write what a circle has agreed on",
      run: inCircle(showOrSetCharter),
    },
  ],
};

const MAX_FILE = 10 * 1_048_576;

const mediaTypes: ReadonlyMap<string, string> = new Map([
  [".gif", "image/gif"],
  [".jpeg", "image/jpeg"],
  [".jpg", "image/jpeg"],
  [".md", "text/markdown"],
  [".pdf", "application/pdf"],
  [".png", "image/png"],
  [".txt", "text/plain"],
  [".webp", "image/webp"],
]);

async function attach(session: Session, given: Given, place: Place): Ending {
  const { circle } = place;
  const path = given.text("FILE");
  const bytes = readWhole(path);
  if (!bytes.ok) return bytes.error;
  const added = await act(session, {
    command: "add-attachment",
    circle,
    bytes: bytes.value,
    name: basename(path),
    mediaType:
      mediaTypes.get(extname(path).toLowerCase()) ?? "application/octet-stream",
    kind: "file",
  });
  if (!added.ok) return added.error;
  if (added.value.kind !== "attachment") return undefined;
  return actIn(session, circle, {
    command: "send",
    circle,
    text: given.maybe("TEXT") ?? "",
    attachments: [added.value.attachment],
  });
}

function readWhole(path: string): Result<Uint8Array, Failure> {
  if (!canRead(path) || !statSync(path).isFile())
    return err(exitRefused("bad-file", `"${path}" cannot be read.`));
  if (statSync(path).size > MAX_FILE) return err(refusal("bad-file"));
  return ok(new Uint8Array(readFileSync(path)));
}

const notHere = exitLater(
  "not-here",
  "The file has not come yet: the same call later goes on with it.",
);

async function fetchFile(session: Session, given: Given, place: Place): Ending {
  const { circle } = place;
  const item = given.text("ID");
  const index = (given.number("number") ?? 1) - 1;
  const asked = await act(session, {
    command: "fetch-attachment",
    circle,
    item,
    index,
  });
  if (!asked.ok) return asked.error;
  const isIt = ({ of }: FileView): boolean =>
    of?.item === item && of.index === index;
  const isOver = ({ files }: FilesView): boolean =>
    files.some((one) => isIt(one) && ["here", "failed"].includes(one.state));
  await waitFor(session, { query: "files", circle }, isOver);
  const opened = await act(session, {
    command: "open-attachment",
    circle,
    item,
    index,
  });
  if (!opened.ok)
    return opened.error.error === "not-here" ? notHere : opened.error;
  if (opened.value.kind !== "file") return notHere;
  return writeFetched(session, given, { ...place, bytes: opened.value.bytes });
}

async function writeFetched(
  session: Session,
  given: Given,
  o: Place & { readonly bytes: Uint8Array },
): Ending {
  const file = given.text("FILE");
  const written = await writeNewFile(file, [o.bytes]);
  if (!written.ok) return written.error;
  session.print({
    type: "file",
    circle: o.circle,
    id: given.text("ID"),
    file,
    bytes: written.value,
  });
  return undefined;
}

const removePicture = acting((_, circle) => ({
  command: "remove-picture",
  circle,
}));
const removeCharter = acting((_, circle) => ({
  command: "remove-charter",
  circle,
}));

async function setPicture(
  session: Session,
  given: Given,
  place: Place,
): Ending {
  if (given.has("none")) return removePicture(session, given);
  const path = given.maybe("FILE");
  if (path === undefined) return refusal("bad-file");
  const bytes = readWhole(path);
  if (!bytes.ok) return bytes.error;
  const { circle } = place;
  return actIn(session, circle, {
    command: "set-picture",
    circle,
    bytes: bytes.value,
  });
}

function isCharterThere({ files }: FilesView): boolean {
  return files.some(
    ({ about, state }) =>
      about === "charter" && ["here", "failed"].includes(state),
  );
}

async function showOrSetCharter(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  if (given.has("none")) return removeCharter(session, given);
  const text = given.maybe("TEXT");
  if (text !== undefined)
    return actIn(session, circle, { command: "set-charter", circle, text });
  let opened = await act(session, { command: "open-charter", circle });
  if (!opened.ok && opened.error.error === "not-here") {
    await waitFor(session, { query: "files", circle }, isCharterThere);
    opened = await act(session, { command: "open-charter", circle });
  }
  if (!opened.ok)
    return opened.error.error === "not-here" ? notHere : opened.error;
  if (opened.value.kind === "text")
    session.print({ type: "charter", circle, text: opened.value.text });
  return (await deliver(session, circle)) ? undefined : notDelivered;
}
