import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import type { EngineHost } from "../../client/engine-host.ts";
import type { BeginFault } from "../../client/keeper.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault, Switch, TextArea } from "../../ui/Field.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { PassphraseField } from "../../ui/PassphraseField.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { readPicture } from "../../ui/read-code.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { wordsIn } from "./kit-file.ts";
import style from "./YourData.module.css";

interface RestoreProps {
  readonly back: BackLink;
  readonly host: Pick<EngineHost, "begin" | "keep">;
  readonly onRestored: () => void;
}

/** A kit is a page of some kilobytes; whatever is larger is something else. */
const MOST_KIT_BYTES = 65_536;

/** A new device that becomes somebody who was: a backup file, and the words that open it. */
export function Restore({ back, host, onRestored }: RestoreProps) {
  const { t } = useLingui();
  const [file, setFile] = useState<File>();
  const [words, setWords] = useState("");
  const [wantsPassphrase, setWants] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  const [fault, setFault] = useState<BeginFault | "no-file" | "no-code">();
  const [isBusy, setBusy] = useState(false);
  const restore = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (file === undefined) {
      setFault("no-file");
      return;
    }
    setBusy(true);
    const refused = await host.begin({
      to: "restore",
      restoring: {
        file,
        words,
        passphrase: wantsPassphrase ? passphrase : undefined,
      },
    });
    setBusy(false);
    setFault(refused);
    if (refused === undefined) onRestored();
  };
  const takeKit = async (kit: File | undefined): Promise<void> => {
    if (kit === undefined) return;
    if (kit.type.startsWith("image/")) {
      const read = await readPicture(kit);
      if (read === undefined) setFault("no-code");
      else setWords(read);
    } else if (kit.size <= MOST_KIT_BYTES)
      setWords(wordsIn(await kit.text()).trim());
  };
  const suggest = async (): Promise<string | undefined> => {
    const answer = await host.keep({ task: "suggest-passphrase" });
    return answer.ok ? answer.words : undefined;
  };
  return (
    <main className={style.solo}>
      <Page title={t`Out of a backup`} back={back}>
        <p className={style.quiet}>
          <Trans>
            You come back under your name, with your circles and what was said.
            Writing works again once a steward has let this device in.
          </Trans>
        </p>
        <form
          className={style.part}
          noValidate
          onSubmit={(event) => void restore(event)}
        >
          <FileField
            label={t`The backup file`}
            onChoose={(chosen) => setFile(chosen)}
          />
          <TextArea
            label={t`The 24 recovery words`}
            hint={
              <Trans>
                In their order, with spaces between them; large or small letters
                do not matter.
              </Trans>
            }
            value={words}
            maxLength={1_000}
            onType={setWords}
          />
          <FileField
            label={t`Or the file with the words, or a photo of their code`}
            accept=".html,.txt,text/html,text/plain,image/*"
            onChoose={(kit) => void takeKit(kit)}
          />
          <Switch
            label={t`Put a passphrase in front of this device`}
            hint={
              <Trans>
                Without one, whoever takes this device can read everything on
                it.
              </Trans>
            }
            isOn={wantsPassphrase}
            onSwitch={setWants}
          />
          {wantsPassphrase && (
            <PassphraseField
              label={t`The new passphrase`}
              value={passphrase}
              onType={setPassphrase}
              onSuggest={suggest}
            />
          )}
          {fault && (
            <Fault>
              <RestoreFaultWords fault={fault} />
            </Fault>
          )}
          <Button look="primary" disabled={isBusy}>
            {isBusy ? <Trans>Opening …</Trans> : <Trans>Bring me back</Trans>}
          </Button>
        </form>
      </Page>
    </main>
  );
}

interface FileFieldProps {
  readonly label: string;
  readonly accept?: string;
  readonly onChoose: (file: File | undefined) => void;
}

function FileField({ label, accept, onChoose }: FileFieldProps) {
  const id = useId();
  return (
    <div className={style.file}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="file"
        accept={accept}
        onChange={(event) => onChoose(event.target.files?.[0])}
      />
    </div>
  );
}

function RestoreFaultWords({
  fault,
}: {
  readonly fault: BeginFault | "no-file" | "no-code";
}): ReactNode {
  if (fault === "no-file") return <Trans>Choose the backup file first.</Trans>;
  if (fault === "no-code") {
    return (
      <Trans>
        No code can be read in this picture. Take it again with more light, or
        type the words.
      </Trans>
    );
  }
  return <BeginFaultWords fault={fault} />;
}

function BeginFaultWords({ fault }: { readonly fault: BeginFault }): ReactNode {
  const locale = useLocale();
  switch (fault.kind) {
    case "unknown-word": {
      const number = formatNumber(fault.at + 1, locale);
      return (
        <Trans>
          Word {number}, “<bdi>{fault.word}</bdi>”, is none of the list. Look at
          how it is spelled.
        </Trans>
      );
    }
    case "wrong-count": {
      const number = formatNumber(fault.count, locale);
      return <Trans>These are {number} words. There have to be 24.</Trans>;
    }
    case "wrong-checksum":
      return (
        <Trans>
          One of the words is another one, or they stand in another order.
        </Trans>
      );
    case "wrong-key":
      return (
        <Trans>
          These words do not open this file. They are of another backup, or the
          file was changed.
        </Trans>
      );
    case "no-backup":
      return (
        <Trans>This file is no backup, or one that opens in another way.</Trans>
      );
    case "damaged-file":
      return (
        <Trans>
          The words are right, but the file is not whole any more. Copy it once
          more, or take another one.
        </Trans>
      );
    case "weak-passphrase":
      return (
        <Trans>
          Anybody would guess this passphrase soon. Take longer words, or let
          words be made.
        </Trans>
      );
    case "not-empty":
      return (
        <Trans>Somebody is on this device already. Forget it first.</Trans>
      );
    case "out-of-memory":
      return (
        <Trans>
          This device has too little free memory. Close other apps, then try
          again.
        </Trans>
      );
    case "storage-failed":
      return (
        <Trans>
          This device could not save it. Free some space, then try again.
        </Trans>
      );
  }
}
