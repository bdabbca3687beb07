// The largest place of all is fetched beside the beginning and not before it: a first visit shows its first page sooner,
// and whoever opens a circle finds it there (docs/spec/app.md, AP-9).

import type { ComponentType } from "react";
import type { ChatProps } from "../features/chat/Chat.tsx";

/** The chat, fetched once however often it is asked for. */
export async function loadChat(): Promise<{
  readonly default: ComponentType<ChatProps>;
}> {
  return { default: (await import("../features/chat/Chat.tsx")).Chat };
}
