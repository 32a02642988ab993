// Notes as the app answers them, for the tests of what shows them.
import type { NoteView } from "../src/backend";
import { hostAnswers } from "./transport";

export const noteView = (id: string, at_ms: number, contact_id = "c1") =>
  ({
    note: { id, contact_id, at_ms, text: `about ${id}`, call: null, conversation_id: null, edited_at_ms: null },
    author_name: "Ana",
    line: null,
  }) as unknown as NoteView;
interface AskedNotes {
  contact_id: string;
  before: { at_ms: number } | null;
  limit: number;
}
export function answerNotes(
  answer: (ask: AskedNotes) => Promise<NoteView[]>,
  others: (command: string, args: unknown) => unknown,
) {
  hostAnswers(async (command, args) => {
    if (command !== "list_notes") return others(command, args);
    const notes = await answer(args);
    return { notes, total: notes.length };
  });
}
export const later = () => new Promise((next) => setTimeout(next));
