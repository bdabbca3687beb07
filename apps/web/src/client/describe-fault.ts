// What a refused command means to a person: one sentence that says what to do next.

import type { CommandFault } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const faultWords: Record<CommandFault, MessageDescriptor> = {
  "no-profile": msg`First say what people should call you.`,
  "unknown-circle": msg`This circle is not on this device.`,
  "unknown-item": msg`This is not here any more.`,
  "unknown-member": msg`This person is not in the circle any more.`,
  "unknown-request": msg`Somebody else has already answered this request.`,
  "not-a-steward": msg`Only stewards can do this. Ask one of them.`,
  "not-a-member": msg`You are not in this circle, so nothing can be sent.`,
  "bad-text": msg`This is empty or too long. Change it and try again.`,
  "bad-time": msg`This time does not work. Choose another one.`,
  "bad-number": msg`This number does not work. Choose another one.`,
  "bad-invite": msg`This invite is not complete. Ask for the whole link and open it again.`,
  "expired-invite": msg`This invite has run out. Ask for a new one.`,
  "already-in": msg`You are already in this circle.`,
  "last-steward": msg`A circle needs a steward: the last one cannot be removed.`,
  "no-relay": msg`No relay is known yet. Connect once, then try again.`,
  "outbox-full": msg`Too much is waiting to be sent. Wait until you are connected again.`,
  "storage-failed": msg`This device could not save it. Free some space, then try again.`,
};
