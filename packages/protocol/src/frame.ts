// Frames: what travels as one WebSocket message (docs/spec/relay.md, "Frames").
//
//   version (1) || command || command ... || zeros up to 4,096, 16,384 or 65,536 bytes
//
// Whoever sees the wire learns from a frame its bucket and nothing else.

import {
  createWriter,
  decode,
  err,
  failReader,
  hasFailed,
  ok,
  readU8,
  remaining,
  type DecodeError,
  type Reader,
  type Result,
} from "@halqa/bytes";
import type { ClientCommand } from "./client-command.ts";
import type { Layout } from "./layout.ts";
import { clientLayouts, relayLayouts } from "./layouts.ts";
import { FRAME_SIZES, MAX_COMMANDS } from "./limits.ts";
import type { RelayCommand } from "./relay-command.ts";

type Command = ClientCommand | RelayCommand;

/** No frame holds these commands: none at all, more than `MAX_COMMANDS`, or more bytes than the largest. */
export type FrameError = {
  readonly kind: "empty" | "too-many" | "too-large";
};

const VERSION = 1;
const PADDING = 0;
const HEADER = 1;

const layouts: Readonly<Record<Command["type"], Layout<Command>>> = {
  ...clientLayouts,
  ...relayLayouts,
};
const clientByCode = byCode<ClientCommand>(Object.values(clientLayouts));
const relayByCode = byCode<RelayCommand>(Object.values(relayLayouts));

/** One frame, the smallest that holds these commands. */
export function encodeFrame(
  commands: readonly Command[],
): Result<Uint8Array, FrameError> {
  if (commands.length === 0) return err({ kind: "empty" });
  if (commands.length > MAX_COMMANDS) return err({ kind: "too-many" });
  const encoded = commands.map(encodeCommand);
  const length = encoded.reduce((sum, bytes) => sum + bytes.length, HEADER);
  const size = FRAME_SIZES.find((known) => length <= known);
  if (size === undefined) return err({ kind: "too-large" });
  return ok(fill(size, encoded));
}

/**
 * As many frames as these commands take, in order. A frame has the bucket that its first command asks for and takes
 * what follows as long as it fits: a body is never moved to a larger bucket by what stands beside it.
 */
export function packFrames(commands: readonly Command[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let held: Uint8Array[] = [];
  let length = HEADER;
  let size: number = FRAME_SIZES[0];
  for (const command of commands) {
    const bytes = encodeCommand(command);
    if (length + bytes.length > size || held.length === MAX_COMMANDS) {
      if (held.length > 0) frames.push(fill(size, held));
      held = [];
      length = HEADER;
      size = bucketFor(HEADER + bytes.length);
    }
    held.push(bytes);
    length += bytes.length;
  }
  if (held.length > 0) frames.push(fill(size, held));
  return frames;
}

/** The commands of a client's frame. Refuses whatever is not exactly one encoding of them; never throws. */
export function decodeClientFrame(
  frame: Uint8Array,
): Result<ClientCommand[], DecodeError> {
  return decodeFrame(frame, clientByCode);
}

/** The commands of a relay's frame. Refuses whatever is not exactly one encoding of them; never throws. */
export function decodeRelayFrame(
  frame: Uint8Array,
): Result<RelayCommand[], DecodeError> {
  return decodeFrame(frame, relayByCode);
}

function decodeFrame<C extends Command>(
  frame: Uint8Array,
  known: ReadonlyMap<number, Layout<C>>,
): Result<C[], DecodeError> {
  return decode(frame, (r) => {
    if (!FRAME_SIZES.some((size) => size === frame.length)) {
      failReader(r, frame.length < FRAME_SIZES[2] ? "truncated" : "too-long");
    }
    if (readU8(r) !== VERSION) failReader(r, "invalid");
    const commands = readCommands(r, known);
    checkBucket(r);
    skipPadding(r);
    return commands;
  });
}

function readCommands<C extends Command>(
  r: Reader,
  known: ReadonlyMap<number, Layout<C>>,
): C[] {
  const commands: C[] = [];
  while (!hasFailed(r) && remaining(r) > 0 && r.bytes[r.position] !== PADDING) {
    if (commands.length === MAX_COMMANDS) {
      failReader(r, "too-long");
      return [];
    }
    const layout = known.get(readU8(r));
    if (layout === undefined) {
      failReader(r, "invalid");
      return [];
    }
    commands.push(layout.read(r));
  }
  if (commands.length === 0) failReader(r, "invalid");
  return commands;
}

// A choice of bucket would be a channel for marking frames, and a second encoding of the same commands.
function checkBucket(r: Reader): void {
  if (!hasFailed(r) && bucketFor(r.position) !== r.end) {
    failReader(r, "non-canonical");
  }
}

function skipPadding(r: Reader): void {
  if (hasFailed(r)) return;
  // A loop over the octets: this runs over most of every frame that arrives.
  while (r.position < r.end && r.bytes[r.position] === PADDING) r.position += 1;
  if (r.position < r.end) failReader(r, "invalid");
}

function encodeCommand(command: Command): Uint8Array {
  const w = createWriter();
  layouts[command.type].write(w, command);
  // Not a copy: it is copied into its frame.
  return w.buffer.subarray(0, w.length);
}

function fill(size: number, commands: readonly Uint8Array[]): Uint8Array {
  const frame = new Uint8Array(size);
  frame[0] = VERSION;
  let at = HEADER;
  for (const bytes of commands) {
    frame.set(bytes, at);
    at += bytes.length;
  }
  return frame;
}

/** The smallest bucket for so many bytes. Every single command fits the largest. */
function bucketFor(length: number): number {
  return FRAME_SIZES.find((size) => length <= size) ?? FRAME_SIZES[2];
}

function byCode<C extends Command>(
  all: readonly Layout<C>[],
): ReadonlyMap<number, Layout<C>> {
  return new Map(all.map((layout) => [layout.code, layout]));
}
