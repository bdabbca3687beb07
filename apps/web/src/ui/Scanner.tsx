import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import { Dialog } from "./Dialog.tsx";
import { Fault } from "./Field.tsx";
import { readPicture } from "./read-code.ts";
import style from "./Scanner.module.css";
import { useCamera, type CameraState } from "./use-camera.ts";

interface ScannerProps {
  readonly find: (text: string) => string | undefined;
  readonly onFound: (found: string) => void;
  readonly onClose: () => void;
}

type Miss = "other-code" | "no-code";

/** The camera's picture until a code of the right kind is in it, and a way for who has no camera. */
export function Scanner({ find, onFound, onClose }: ScannerProps) {
  const { t } = useLingui();
  const picture = useId();
  const [miss, setMiss] = useState<Miss>();
  const take = (text: string): void => {
    const found = find(text);
    if (found === undefined) setMiss("other-code");
    else onFound(found);
  };
  const { state, video } = useCamera(take);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const text = await readPicture(file);
    if (text === undefined) setMiss("no-code");
    else take(text);
  };
  return (
    <Dialog title={t`Scan a code`} closeLabel={t`Close`} onClose={onClose}>
      <video
        ref={video}
        className={style.view}
        data-state={state}
        aria-label={t`What the camera sees`}
        autoPlay
        playsInline
        muted
      />
      <p role="status" className={style.words}>
        <StateWords state={state} />
      </p>
      {miss === "other-code" && (
        <Fault>
          <Trans>This is a code, but not the one that is needed here.</Trans>
        </Fault>
      )}
      {miss === "no-code" && (
        <Fault>
          <Trans>
            No code can be read in this picture. Take it again with more light.
          </Trans>
        </Fault>
      )}
      <div className={style.picture}>
        <label htmlFor={picture}>
          <Trans>Or choose a picture of the code</Trans>
        </label>
        <input
          id={picture}
          type="file"
          accept="image/*"
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </div>
    </Dialog>
  );
}

function StateWords({ state }: { readonly state: CameraState }) {
  switch (state) {
    case "starting":
      return <Trans>Allow the camera if the browser asks.</Trans>;
    case "looking":
      return (
        <Trans>
          Hold the code before the camera. Its picture stays on this device.
        </Trans>
      );
    case "refused":
      return (
        <Trans>
          The camera is not allowed. Allow it in the settings of the browser, or
          choose a picture.
        </Trans>
      );
    case "absent":
      return <Trans>No camera can be used here.</Trans>;
  }
}
