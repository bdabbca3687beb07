/** A device that a commit adds, in whatever way it asked. */
import type { JoinRequest } from "./join-request.ts";

export type NewDevice = Pick<
  JoinRequest,
  "keyPackage" | "memberKey" | "sealingKey" | "relay" | "inbox"
>;
