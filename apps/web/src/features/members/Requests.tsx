import type { CircleView, RequestView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Code } from "../../ui/Code.tsx";
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
  const { act, fault } = useAct();
  const { id, name, held, state } = request;
  const give = (command: "approve" | "decline" | "check-request") => (): void =>
    void act({ command, circle, request: id });
  return (
    <Leaf
      tone="warn"
      title={
        <Trans>
          <bdi>{name}</bdi> asks to join
        </Trans>
      }
      lines={
        <p>
          {held ? (
            <Trans>
              This person was removed before. Letting them in lets them return.
            </Trans>
          ) : (
            <Trans>
              A name proves nothing. Ask this person, face to face or by a call,
              whether it is really them.
            </Trans>
          )}
        </p>
      }
    >
      {state === "approving" ? (
        <p role="status" className={style.sub}>
          <Trans>Being let in …</Trans>
        </p>
      ) : (
        <>
          <Check request={request} onCheck={give("check-request")} />
          <div className={style.answers}>
            <Button look="primary" onPress={give("approve")}>
              <span>
                <Trans>Let in</Trans> <Spoken>{name}</Spoken>
              </span>
            </Button>
            <Button onPress={give("decline")}>
              <span>
                <Trans>Decline</Trans> <Spoken>{name}</Spoken>
              </span>
            </Button>
          </div>
        </>
      )}
      {fault && <Fault>{fault}</Fault>}
      <QuietLine>
        <Trans>Whoever is let in reads everything from then on.</Trans>
      </QuietLine>
    </Leaf>
  );
}

interface CheckProps {
  readonly request: RequestView;
  readonly onCheck: () => void;
}

/** Six digits on both sides, for who cannot see each other. */
function Check({ request, onCheck }: CheckProps) {
  const { t } = useLingui();
  const { code, checking, name } = request;
  if (code !== undefined) {
    return (
      <>
        <Code digits={code} label={t`Code`} />
        <QuietLine>
          <Trans>
            <bdi>{name}</bdi> has to see the same digits. Read them to each
            other on a call. Other digits: decline.
          </Trans>
        </QuietLine>
      </>
    );
  }
  if (checking) {
    return (
      <p role="status" className={style.sub}>
        <Trans>The code comes when the other device is online …</Trans>
      </p>
    );
  }
  return (
    <Button onPress={onCheck}>
      <span>
        <Trans>Compare a code first</Trans> <Spoken>{name}</Spoken>
      </span>
    </Button>
  );
}
