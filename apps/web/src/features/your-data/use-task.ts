import { useLingui } from "@lingui/react/macro";
import { useCallback, useState } from "react";
import type { KeeperAnswer, KeeperTask } from "../../client/keeper.ts";
import { keeperFaults } from "../../client/keeper-words.ts";
import { useKeeper } from "../../client/KeeperContext.ts";

type Done = Extract<KeeperAnswer, { ok: true }>;

interface Tasks {
  /** Gives a task to the keeper; resolves with its answer, or with nothing where it was refused. */
  readonly run: (task: KeeperTask) => Promise<Done | undefined>;
  /** Why the last one was refused, in words; empty otherwise. */
  readonly fault: string;
  readonly isBusy: boolean;
}

export function useTask(): Tasks {
  const { i18n } = useLingui();
  const { keep } = useKeeper();
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    async (task: KeeperTask) => {
      setBusy(true);
      const answer = await keep(task);
      setBusy(false);
      setFault(answer.ok ? "" : i18n._(keeperFaults[answer.fault]));
      return answer.ok ? answer : undefined;
    },
    [keep, i18n],
  );
  return { run, fault, isBusy };
}
