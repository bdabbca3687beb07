/** What a circle keeps of an epoch beside its MLS keys (docs/spec/circle.md, CI-30). */
import { labels } from "@halqa/crypto";
import type { GroupState, MlsPort } from "../ports/mls.ts";
import { hashLabeled } from "./derive-key.ts";
import { KEY_LENGTH } from "./field.ts";
import { OLD_EPOCHS, OLD_KEY_ENTRIES } from "./limits.ts";
import { rolesOf } from "./roles.ts";
import type { Roles } from "./roles.ts";

export interface EpochKey {
  readonly epoch: bigint;
  /** Of the envelopes that were sealed in it. */
  readonly envelopeKey: Uint8Array;
  /** What its members put around their messages to show that they are in it. */
  readonly tag: Uint8Array;
  /** By them is judged what was said in it. */
  readonly roles: Roles;
  /** How many entries had been read when the epoch ended; undefined for the current one. */
  readonly endedAt: number | undefined;
}

export const EPOCH_TAG_LENGTH = 8;

/** Of the epoch that the state is in. */
export function epochKeyOf(
  mls: MlsPort,
  state: GroupState,
  roles: Roles,
): EpochKey {
  return {
    epoch: state.context.epoch,
    envelopeKey: mls.exportSecret(
      state,
      { suite: mls.suite3 },
      {
        label: labels.envelopeKey,
        context: new Uint8Array(),
        length: KEY_LENGTH,
      },
    ),
    tag: epochTagOf(mls, state),
    roles: rolesOf(roles),
    endedAt: undefined,
  };
}

/** The first bytes of a hash: members can compare it, and nobody can go back from it to the authenticator. */
function epochTagOf(mls: MlsPort, state: GroupState): Uint8Array {
  const hash = hashLabeled("epochTag", mls.epochAuthenticator(state));
  return hash.slice(0, EPOCH_TAG_LENGTH);
}

/** With the keys of the next epoch in front; the current one ends at `endedAt`. */
export function nextEpochKeys(
  keys: readonly EpochKey[],
  next: EpochKey,
  endedAt: number,
): readonly EpochKey[] {
  const ended = keys.map((key) =>
    key.endedAt === undefined ? { ...key, endedAt } : key,
  );
  return [next, ...ended].slice(0, OLD_EPOCHS + 1);
}

/** Without the epochs that ended too many entries ago; the same list when there are none. */
export function freshEpochKeys(
  keys: readonly EpochKey[],
  entriesRead: number,
): readonly EpochKey[] {
  const fresh = keys.filter(
    ({ endedAt }) =>
      endedAt === undefined || entriesRead - endedAt < OLD_KEY_ENTRIES,
  );
  return fresh.length === keys.length ? keys : fresh;
}
