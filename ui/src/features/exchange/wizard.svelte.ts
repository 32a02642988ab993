// An import from the file to its report. What the app holds of the file is named by the import's id.
import {
  ApiError,
  call,
  pickFiles,
  upload,
  type Brought,
  type ImportOptions,
  type ImportPreview,
  type ImportReport,
  type ImportUndone,
  type OpenedImport,
  type ReadAs,
} from "../../backend";
import { attempt, tell } from "../../app/act";
import { m } from "../../paraglide/messages.js";
import { Progress } from "./progress.svelte";

export type Step = "start" | "columns" | "check" | "run" | "report";
type Source = { from: "path"; path: string } | { from: "blob"; hash: string; name: string };

export class Wizard {
  step = $state<Step>("start");
  opened = $state.raw<OpenedImport>();
  options = $state<ImportOptions>({
    mapping: [],
    duplicates: "skip",
    defaults: { open_leads: false, status_id: null, source_id: null, responsible_id: null, tag_ids: [] },
    add_options: false,
  });
  preview = $state.raw<ImportPreview>();
  report = $state.raw<ImportReport>();
  busy = $state(false);
  readAs = $state<ReadAs>({});
  readonly progress = new Progress();
  #source: Source | undefined;

  async pick(): Promise<void> {
    const kind = {
      title: m.import_pick(),
      name: m.import_kind(),
      extensions: ["csv", "txt", "tsv", "xlsx", "vcf", "json"],
    };
    const [file] = await pickFiles(kind);
    if (file) await this.bring(file);
  }

  async bring(file: Brought): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.#source =
        "path" in file
          ? { from: "path", path: file.path }
          : { from: "blob", hash: await upload(file.file), name: file.file.name };
      this.readAs = {};
      await this.#open();
    } catch (error) {
      tell(error);
    } finally {
      this.busy = false;
    }
  }

  /** Read again otherwise: another encoding, separator, or with or without a header. */
  async read(as: Partial<ReadAs>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const before = this.readAs;
    this.readAs = { ...before, ...as };
    try {
      await this.#open();
    } catch (error) {
      this.readAs = before;
      tell(error);
    } finally {
      this.busy = false;
    }
  }

  async #open(): Promise<void> {
    if (!this.#source) return;
    const opened = await call("open_import", { ...this.#source, read_as: $state.snapshot(this.readAs) });
    this.opened = opened;
    this.options = opened.remembered ?? {
      ...$state.snapshot(this.options),
      mapping: opened.columns.map((column) => column.field),
    };
    this.step = "columns";
  }

  async check(): Promise<void> {
    await this.#long("preview_import", async (args) => {
      this.preview = await call("preview_import", args);
      this.step = "check";
    });
  }

  /** Checked again with what lists don't have as options of them. */
  async addOptions(): Promise<void> {
    this.options.add_options = true;
    await this.check();
  }

  async run(): Promise<void> {
    this.step = "run";
    const done = await this.#long("run_import", async (args) => {
      this.report = await call("run_import", args);
      this.step = "report";
    });
    if (!done) this.step = "check";
  }

  async #long(what: string, run: (args: { id: string; options: ImportOptions }) => Promise<void>): Promise<boolean> {
    const opened = this.opened;
    if (!opened || this.busy) return false;
    this.busy = true;
    const stop = this.progress.begin(opened.id, opened.rows);
    try {
      await run({ id: opened.id, options: $state.snapshot(this.options) });
      return true;
    } catch (error) {
      if (!(what === "preview_import" && ApiError.from(error).code === "CANCELED")) tell(error);
      return false;
    } finally {
      stop();
      this.busy = false;
    }
  }

  async again(): Promise<void> {
    this.step = "start";
    this.opened = undefined;
    this.preview = undefined;
    this.report = undefined;
  }

  get canCheck(): string | null {
    const mapped = this.options.mapping;
    return mapped.includes("phone") || mapped.includes("email") ? null : m.import_needs_key();
  }
}

/** Takes an import back and answers what came of it. */
export async function undoImport(id: string, progress: Progress): Promise<ImportUndone | undefined> {
  const stop = progress.begin(id);
  const done = await attempt(() => call("undo_import", { id }));
  stop();
  return done?.undone;
}
