import type { AppView } from "@halqa/engine";
import { Plural, Trans } from "@lingui/react/macro";
import { useKeeper, useKeeping } from "../../client/KeeperContext.ts";
import { useNow } from "../../ui/use-now.ts";
import { BACKUP_AGAIN_MS, remindOf, WORDS_AGAIN_MS } from "./reminder.ts";
import style from "./YourData.module.css";

interface ReminderProps {
  /** Not while a circle is open: somebody is reading. */
  readonly isShown: boolean;
  /** The first circle has been here for a while. */
  readonly isTime: boolean;
  readonly view: AppView;
  readonly dataHref: string;
  readonly kitHref: string;
}

/** Asks to keep the words or to save a backup, when there is something to lose; can be put off, and comes back. */
export function Reminder({
  isShown,
  isTime,
  view,
  dataHref,
  kitHref,
}: ReminderProps) {
  const { keep } = useKeeper();
  const keeping = useKeeping();
  const now = useNow();
  const circles = view.circles.length;
  const restored = view.circles.filter(
    ({ standing }) => standing === "restored",
  ).length;
  if (!isShown) return null;
  if (restored > 0) return <Restored circles={restored} />;
  const reminding =
    keeping && isTime ? remindOf(keeping, circles, now) : undefined;
  if (reminding === undefined) return null;
  const again = reminding === "words" ? WORDS_AGAIN_MS : BACKUP_AGAIN_MS;
  const putOff = (): void =>
    void keep({ task: "remind-later", until: Date.now() + again });
  return (
    <div className={style.reminder} role="status" data-reminder={reminding}>
      <p>
        {reminding === "words" ? (
          <Trans>
            <strong>If this device is lost, your circles are lost.</strong> 24
            words on paper bring you back.
          </Trans>
        ) : reminding === "backup" ? (
          <Trans>
            <strong>There is no backup yet.</strong> Your words open nothing
            without a file.
          </Trans>
        ) : (
          <Trans>
            <strong>Your last backup is older than a month.</strong> What came
            since is not in it.
          </Trans>
        )}
      </p>
      <div>
        <a href={reminding === "words" ? kitHref : dataHref}>
          {reminding === "words" ? (
            <Trans>Keep the words</Trans>
          ) : (
            <Trans>Save a backup</Trans>
          )}
        </a>
        <button type="button" onClick={putOff}>
          <Trans>Later</Trans>
        </button>
      </div>
    </div>
  );
}

/** What one does after coming out of a backup, as long as it is to be done. */
function Restored({ circles }: { readonly circles: number }) {
  return (
    <div className={style.reminder} role="status" data-reminder="restored">
      <p>
        <strong>
          <Trans>You are back.</Trans>
        </strong>{" "}
        <Plural
          value={circles}
          one="# circle came out of your backup: you can read it, and not write in it yet."
          other="# circles came out of your backup: you can read them, and not write in them yet."
        />{" "}
        <Trans>
          Open each one and ask to be let in again: a steward decides, and your
          lost device is out from then on.
        </Trans>
      </p>
    </div>
  );
}
