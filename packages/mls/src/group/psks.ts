/**
 * Pre-shared keys of a commit or a Welcome (RFC 9420, 8.4; docs/spec/mls-profile.md, ML-14 and ML-41). What a member holds is its
 * own affair, so a missing key is never a public fault.
 */
import { equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { computePskSecret } from "../schedule/psk-secret.ts";
import type { NamedPsk } from "../schedule/psk-secret.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import { MAX_PSKS } from "./limits.ts";
import type { GroupEnv, GroupState } from "./state.ts";

/** The PSK secret for these names, in this order; `state` gives the current epoch's resumption PSK. */
export function pskSecretFor(
  env: GroupEnv,
  ids: readonly PreSharedKeyId[],
  state?: GroupState,
): Result<Uint8Array, { readonly kind: "missing-psk" | "too-many-psks" }> {
  if (ids.length > MAX_PSKS) return err({ kind: "too-many-psks" });
  const named: NamedPsk[] = [];
  for (const id of ids) {
    const psk = ownResumption(id, state) ?? env.pskFor?.(id);
    if (psk === undefined) return err({ kind: "missing-psk" });
    named.push({ id, psk });
  }
  return ok(computePskSecret(env.suite, named));
}

function ownResumption(
  id: PreSharedKeyId,
  state: GroupState | undefined,
): Uint8Array | undefined {
  const isOurs =
    state !== undefined &&
    id.kind === "resumption" &&
    id.pskEpoch === state.context.epoch &&
    equalBytes(id.pskGroupId, state.context.groupId);
  return isOurs ? state.secrets.resumptionPsk : undefined;
}
