import type { Command, CommandValue } from "@halqa/engine";
import { useLingui } from "@lingui/react/macro";
import { useCallback, useState } from "react";
import { faultWords } from "./describe-fault.ts";
import { useRun } from "./EngineContext.ts";

interface Acting {
  /** Gives the command; resolves with what it gave, or with nothing where it was refused. */
  readonly act: (command: Command) => Promise<CommandValue | undefined>;
  /** Why the last one was refused, in words; empty otherwise. */
  readonly fault: string;
  readonly isBusy: boolean;
}

/** Gives commands, and keeps the words of a refusal to be shown where the person pressed. */
export function useAct(): Acting {
  const { i18n } = useLingui();
  const run = useRun();
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const act = useCallback(
    async (command: Command) => {
      setBusy(true);
      const reply = await run(command);
      setBusy(false);
      setFault(reply.ok ? "" : i18n._(faultWords[reply.error]));
      return reply.ok ? reply.value : undefined;
    },
    [run, i18n],
  );
  return { act, fault, isBusy };
}
