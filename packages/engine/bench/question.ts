// What the bench asks of a device in a browser; one question at a time.

/** A relay's key as text: what goes between a browser and its driver is JSON. */
export interface RelayText {
  readonly url: string;
  readonly relayPub: string;
}

export type Question =
  /** Opens the vault and runs the engine. */
  | { readonly ask: "start"; readonly relay: RelayText }
  | {
      readonly ask: "join";
      readonly link: string;
      readonly name: string;
      readonly circle: string;
    }
  /** Until everything was read; the milliseconds since the start began. */
  | { readonly ask: "read"; readonly circle: string }
  | { readonly ask: "stop" };

export interface Answer {
  readonly ms: number;
}
