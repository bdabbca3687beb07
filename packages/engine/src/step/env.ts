/** Everything that a step may depend on besides the state and the event. */
import type { RandomBytes } from "@halqa/crypto";
import type { MlsPort } from "../ports/mls.ts";

export interface DefaultRelay {
  /** `wss://host/` or, in development, `ws://localhost:port/`. */
  readonly url: string;
  /** The relay's Ed25519 key, 32 bytes. */
  readonly relayPub: Uint8Array;
}

export interface StepEnv {
  /** Milliseconds since 1970 at the moment of the event. */
  readonly now: number;
  readonly random: RandomBytes;
  readonly mls: MlsPort;
  readonly defaultRelay: DefaultRelay | undefined;
}
