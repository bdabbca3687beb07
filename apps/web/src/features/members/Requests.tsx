import type { CircleView, RequestView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Leaf, QuietLine } from "../../ui/Leaf.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import style from "./Members.module.css";

/** Who asks to come in, a leaf each. Nothing where nobody asks, or where one may not answer. */
export function Requests({ view }: { readonly view: CircleView }) {
  if (!view.summary.steward) return null;
  return view.requests.map((request) => (
    <Request key={request.id} circle={view.summary.circle} request={request} />
  ));
}

interface RequestProps {
  readonly circle: string;
  readonly request: RequestView;
}

function Request({ circle, request }: RequestProps) {
  const { i18n } = useLingui();
  const run = useRun();
  const [fault, setFault] = useState("");
  const answer = async (command: "approve" | "decline"): Promise<void> => {
    const reply = await run({ command, circle, request: request.id });
    if (!reply.ok) setFault(i18n._(faultWords[reply.error]));
  };
  return (
    <Leaf
      tone="warn"
      title={
        <Trans>
          <bdi>{request.name}</bdi> asks to join
        </Trans>
      }
      lines={
        <p>
          <Trans>
            A name proves nothing. Ask this person, face to face or by a call,
            whether it is really them.
          </Trans>
        </p>
      }
    >
      {request.state === "approving" ? (
        <p role="status" className={style.sub}>
          <Trans>Being let in …</Trans>
        </p>
      ) : (
        <div className={style.answers}>
          <Button look="primary" onPress={() => void answer("approve")}>
            <span>
              <Trans>Let in</Trans> <Spoken>{request.name}</Spoken>
            </span>
          </Button>
          <Button onPress={() => void answer("decline")}>
            <span>
              <Trans>Decline</Trans> <Spoken>{request.name}</Spoken>
            </span>
          </Button>
        </div>
      )}
      {fault && <Fault>{fault}</Fault>}
      <QuietLine>
        <Trans>Whoever is let in reads everything from then on.</Trans>
      </QuietLine>
    </Leaf>
  );
}
