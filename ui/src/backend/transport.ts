// What a host gives the UI: commands, events, and the few things that a page cannot do by itself.

/** A file that a person brought: a path where the host sees the disk, bytes where it does not. */
export type Brought = { path: string; name: string } | { file: File };

/** What a dialog shows first: its name for people, the ends of file names. */
export interface KindOfFile {
  /** Of the system's dialog: it has its own words for everything else. */
  title: string;
  name: string;
  extensions: readonly string[];
  /** Several of them at once. */
  many?: boolean;
}

export interface UploadOptions {
  signal?: AbortSignal;
  /** From 0 to 1, where the host can tell. */
  progress?: (done: number) => void;
}

export interface Transport {
  /** Rejects with an ApiError only. */
  call(command: string, args: unknown): Promise<unknown>;
  /** Hears every event until the returned function is called. `resumed` fires when events may have been missed:
   *  the caller then reads again what it shows. */
  events(handler: (event: unknown) => void, resumed: () => void): () => void;
  /** Where the preview of a picture, or the bytes of a file, of the media store are. */
  mediaUrl(hash: string, what: "preview" | "file"): string;
  /** Puts bytes (a paste, a page's file) into the store and answers the hash. */
  upload(file: Blob, on?: UploadOptions): Promise<string>;
  /** Lets the person choose files, or one (or many) of a kind; empty when they changed their mind. */
  pickFiles(kind?: KindOfFile): Promise<Brought[]>;
  /** Lets the person choose where to save; undefined when they changed their mind. */
  pickSavePath(name: string): Promise<string | undefined>;
  /** A window is about to go: called once it does. The main one waits for the answer (not for ever), and stays where
   *  it is that something could not be kept. */
  onLeaving?(keep: () => Promise<boolean>): () => void;
  /** Files dragged in from outside where the host, not the page, sees them. */
  onDrop?(hover: (over: boolean) => void, drop: (files: Brought[]) => void): () => void;
}
