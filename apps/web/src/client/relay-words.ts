// How relays are told to a person: by host and state.

import type { RelayState } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const relayStates: Record<RelayState, MessageDescriptor> = {
  connecting: msg`Connecting …`,
  online: msg`Connected`,
  offline: msg`Not connected`,
  refused: msg`This relay is not the one it was. Nothing is sent to it.`,
};

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
