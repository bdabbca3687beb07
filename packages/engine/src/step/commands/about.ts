/** Commands about the circle's picture and charter (docs/spec/files.md, FI-30 to FI-33). */
import { decodeUtf8, encodeUtf8 } from "@halqa/bytes";
import { composeText, isText } from "@halqa/model";
import { isSteward } from "../../circle/roster.ts";
import { capacityOf } from "../../circle/file-blob.ts";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord } from "../durable.ts";
import { aboutFile } from "../files/about-files.ts";
import { dropFiles } from "../files/file-list.ts";
import { isUploading } from "../files/stored-file.ts";
import { MAX_INTENTS } from "../limits.ts";
import { recordOf, accept, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { keepSealed, openStored, sealFor } from "./files.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

/** The bytes go to the relay first; the circle is told of them when it has them. */
export function setAbout(
  context: JobContext,
  command: CommandOf<"set-picture" | "set-charter">,
): CommandOutcome {
  const record = asManager(context, command.circle);
  if (typeof record === "string") return refuse(record);
  const bytes = bytesOf(command);
  if (bytes === undefined) return refuse("bad-text");
  if (bytes.length > capacityOf(16)) return refuse("bad-file");
  const sealed = sealFor(context, record, bytes);
  if (sealed === undefined) return refuse("bad-file");
  const name = command.command === "set-picture" ? "picture" : "charter";
  // Another one that is still on its way to the relay is not wanted any more.
  const others = dropFiles(
    record,
    (file) => file.purpose.for === name && isUploading(file),
  );
  const purpose = { for: name } as const;
  const kept = keepSealed(context, others, {
    sealed,
    purpose,
    isToBeSent: true,
  });
  if (kept === undefined) return refuse("outbox-full");
  return { ...accept(context, kept.record), writes: kept.writes };
}

function asManager(
  context: JobContext,
  id: string,
): CircleRecord | CommandFault {
  const record = recordOf(context, id);
  if (record === undefined) return "unknown-circle";
  const { circle, desk, intents } = record;
  const isIn = desk.place === "in" || desk.place === "founding";
  if (circle === undefined || !isIn) return "not-a-member";
  if (circle.info.isClosed) return "closed";
  if (!isSteward(circle)) return "not-a-steward";
  return intents.length < MAX_INTENTS ? record : "outbox-full";
}

function bytesOf(
  command: CommandOf<"set-picture" | "set-charter">,
): Uint8Array | undefined {
  if (command.command === "set-picture") return command.bytes;
  const text = composeText(command.text);
  return text.ok ? encodeUtf8(text.value) : undefined;
}

/** FI-33: what cannot be text as texts are is not given. */
export function openAbout(
  context: JobContext,
  command: CommandOf<"open-picture" | "open-charter">,
  loaded: Loaded | undefined,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const name = command.command === "open-picture" ? "picture" : "charter";
  const file = aboutFile(record, name);
  if (file === undefined) return refuse("not-here");
  const opened = openStored(context, { record, file, loaded });
  if (name === "picture" || !("value" in opened)) return opened;
  const { value } = opened;
  const text = value.kind === "file" ? decodeUtf8(value.bytes) : undefined;
  if (text?.ok !== true || !isText(text.value)) return refuse("damaged-file");
  return { ...opened, value: { kind: "text", text: text.value } };
}
