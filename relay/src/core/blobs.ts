// Blobs (docs/spec/relay.md, "Blobs"): pieces of encrypted attachments. A blob's id covers the hashes of its parts, so a
// part is either the one that was announced or refused, and whoever knows the id can check what comes back.

import {
  blobIdOf,
  type BlobCreate,
  type BlobGet,
  type BlobPart,
} from "@halqa/protocol";
import { addPull } from "./pages.ts";
import { challengeOf, isAdmitted } from "./proof.ts";
import type { Ticket } from "./relay-state.ts";
import { ask, refuse, type Turn } from "./turn.ts";

export function blobCreate(
  turn: Turn,
  ticket: Ticket,
  command: BlobCreate,
): void {
  const { env, state } = turn;
  const { partHashes, access: shown } = command;
  const id = blobIdOf(env.sha256, partHashes);
  const challenge = challengeOf(ticket.conn);
  const proof = { operation: "blob-create", challenge, id, shown } as const;
  if (!isAdmitted(env, proof)) return refuse(turn, ticket, "access");
  const { day } = state;
  const maxParts = env.quotas.blobParts;
  ask(
    turn,
    { t: "create-blob", blobId: id, partHashes, day, maxParts },
    { t: "plain", ticket },
  );
}

export function blobPart(turn: Turn, ticket: Ticket, command: BlobPart): void {
  const { blobId, index, bytes } = command;
  const partHash = turn.env.sha256(bytes);
  ask(
    turn,
    { t: "put-part", blobId, index, partHash, bytes },
    { t: "plain", ticket },
  );
}

export function blobGet(turn: Turn, ticket: Ticket, command: BlobGet): void {
  const { blobId, index } = command;
  addPull(turn, ticket.conn, { t: "part", ticket, blobId, index });
}
