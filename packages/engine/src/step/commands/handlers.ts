/** Which function carries out which command. */
import type { Command } from "../../views/command.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import { openAbout, setAbout } from "./about.ts";
import { actOnItem, postItem } from "./act-on-item.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { compose, discardOrRetry } from "./compose.ts";
import {
  addAttachment,
  dropAttachment,
  fetchAttachment,
  openAttachment,
} from "./files.ts";
import { keepDraft } from "./keep-draft.ts";
import { inspectInvite, requestJoin } from "./join.ts";
import {
  cancelLinking,
  confirmLinking,
  linkDevice,
  removeDevice,
  startLinking,
} from "./linking.ts";
import { changeMembership } from "./membership.ts";
import {
  forgetCircle,
  foundCircleBy,
  markReadTo,
  setProfile,
} from "./profile.ts";
import {
  approveMove,
  changeRelays,
  exportBundle,
  importBundle,
  proposeMove,
  setHomeRelay,
} from "./relays.ts";
import {
  acknowledge,
  decideRepair,
  rebuildCircle,
  repairCircle,
} from "./repair.ts";
import { keepUp } from "./keep-up.ts";
import { tellStewards } from "./tell-stewards.ts";
import { compareSafety, markVerified, showSafety } from "./safety.ts";
import {
  checkRequest,
  createInviteBy,
  decideRequest,
  removeMember,
  revokeInvite,
} from "./steward.ts";

/** Searches read many records, and are a job of their own. */
type JobCommand = Exclude<Command, { readonly command: "search" }>;
type Name = JobCommand["command"];

/** `loaded` is what the command asked for in a first round (`needs`), undefined in that round. */
type Handler<Of extends Command> = (
  context: JobContext,
  command: Of,
  loaded: Loaded | undefined,
) => CommandOutcome;

const handlers: { readonly [N in Name]: Handler<CommandOf<N>> } = {
  "set-profile": setProfile,
  "found-circle": foundCircleBy,
  "forget-circle": forgetCircle,
  "mark-read": markReadTo,
  "keep-draft": keepDraft,
  "set-home-relay": setHomeRelay,
  "add-relay": changeRelays,
  "remove-relay": changeRelays,
  "propose-move": proposeMove,
  "approve-move": approveMove,
  "export-bundle": exportBundle,
  "import-bundle": importBundle,

  "inspect-invite": inspectInvite,
  "request-join": requestJoin,
  "create-invite": createInviteBy,
  "revoke-invite": revokeInvite,
  "check-request": checkRequest,
  approve: decideRequest,
  decline: decideRequest,

  send: compose,
  react: compose,
  "post-notice": compose,
  rsvp: compose,
  discard: discardOrRetry,
  retry: discardOrRetry,

  "post-poll": postItem,
  "post-task": postItem,
  "post-minutes": postItem,
  edit: actOnItem,
  delete: actOnItem,
  hide: actOnItem,
  pin: actOnItem,
  "update-notice": actOnItem,
  vote: actOnItem,
  "close-poll": actOnItem,
  "update-task": actOnItem,

  "tell-stewards": tellStewards,
  report: tellStewards,
  "rsvp-privately": tellStewards,
  "hold-back-place": tellStewards,

  "add-attachment": addAttachment,
  "drop-attachment": dropAttachment,
  "fetch-attachment": fetchAttachment,
  "open-attachment": openAttachment,
  "set-picture": setAbout,
  "set-charter": setAbout,
  "open-picture": openAbout,
  "open-charter": openAbout,

  "remove-member": removeMember,
  promote: changeMembership,
  demote: changeMembership,
  "make-reader": changeMembership,
  "make-member": changeMembership,
  hold: changeMembership,
  "let-return": changeMembership,
  "ask-promotion": changeMembership,
  "approve-promotion": changeMembership,
  "rename-circle": changeMembership,
  "change-settings": changeMembership,
  "remove-picture": changeMembership,
  "remove-charter": changeMembership,
  "close-circle": changeMembership,
  "leave-circle": changeMembership,

  "safety-number": showSafety,
  "compare-safety": compareSafety,
  "mark-verified": markVerified,

  "start-linking": startLinking,
  "link-device": linkDevice,
  "confirm-linking": confirmLinking,
  "cancel-linking": cancelLinking,
  "remove-device": removeDevice,

  "acknowledge-alarm": acknowledge,
  "keep-up": keepUp,
  repair: repairCircle,
  rebuild: rebuildCircle,
  "approve-repair": decideRepair,
  "decline-repair": decideRepair,
};

export function perform(
  context: JobContext,
  command: JobCommand,
  loaded: Loaded | undefined,
): CommandOutcome {
  return handle(context, { name: command.command, command, loaded });
}

function handle<N extends Name>(
  context: JobContext,
  o: {
    readonly name: N;
    readonly command: CommandOf<N>;
    readonly loaded: Loaded | undefined;
  },
): CommandOutcome {
  return handlers[o.name](context, o.command, o.loaded);
}
