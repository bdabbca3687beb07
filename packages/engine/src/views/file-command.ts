/** What a person does with files: those that go with messages, the circle's picture and its charter (docs/spec/files.md). */

/** What stands beside a file before it is fetched; all of it is its author's word. */
export interface FileFacts {
  readonly name: string;
  /** `image/jpeg` */
  readonly mediaType: string;
  readonly kind: "photo" | "file" | "voice";
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds. */
  readonly duration?: number;
  /** A small encoded picture of at most 2,048 bytes; it goes inside the message. */
  readonly thumbnail?: Uint8Array;
}

export type FileCommand =
  /** Keeps a file of at most 10 MiB for a message; nothing leaves before the message is sent. */
  | ({
      readonly command: "add-attachment";
      readonly circle: string;
      readonly bytes: Uint8Array;
    } & FileFacts)
  | {
      readonly command: "drop-attachment";
      readonly circle: string;
      readonly attachment: string;
    }
  /** Fetches a file of a message, or tries again; the view of files tells how far it is. */
  | {
      readonly command: "fetch-attachment";
      readonly circle: string;
      readonly item: string;
      readonly index: number;
    }
  /** The bytes of a file that is here. */
  | {
      readonly command: "open-attachment";
      readonly circle: string;
      readonly item: string;
      readonly index: number;
    }
  /** Of at most 1,044,435 bytes, in whatever form the interfaces show. */
  | {
      readonly command: "set-picture";
      readonly circle: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly command: "set-charter";
      readonly circle: string;
      readonly text: string;
    }
  /** The picture or the charter, once it is here. */
  | {
      readonly command: "open-picture" | "open-charter";
      readonly circle: string;
    };

/** A file of a circle on this device, without its key and its place. */
export interface FileView {
  /** What it belongs to: one of these three. */
  readonly draft?: string;
  readonly of?: { readonly item: string; readonly index: number };
  readonly about?: "picture" | "charter";
  /**
   * `added`: waits for its message; `sending` and `fetching`: under way, or for a connection; `here`: can be opened; `failed`: `failure`
   * says why.
   */
  readonly state: "added" | "sending" | "fetching" | "here" | "failed";
  /** Parts that were sent or came, and all of them. */
  readonly done: number;
  readonly parts: number;
  /**
   * `gone`: the relay does not have it; `wrong`: it has something else; any other: what the relay said last, and it is tried again
   * (`quota`: it is full).
   */
  readonly failure?: string;
}

export interface FilesView {
  readonly view: "files";
  readonly circle: string;
  readonly files: readonly FileView[];
}
