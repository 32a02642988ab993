// The notes of a contact, or its calls, kept fresh while they are shown, and the one that somebody came for.
import { tick, untrack } from "svelte";
import { call, type ContactId, type NoteView } from "../../backend";
import { isAbout, on, onResumed } from "../../app/events";
import { panelAsked, panelTaken, type PanelAsked } from "../../app/panel-asked.svelte";
import { Paged } from "./paged.svelte";

export class NoteList extends Paged<NoteView> {
  /** Words that they are to have. */
  text = $state("");
  /** The one that was asked for. */
  lit = $state<string>();

  constructor(calls: boolean) {
    super(
      async (contact_id, before, limit) => {
        const asked = { contact_id, calls, before, limit, text: this.text.trim() };
        const { notes, total } = await call("list_notes", asked);
        return { items: notes, total, hasMore: notes.length === limit };
      },
      ({ note }) => ({ at_ms: note.at_ms, id: note.id }),
    );
  }
  /** What was saved here just now: the change is told a moment later. */
  put(saved: NoteView): void {
    this.items = this.items.map((view) => (view.note.id === saved.note.id ? saved : view));
  }
  /** Reads on until it is there, and gives it the focus. */
  async find(note_id: string): Promise<void> {
    if (this.text !== "") {
      this.text = "";
      await this.afresh();
    }
    this.lit = note_id;
    // A read that fails, or another contact, ends it: what was asked for is not here.
    const contact_id = this.of;
    while (!this.items.some(({ note }) => note.id === note_id) && this.hasMore)
      if (!(await this.older()) || this.of !== contact_id) break;
    if (this.of !== contact_id) return;
    await tick();
    const row = document.getElementById(`note-${note_id}`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus({ preventScroll: true });
  }
}

/** For the component that shows it. `write`: a new one is to be written. */
export function noteList(contact_id: () => ContactId, calls: boolean, write: () => void): NoteList {
  const list = new NoteList(calls);
  // The contact is read anew with every change of it, and is still the same.
  const id = $derived(contact_id());
  $effect(() => {
    // What it reads of its own comes of this read: followed, each read would ask for the next one.
    untrack(() => list.show(id));
    const stops = [
      on("notes_changed", ({ contact_ids }) => isAbout(contact_ids, id) && list.changed()),
      onResumed(() => list.changed()),
      () => list.close(),
    ];
    return () => stops.forEach((stop) => stop());
  });
  $effect(() => {
    void list.text;
    list.changed();
  });
  const asked = $derived.by((): PanelAsked | undefined => {
    const one = panelAsked(contact_id());
    return one?.tab === (calls ? "calls" : "notes") && list.of === contact_id() ? one : undefined;
  });
  $effect(() => {
    const one = asked;
    if (!one) return;
    panelTaken(one);
    if (one.write) write();
    if (one.note_id) void list.find(one.note_id);
  });
  return list;
}
