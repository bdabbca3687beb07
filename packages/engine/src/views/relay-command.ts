/** What an interface can ask about relays (docs/spec/views.md, docs/spec/relays-of-a-circle.md). Keys are base64url text. */

/** A relay as a person names it. */
export interface RelayOf {
  readonly url: string;
  readonly relayPub: string;
  /** What a closed relay asks of whoever makes logs, inboxes and blobs there. */
  readonly access?: string;
}

export type RelayCommand =
  /** Where new circles are founded from now on. */
  | ({ readonly command: "set-home-relay" } & RelayOf)
  /** A mirror, or another address of a relay that is there. */
  | ({ readonly command: "add-relay"; readonly circle: string } & RelayOf)
  | {
      readonly command: "remove-relay";
      readonly circle: string;
      readonly relayPub: string;
    }
  /** By a steward's commit, which waits for the relay that orders; by the word of many where a mirror tells that it is away, or where it is not wanted. */
  | ({
      readonly command: "propose-move";
      readonly circle: string;
      /** The word of many, whatever this device knows of the old relay: who finds it at no mirror of theirs needs a bundle. */
      readonly without?: boolean;
    } & RelayOf)
  | {
      readonly command: "approve-move";
      readonly circle: string;
      readonly move: string;
    }
  | {
      readonly command: "export-bundle";
      readonly circle: string;
      /** Only what lies behind this entry of the log. */
      readonly since?: number;
      /** With what waits to be sent. */
      readonly outbox?: boolean;
    }
  | { readonly command: "import-bundle"; readonly bundle: Uint8Array };
