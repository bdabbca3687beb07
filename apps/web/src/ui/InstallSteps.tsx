import { Trans } from "@lingui/react/macro";
import { CircleDashed, Compass, Link2, Share, SquarePlus } from "lucide-react";
import style from "./InstallSteps.module.css";

interface InstallStepsProps {
  /** A window inside of another app: first out of there. */
  readonly isInside: boolean;
}

/** How to put the app on the home screen of an iPhone or iPad, with the signs that one looks for. */
export function InstallSteps({ isInside }: InstallStepsProps) {
  return (
    // Safari takes the role away from a list without marks.
    <ol className={style.steps} role="list" data-install-steps>
      {isInside ? (
        <>
          <li>
            <Compass aria-hidden="true" />
            <Trans>
              You are inside another app. Open this page in Safari, or in the
              browser of your phone.
            </Trans>
          </li>
          <li>
            <Link2 aria-hidden="true" />
            <Trans>
              Where there is no such button: copy the link you came by, and put
              it into the browser.
            </Trans>
          </li>
        </>
      ) : (
        <>
          <li>
            <Share aria-hidden="true" />
            <Trans>Tap Share in Safari.</Trans>
          </li>
          <li>
            <SquarePlus aria-hidden="true" />
            <Trans>Choose “Add to Home Screen”.</Trans>
          </li>
          <li>
            <CircleDashed aria-hidden="true" />
            <Trans>
              Open Halqa from there. If you came with an invite, open its link
              there once more.
            </Trans>
          </li>
        </>
      )}
    </ol>
  );
}
