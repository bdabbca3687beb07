/** Sending application messages (RFC 9420, 6.3 and 15; docs/spec/mls-profile.md, ML-5, ML-70, ML-84). */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { sealPrivate } from "../framing/private-message.ts";
import { encodeMlsMessage } from "../structs/mls-message.ts";
import type { Refusal } from "./outcome.ts";
import { signContent } from "./send-handshake.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface ApplicationOptions {
  readonly data: Uint8Array;
  readonly authenticatedData?: Uint8Array;
  /** Zero octets behind the data. */
  readonly padding?: number;
}

export interface ProtectedApplication {
  /** Store it before the message leaves: the state that was given would use the same key again (trap 10). */
  readonly state: GroupState;
  readonly message: Uint8Array;
  readonly generation: number;
}

export function protectApplication(
  state: GroupState,
  env: GroupEnv,
  options: ApplicationOptions,
): Result<ProtectedApplication, Refusal> {
  const { data, padding, ...rest } = options;
  const signed = signContent(env.suite, state, {
    ...rest,
    content: { kind: "application", data },
  });
  const sealed = sealPrivate(env.suite, {
    authenticatedContent: {
      ...signed,
      auth: { ...signed.auth, confirmationTag: undefined },
    },
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    padding: padding ?? 0,
    random: env.random,
  });
  if (!sealed.ok) return err({ code: "epoch-exhausted" });
  const { message, secretTree, generation } = sealed.value;
  return ok({
    state: { ...state, secretTree },
    message: encodeMlsMessage({ kind: "private", message }),
    generation,
  });
}
