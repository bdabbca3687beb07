// The engine for whatever is drawn: by context, so that a feature needs no wiring and a test can give another one.

import type {
  AppView,
  CircleView,
  Command,
  CommandReply,
  EngineClient,
  TimelineView,
} from "@halqa/engine";
import { createContext, useContext, useEffect, useState } from "react";
import { keepIdentity } from "./keep-identity.ts";

export const EngineContext = createContext<EngineClient | undefined>(undefined);

function useEngine(): EngineClient {
  const client = useContext(EngineContext);
  if (client === undefined) throw new TypeError("no engine in this tree");
  return client;
}

/** Hands a command to the engine. */
export function useRun(): (command: Command) => Promise<CommandReply> {
  return useEngine().run;
}

/** Profile, relays and all circles; undefined until the engine has told them. */
export function useAppView(): AppView | undefined {
  const client = useEngine();
  const [view, setView] = useState<AppView>();
  useEffect(
    () =>
      client.watch({ query: "app" }, (next) => {
        if (next.view === "app") setView((last) => keepIdentity(last, next));
      }),
    [client],
  );
  return view;
}

/** Members, requests and invites of one circle; undefined until told. */
export function useCircleView(circle: string): CircleView | undefined {
  const client = useEngine();
  const [view, setView] = useState<CircleView>();
  useEffect(
    () =>
      client.watch({ query: "circle", circle }, (next) => {
        if (next.view === "circle") setView((last) => keepIdentity(last, next));
      }),
    [client, circle],
  );
  return view?.summary.circle === circle ? view : undefined;
}

/** The newest `limit` items of a circle. While a larger window loads, the smaller one stays. */
export function useTimeline(
  circle: string,
  limit: number,
): TimelineView | undefined {
  const client = useEngine();
  const [view, setView] = useState<TimelineView>();
  useEffect(
    () =>
      client.watch({ query: "timeline", circle, limit }, (next) => {
        if (next.view !== "timeline") return;
        setView((last) => keepIdentity(last, next));
      }),
    [client, circle, limit],
  );
  return view?.circle === circle ? view : undefined;
}
