import type { AppView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { KeepingView } from "../../client/keeper.ts";
import { useKeeping } from "../../client/KeeperContext.ts";
import type { QuickUnlock } from "../../client/quick-unlock.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { formatDate } from "../../ui/format-time.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import { ForgetPart } from "./ForgetPart.tsx";
import type { Lasting } from "./lasting.ts";
import { LockPart } from "./LockPart.tsx";
import { PassphrasePart } from "./PassphrasePart.tsx";
import { OLD_BACKUP_MS } from "./reminder.ts";
import { fileName, saveFile } from "./save-file.ts";
import { useTask } from "./use-task.ts";
import style from "./YourData.module.css";

interface YourDataProps {
  readonly view: AppView;
  readonly back: BackLink;
  readonly kitHref: string;
  readonly lasting: Lasting;
  readonly quickUnlock: QuickUnlock;
}

/** What is kept of a person, how it comes back, who can open it, and how it goes. */
export function YourData(props: YourDataProps) {
  const { t } = useLingui();
  const keeping = useKeeping();
  if (keeping === undefined) return null;
  return (
    <Page title={t`Your data`} back={props.back}>
      <BackupPart keeping={keeping} kitHref={props.kitHref} />
      <PassphrasePart keeping={keeping} />
      <LockPart keeping={keeping} quickUnlock={props.quickUnlock} />
      <LastingPart lasting={props.lasting} />
      <ForgetPart circles={props.view.circles.length} />
    </Page>
  );
}

interface BackupPartProps {
  readonly keeping: KeepingView;
  readonly kitHref: string;
}

function BackupPart({ keeping, kitHref }: BackupPartProps) {
  const { run, fault, isBusy } = useTask();
  const [isSaved, setSaved] = useState(false);
  const isKept = keeping.words === "kept";
  const save = async (): Promise<void> => {
    const answer = await run({ task: "backup" });
    if (answer?.file === undefined) return;
    saveFile(answer.file, fileName("backup", new Date()));
    setSaved(true);
  };
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>If this device is lost</Trans>
      </h2>
      <p className={style.quiet}>
        {isKept ? (
          <Trans>
            A backup is a locked file with your circles and what was said in
            them. Your 24 words open it. What disappears is never in it.
          </Trans>
        ) : (
          <Trans>
            First the recovery words: without them a backup opens for nobody.
          </Trans>
        )}
      </p>
      <BackupAge keeping={keeping} />
      {isSaved && (
        <p role="status">
          <Trans>
            The file was handed to your browser. Look whether it is there, and
            put it somewhere else: another device, a memory stick.
          </Trans>
        </p>
      )}
      {fault && <Fault>{fault}</Fault>}
      {isKept && (
        <Button look="primary" disabled={isBusy} onPress={() => void save()}>
          {isBusy ? (
            <Trans>Making the backup …</Trans>
          ) : (
            <Trans>Save a backup</Trans>
          )}
        </Button>
      )}
      <LinkButton href={kitHref} look={isKept ? "plain" : "primary"}>
        <Trans>Recovery words</Trans>
      </LinkButton>
    </section>
  );
}

function BackupAge({ keeping }: { readonly keeping: KeepingView }) {
  const locale = useLocale();
  const now = useNow();
  const { backupAt } = keeping;
  if (backupAt === undefined) {
    return (
      <p>
        <Trans>There is no backup of this device yet.</Trans>
      </p>
    );
  }
  const day = formatDate(backupAt, { locale });
  return (
    <p>
      {now - backupAt > OLD_BACKUP_MS ? (
        <Trans>
          The last backup is old: {day}. What came since is not in it.
        </Trans>
      ) : (
        <Trans>Last backup: {day}</Trans>
      )}
    </p>
  );
}

function LastingPart({ lasting }: { readonly lasting: Lasting }) {
  const [isPromised, setPromised] = useState<boolean | "unknown">();
  useEffect(() => {
    void lasting
      .isPromised()
      .then((answer) => setPromised(answer ?? "unknown"));
  }, [lasting]);
  const ask = async (): Promise<void> =>
    setPromised((await lasting.ask()) ?? "unknown");
  if (isPromised === undefined) return null;
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Kept by this browser</Trans>
      </h2>
      <p className={style.quiet} data-lasting={String(isPromised)}>
        {isPromised === true ? (
          <Trans>
            The browser has promised to keep what is here, also when space gets
            short.
          </Trans>
        ) : (
          <Trans>
            The browser has not promised to keep what is here. When space gets
            short it may delete it: save backups, and put Halqa on the home
            screen.
          </Trans>
        )}
      </p>
      {isPromised === false && (
        <Button onPress={() => void ask()}>
          <Trans>Ask the browser to keep it</Trans>
        </Button>
      )}
    </section>
  );
}
