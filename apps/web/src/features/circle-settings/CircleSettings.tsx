import type { CircleView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { CircleRelays } from "./CircleRelays.tsx";
import style from "./CircleSettings.module.css";
import { Leaving } from "./Leaving.tsx";
import { Rules } from "./Rules.tsx";

interface CircleSettingsProps {
  readonly view: CircleView;
  readonly back: BackLink;
}

/** What the circle is called, who may do what in it, and how one leaves. */
export function CircleSettings({ view, back }: CircleSettingsProps) {
  const { t } = useLingui();
  const { summary, may } = view;
  return (
    <Page
      title={t`Settings of the circle`}
      sub={<bdi>{summary.name}</bdi>}
      back={back}
      emblem={
        <CircleEmblem
          name={summary.name}
          members={summary.members}
          stewards={summary.stewards}
          size="bar"
        />
      }
    >
      {may.manage && <Name view={view} />}
      <Rules view={view} />
      <CircleRelays view={view} />
      <Leaving view={view} />
    </Page>
  );
}

function Name({ view }: { readonly view: CircleView }) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const { circle, name: current } = view.summary;
  const [name, setName] = useState(current);
  const isPending = view.pending.some((one) => one.act === "rename");
  const rename = (event: FormEvent): void => {
    event.preventDefault();
    void act({ command: "rename-circle", circle, name: name.trim() });
  };
  return (
    <form className={style.part} onSubmit={rename}>
      <TextField
        label={t`Name of the circle`}
        value={name}
        required
        maxLength={64}
        onType={setName}
      />
      {isPending && (
        <p role="status" className={style.quiet}>
          <Trans>Being changed …</Trans>
        </p>
      )}
      {fault && <Fault>{fault}</Fault>}
      {name.trim() !== current && !isPending && (
        <Button disabled={isBusy}>
          <Trans>Change the name</Trans>
        </Button>
      )}
    </form>
  );
}
