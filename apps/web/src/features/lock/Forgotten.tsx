import { Trans } from "@lingui/react/macro";
import { Button } from "../../ui/Button.tsx";
import { HeroPage } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import style from "./Lock.module.css";

/** After everything was taken away: nothing is made anew before somebody wants it. */
export function Forgotten() {
  return (
    <main className={style.solo}>
      <HeroPage
        footer={
          <Button onPress={() => location.reload()}>
            <Trans>Begin anew</Trans>
          </Button>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          <Trans>This device has forgotten everything</Trans>
        </h1>
        <p role="status">
          <Trans>
            You may close this page. If Halqa is on your home screen, remove it
            there as well.
          </Trans>
        </p>
      </HeroPage>
    </main>
  );
}
