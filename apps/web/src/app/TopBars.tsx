import type { RelayView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Readable } from "../client/cell.ts";
import { hasAnyDraft } from "../features/chat/drafts.ts";
import { Banner } from "../ui/Banner.tsx";

/** Shorter breaks happen on every train and concern nobody. */
const PATIENCE_MS = 2_000;

interface OfflineBarProps {
  readonly relays: readonly RelayView[];
}

/** That what is written goes out later; never in the way of reading or writing. */
export function OfflineBar({ relays }: OfflineBarProps) {
  const isRefused = relays.some(({ state }) => state === "refused");
  const isAway =
    relays.length > 0 && relays.every(({ state }) => state !== "online");
  const isLong = useHeld(isAway && !isRefused, PATIENCE_MS);
  if (isRefused) {
    return (
      <Banner tone="bad">
        <Trans>
          <strong>The relay is not the one it was.</strong> Nothing is sent to
          it. Ask the people who host it what happened.
        </Trans>
      </Banner>
    );
  }
  if (!isLong) return null;
  return (
    <Banner tone="plain">
      <Trans>
        <strong>Not connected.</strong> You can read and write; it is sent
        later.
      </Trans>
    </Banner>
  );
}

/** Whether something has been so for a while. */
function useHeld(isSo: boolean, ms: number): boolean {
  const [isHeld, setHeld] = useState(false);
  if (!isSo && isHeld) setHeld(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => setHeld(true), ms);
    return () => clearTimeout(timer);
  }, [isSo, ms]);
  return isSo && isHeld;
}

interface UpdateBarProps {
  readonly update: Readable<(() => void) | undefined>;
}

/** That a new version waits. It never comes by itself: somebody may be writing. */
export function UpdateBar({ update }: UpdateBarProps) {
  const { t } = useLingui();
  const apply = useSyncExternalStore(update.subscribe, update.current);
  if (apply === undefined) return null;
  return (
    <Banner tone="plain" action={{ label: t`Reload`, onPress: apply }}>
      {hasAnyDraft() ? (
        <Trans>
          <strong>A new version is here.</strong> Send what you are writing,
          then reload.
        </Trans>
      ) : (
        <Trans>
          <strong>A new version is here.</strong>
        </Trans>
      )}
    </Banner>
  );
}
