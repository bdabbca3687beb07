import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useKeeper } from "../../client/KeeperContext.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Switch } from "../../ui/Field.tsx";
import style from "./YourData.module.css";

/** Takes everything off this device, after one question that says what it does not undo. */
export function ForgetPart({ circles }: { readonly circles: number }) {
  const { t } = useLingui();
  const { forget } = useKeeper();
  const [isAsking, setAsking] = useState(false);
  const [isSure, setSure] = useState(false);
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Forget this device</Trans>
      </h2>
      <p className={style.quiet}>
        <Trans>
          Takes away who you are here, your circles and everything that was
          said, from this browser alone.
        </Trans>
      </p>
      <Button look="danger" onPress={() => setAsking(true)}>
        <Trans>Forget everything on this device</Trans>
      </Button>
      {isAsking && (
        <Dialog
          title={t`Forget everything on this device?`}
          closeLabel={t`Close`}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>
              What opens it is destroyed first. After that nobody can bring it
              back from here.
            </Trans>
          </p>
          <p>
            <Trans>What this does not undo:</Trans>
          </p>
          <ul className={style.limits}>
            {circles > 0 && (
              <li>
                <Trans>
                  In your circles you stay listed as a member until you are
                  removed. To be gone there, leave them first.
                </Trans>
              </li>
            )}
            <li>
              <Trans>What you have said stays on the devices of others.</Trans>
            </li>
            <li>
              <Trans>Backups and files that you have saved stay.</Trans>
            </li>
            <li>
              <Trans>
                The browser’s history may say that Halqa was used here, and an
                icon on the home screen stays.
              </Trans>
            </li>
          </ul>
          <Switch
            label={t`I know that this cannot be undone`}
            isOn={isSure}
            onSwitch={setSure}
          />
          <Button look="danger" disabled={!isSure} onPress={forget}>
            <Trans>Forget everything now</Trans>
          </Button>
        </Dialog>
      )}
    </section>
  );
}
