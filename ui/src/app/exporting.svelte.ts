// The one export dialog: whoever shows a list asks for it with what the list holds.
import type { ContactId, ContactsToExport, ConversationId, LeadsToExport } from "../backend";

export type ExportWhat =
  | {
      what: "leads";
      /** All that match, and how many the header says they are. */
      all: LeadsToExport;
      count: number;
      /** Exactly what stands on the page. */
      page?: { leads: LeadsToExport; count: number };
      /** Keys of what the list shows, in its order; all of them where it says none. */
      columns?: string[];
    }
  | {
      what: "contacts";
      /** These alone, where some are picked. */
      ids?: ContactId[];
      /** All that match, in the order of the directory. Without it and without `ids`: everybody. */
      matching?: ContactsToExport;
      count?: number;
    }
  | { what: "conversation"; conversation_id: ConversationId; name: string }
  | { what: "workspace" };

let open = $state.raw<ExportWhat | null>(null);
export const exporting = (): ExportWhat | null => open;
export function openExport(what: ExportWhat): void {
  open = what;
}
export function closeExport(): void {
  open = null;
}
