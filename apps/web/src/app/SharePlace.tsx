import type { AppView } from "@halqa/engine";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useCircleView, useRun } from "../client/EngineContext.ts";
import type { Shared } from "../client/shared.ts";
import { draftKeeper } from "../features/chat/drafts.ts";
import { ShareInto } from "../features/share/ShareInto.tsx";
import { circlePath, hrefOf, PATHS } from "./paths.ts";

interface SharePlaceProps {
  readonly view: AppView;
  readonly shared: Shared;
}

/** Where a new message begins, with what another app handed over (AP-95). */
export function SharePlace({ view, shared }: SharePlaceProps) {
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const [text, setText] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  const isAsked = useRef(false);
  useEffect(() => {
    // It is told once: whoever asks twice has lost it.
    if (isAsked.current) return;
    isAsked.current = true;
    void shared.take().then(setText);
  }, [shared]);
  const open = (circle: string): void =>
    navigate(circlePath(circle), { replace: true });
  return (
    <>
      <ShareInto
        view={view}
        back={{ href: hrefOf(PATHS.home), label: t`Back` }}
        text={text}
        onChoose={text === undefined ? open : setChosen}
      />
      {chosen !== undefined && text !== undefined && (
        <PutInto circle={chosen} text={text} onDone={() => open(chosen)} />
      )}
    </>
  );
}

interface PutIntoProps {
  readonly circle: string;
  readonly text: string;
  readonly onDone: () => void;
}

/** Behind what stands in the box already: that is somebody's too. */
function PutInto({ circle, text, onDone }: PutIntoProps) {
  const view = useCircleView(circle);
  const run = useRun();
  const isPut = useRef(false);
  useEffect(() => {
    if (view === undefined || isPut.current) return;
    isPut.current = true;
    const keeper = draftKeeper(run, view);
    const draft = keeper.recall();
    const whole = [draft.text, text].filter((part) => part !== "").join("\n");
    keeper.keep({ ...draft, text: whole });
    onDone();
  }, [view, run, text, onDone]);
  return null;
}
