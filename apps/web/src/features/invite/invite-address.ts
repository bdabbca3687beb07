import type { InviteView } from "@halqa/engine";

/** The whole link of an invite that can be used; undefined where it is being made, has ended, or is not for this person. */
export function inviteAddress(
  invite: InviteView | undefined,
  appUrl: string,
): string | undefined {
  if (invite?.link === undefined || invite.state !== "open") return undefined;
  return `${appUrl}#${invite.link}`;
}
