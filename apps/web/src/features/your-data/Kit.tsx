import { Trans, useLingui } from "@lingui/react/macro";
import { encodeQR } from "qr";
import { useState, type FormEvent } from "react";
import { useKeeping } from "../../client/KeeperContext.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { QuietLine } from "../../ui/Leaf.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { qrPath } from "../../ui/qr-path.ts";
import { formatNumber } from "../../ui/format-number.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { drawPlaces, isSameWord } from "./kit-check.ts";
import { kitPage } from "./kit-file.ts";
import { fileName, saveFile } from "./save-file.ts";
import { useTask } from "./use-task.ts";
import style from "./YourData.module.css";

interface KitProps {
  readonly back: BackLink;
}

/** The recovery words: why, the words themselves, and whether they were kept. */
export function Kit({ back }: KitProps) {
  const { t } = useLingui();
  const keeping = useKeeping();
  const [words, setWords] = useState<readonly string[]>();
  const [isChecking, setChecking] = useState(false);
  const [isDone, setDone] = useState(false);
  const { run, fault, isBusy } = useTask();
  const show = async (): Promise<void> => {
    const answer = await run({ task: "show-words" });
    setWords(answer?.words?.split(" "));
  };
  if (isDone) return <Kept back={back} />;
  return (
    <Page title={t`Recovery words`} back={back}>
      {words === undefined ? (
        <>
          <p>
            <Trans>
              Phones get lost, break or are taken. With these 24 words and a
              backup file you are yourself again on another device. There is no
              account, so nobody else can help with that.
            </Trans>
          </p>
          <p className={style.quiet}>
            <Trans>
              Be alone for this. Whoever has the words and a backup file can
              read everything in it and appear as you.
            </Trans>
          </p>
          {fault && <Fault>{fault}</Fault>}
          <Button look="primary" disabled={isBusy} onPress={() => void show()}>
            {keeping?.words === "kept" ? (
              <Trans>Show the words again</Trans>
            ) : (
              <Trans>Show the words</Trans>
            )}
          </Button>
        </>
      ) : isChecking ? (
        <Check
          words={words}
          onBack={() => setChecking(false)}
          onKept={() => setDone(true)}
        />
      ) : (
        <Words words={words} onNext={() => setChecking(true)} />
      )}
    </Page>
  );
}

interface WordsProps {
  readonly words: readonly string[];
  readonly onNext: () => void;
}

function Words({ words, onNext }: WordsProps) {
  const { t, i18n } = useLingui();
  const text = words.join(" ");
  const save = (): void => {
    const cells = encodeQR(text, "raw", { ecc: "low", border: 2 });
    const page = kitPage(words, {
      title: t`Recovery words`,
      about: t`In this order they open your backups. Keep them where the backups are not.`,
      qrPath: qrPath(cells),
      qrSize: cells.length,
      lang: i18n.locale,
      dir: document.documentElement.dir === "rtl" ? "rtl" : "ltr",
    });
    const file = new Blob([page], { type: "text/html" });
    saveFile(file, fileName("words", new Date()));
  };
  return (
    <>
      <p className={style.screenOnly}>
        <Trans>
          Write them down in this order, or print them. Paper in a drawer at a
          friend’s is better than a photo: photos are copied to servers.
        </Trans>
      </p>
      <div className={style.kit}>
        <h2 className={style.printOnly}>
          <Trans>Recovery words</Trans>
        </h2>
        <ol className={style.words} dir="ltr" lang="en" translate="no">
          {words.map((word, index) => (
            <li key={index}>{word}</li>
          ))}
        </ol>
        <div className={style.code}>
          <QrCode text={text} label={t`The words as a code`} />
        </div>
        <p className={style.quiet}>
          <Trans>
            In this order they open your backups. Keep them where the backups
            are not.
          </Trans>
        </p>
      </div>
      <div className={`${style.acts} ${style.screenOnly}`}>
        <Button onPress={() => print()}>
          <Trans>Print</Trans>
        </Button>
        <Button onPress={save}>
          <Trans>Save as a file</Trans>
        </Button>
      </div>
      <div className={style.screenOnly}>
        <Button look="primary" onPress={onNext}>
          <Trans>I have them</Trans>
        </Button>
      </div>
    </>
  );
}

interface CheckProps {
  readonly words: readonly string[];
  readonly onBack: () => void;
  readonly onKept: () => void;
}

/** Three of the words, from what was written down. */
function Check({ words, onBack, onKept }: CheckProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const { run, fault } = useTask();
  const [places] = useState(() => drawPlaces(words.length, drawBelow));
  const [typed, setTyped] = useState<readonly string[]>(["", "", ""]);
  const [isWrong, setWrong] = useState(false);
  const check = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isSame = places.every((place, index) =>
      isSameWord(typed[index] ?? "", words[place]),
    );
    setWrong(!isSame);
    if (!isSame) return;
    if ((await run({ task: "words-kept" })) !== undefined) onKept();
  };
  return (
    <form
      className={style.part}
      noValidate
      onSubmit={(event) => void check(event)}
    >
      <p>
        <Trans>Three of them, from what you have kept:</Trans>
      </p>
      {places.map((place, index) => {
        const number = formatNumber(place + 1, locale);
        return (
          <TextField
            key={place}
            label={t`Word ${number}`}
            dir="ltr"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            value={typed[index] ?? ""}
            onType={(value) => setTyped(typed.with(index, value))}
          />
        );
      })}
      {isWrong && (
        <Fault>
          <Trans>
            One of them is another word. Look at what you have written, and at
            the words once more.
          </Trans>
        </Fault>
      )}
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary">
        <Trans>Check</Trans>
      </Button>
      <Button look="quiet" onPress={onBack}>
        <Trans>Show the words again</Trans>
      </Button>
    </form>
  );
}

function Kept({ back }: KitProps) {
  const { t } = useLingui();
  return (
    <Page title={t`Recovery words`} back={back}>
      <p role="status">
        <Trans>
          You have the words. Now save a backup: without a file the words open
          nothing.
        </Trans>
      </p>
      <LinkButton look="primary" href={back.href}>
        <Trans>On to the backup</Trans>
      </LinkButton>
      <QuietLine>
        <Trans>The same words open every backup of this device.</Trans>
      </QuietLine>
    </Page>
  );
}

/** A number from 0 up to the bound, each as likely as any other as far as it matters here. */
function drawBelow(bound: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % bound;
}
