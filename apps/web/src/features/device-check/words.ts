// What the rows say, in words that need no explaining; technical names stand in the details alone (AP-14). A row that
// fails says what to do next (AP-13).

import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { CheckId, Finding, Saying } from "./check.ts";

export const titles: Record<CheckId, MessageDescriptor> = {
  page: msg`A protected page`,
  locking: msg`Locking messages`,
  saving: msg`Saving on this device`,
  room: msg`Free space`,
  lasting: msg`Kept for good`,
};

/** Each sign in words, for those who hear the page. */
export const states: Record<Finding["state"], MessageDescriptor> = {
  waiting: msg`Being checked:`,
  passed: msg`Works:`,
  note: msg`Good to know:`,
  failed: msg`Missing:`,
};

/** `{free}` is a size with its unit. */
export const sayings: Record<Saying, MessageDescriptor> = {
  "page-protected": msg`Other sites cannot look into this page.`,
  "page-not-protected": msg`This page did not come over a protected line. Open it with an address that begins with https://.`,
  "page-not-apart": msg`The browser does not keep this page apart from others. Update the browser, or open the page in the browser itself instead of inside another app.`,
  "locking-works": msg`This browser locks a message, opens it again, and notices when somebody has changed it.`,
  "locking-not-loaded": msg`The part that locks messages did not load. Reload the page; if that does not help, update the browser.`,
  "locking-wrong": msg`Locking gave a wrong result. Do not use this browser for Halqa; update it or take another one.`,
  "saving-works": msg`What is saved here can be read again.`,
  "saving-refused": msg`The browser refuses to save anything here. Leave the private window, or allow this site to save data in the settings.`,
  "saving-wrong": msg`What was saved came back changed. Free some space, restart the device and check again.`,
  "worker-not-started": msg`This part of the page did not start. Reload the page; if that does not help, update the browser.`,
  "worker-silent": msg`No answer came. Close other tabs, then check again.`,
  "room-enough": msg({ message: "Enough: {free}." }),
  "room-little": msg({
    message:
      "Only {free}. Delete what you no longer need on this device, then check again.",
  }),
  "room-unknown": msg`The browser does not say how much space there is.`,
  "lasting-promised": msg`The browser promises to keep what is saved here.`,
  "lasting-open": msg`When the device runs short of space, the browser may clear what is saved here, your circles too. Install Halqa, and free some space in time.`,
};
