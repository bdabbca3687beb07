import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { CheckId, DeviceState, Finding } from "./check.ts";
import style from "./CheckDetails.module.css";

interface CheckDetailsProps {
  readonly state: DeviceState;
  readonly free: string;
}

/** The one place with technical names, closed until somebody asks (AP-14). */
export function CheckDetails({ state, free }: CheckDetailsProps) {
  return (
    <details className={style.details}>
      <summary className={style.summary}>
        <Trans>Details</Trans>
      </summary>
      <dl className={style.list}>
        <Detail
          state={state}
          check="page"
          name="isSecureContext, crossOriginIsolated"
        >
          <Trans>
            Both are asked for; the second keeps other sites out of this page's
            process.
          </Trans>
        </Detail>
        <Detail
          state={state}
          check="locking"
          name="libsodium · WebAssembly · Worker"
        >
          <Trans>
            X25519, Ed25519 and XChaCha20-Poly1305 have to give the published
            test vectors and to refuse a changed byte.
          </Trans>
        </Detail>
        <Detail state={state} check="saving" name="IndexedDB · Worker">
          <Trans>
            A record has to be written, read back over a second connection, and
            deleted with its database.
          </Trans>
        </Detail>
        <Detail state={state} check="room" name="navigator.storage.estimate()">
          {free === "" ? <Trans>No figure was given.</Trans> : free}
        </Detail>
        <Detail
          state={state}
          check="lasting"
          name="navigator.storage.persisted()"
        >
          <Trans>It is only asked for here, never requested.</Trans>
        </Detail>
      </dl>
    </details>
  );
}

interface DetailProps {
  readonly state: DeviceState;
  readonly check: CheckId;
  readonly name: string;
  readonly children: ReactNode;
}

function Detail({ state, check, name, children }: DetailProps) {
  return (
    <div>
      <dt className={style.name}>
        <bdi lang="en" dir="ltr">
          {name}
        </bdi>
      </dt>
      <dd>{children}</dd>
      <dd className={style.code}>
        <bdi lang="en" dir="ltr">
          {codeOf(state.findings[check])}
        </bdi>
      </dd>
    </div>
  );
}

/** The finding by its name in the source, for whoever reports a fault. */
function codeOf(finding: Finding): string {
  return finding.state === "waiting" ? "waiting" : finding.says;
}
