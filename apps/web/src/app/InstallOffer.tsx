import { Trans, useLingui } from "@lingui/react/macro";
import type { AppView } from "@halqa/engine";
import { useState, useSyncExternalStore } from "react";
import type { Installing } from "../client/install.ts";
import { useKeeper, useKeeping } from "../client/KeeperContext.ts";
import { Banner } from "../ui/Banner.tsx";

interface InstallOfferProps {
  readonly view: AppView;
  readonly installing: Installing;
}

/** Offers the home screen once there is something to come back to; who turns it down is not asked again (AP-91). */
export function InstallOffer({ view, installing }: InstallOfferProps) {
  const { t } = useLingui();
  const { keep } = useKeeper();
  const keeping = useKeeping();
  const { offer } = installing;
  const install = useSyncExternalStore(offer.subscribe, offer.current);
  const [isGone, setGone] = useState(false);
  const isWelcome = view.circles.some(hasBegun);
  const isRefused = keeping?.ticks.includes("no-install-offer") ?? true;
  if (install === undefined || !isWelcome || isRefused || isGone) return null;
  const refuse = (): void => {
    setGone(true);
    void keep({ task: "tick", tick: "no-install-offer", isOn: true });
  };
  return (
    <div data-install-offer>
      <Banner
        tone="plain"
        action={{ label: t`Install`, onPress: install }}
        refusal={{ label: t`No, thank you`, onPress: refuse }}
      >
        <Trans>
          <strong>Halqa on your home screen</strong> opens like any other app,
          also without a network.
        </Trans>
      </Banner>
    </div>
  );
}

/** Something was said here by this person, or others are here. */
function hasBegun({ members, last }: AppView["circles"][number]): boolean {
  return members > 1 || last?.state !== undefined;
}
