// The person behind the open conversation: read with their files, kept fresh by events, changed field by field.
import {
  ApiError,
  call,
  type ContactFile,
  type ContactId,
  type ContactMore,
  type ContactPatch,
  type ContactView,
  type ConversationId,
} from "../../backend";
import { offerUndo, restoreContact, whoIsInBin } from "../../app/act";
import { choose } from "../../app/chosen.svelte";
import { dialogs } from "../../app/dialogs.svelte";
import { errorText } from "../../app/errors";
import { isAbout } from "../../app/events";
import { showPerson } from "../../app/person.svelte";
import { go } from "../../app/route.svelte";
import { Newest } from "../../lib/newest";
import type { FieldProblem } from "../../components/InlineField.svelte";
import { m } from "../../paraglide/messages.js";

const GATHER_MS = 500;

export class ContactModel {
  contact = $state.raw<ContactView>();
  files = $state.raw<ContactFile[]>([]);
  more = $state.raw<ContactMore>();
  /** The conversation that the contact was read for, or the contact alone. */
  of = $state<ConversationId | ContactId>();
  /** Who was asked for; who answers is another one where two were merged. */
  whose = $state<ContactId>();

  /** Why who was asked for can't be shown. */
  problem = $state.raw<ApiError>();

  #wanted: { of: ConversationId | ContactId; contact_id: ContactId } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reads = new Newest();

  async show(conversation: ConversationId | ContactId, contact_id: ContactId): Promise<void> {
    this.#wanted = { of: conversation, contact_id };
    this.problem = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await this.#read();
    } catch (error) {
      if (this.#wanted?.contact_id === contact_id) this.problem = ApiError.from(error);
    }
  }
  tryAgain(): void {
    const wanted = this.#wanted;
    if (wanted) void this.show(wanted.of, wanted.contact_id);
  }
  async #read(): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) return;
    const { of, contact_id } = wanted;
    const read = await this.#reads.ask(() =>
      Promise.all([
        call("get_contact", { contact_id }),
        call("list_contact_files", { contact_id }),
        call("get_contact_more", { contact_id }),
      ]),
    );
    if (!read || this.#wanted !== wanted) return;
    const [contact, files, more] = read;
    this.contact = contact;
    this.files = files;
    this.more = more;
    this.of = of;
    this.whose = contact_id;
    this.problem = undefined;
  }
  /** Something about this contact changed; a burst is read once. */
  again(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read().catch(() => undefined);
    }, GATHER_MS);
  }
  /** Of an event that names contacts: whether it is about who is shown, or about who is coming. */
  isAbout(ids: readonly ContactId[]): boolean {
    return isAbout(ids, this.contact?.id) || isAbout(ids, this.#wanted?.contact_id);
  }
  knows(conversation: ConversationId): boolean {
    if (conversation === this.#wanted?.of) return true;
    return this.contact?.conversations.some((c) => c.conversation_id === conversation) ?? false;
  }
  close(): void {
    this.#wanted = undefined;
    clearTimeout(this.#timer);
  }
}

/** Saves what differs; answers why not, for the field, or null. Undo stays in the toast. */
export async function patchContact(
  contact_id: ContactId,
  patch: ContactPatch,
  label: string,
): Promise<FieldProblem | null> {
  try {
    const done = await call("update_contact", { contact_id, patch });
    offerUndo(label, done.undo);
    return null;
  } catch (error) {
    return problemOf(error, contact_id);
  }
}

/** No list shows who has the number: the way out stands right here. `then`: once they are back. */
export async function inBin(contact_id: ContactId, then?: (name: string) => void): Promise<FieldProblem> {
  const who = await call("get_contact", { contact_id }).catch(() => undefined);
  const name = who?.display_name ?? "";
  const restore = async () => {
    if (await restoreContact(contact_id)) then?.(name);
  };
  return {
    text: m.contact_number_in_bin({ name: name || m.contact_number_in_bin_somebody() }),
    action: { label: m.directory_restore(), run: () => void restore() },
  };
}

async function problemOf(error: unknown, contact_id: ContactId): Promise<FieldProblem> {
  const { code, params } = ApiError.from(error);
  const gone = whoIsInBin(error);
  if (gone !== undefined && gone !== contact_id) return inBin(gone);
  const text = errorText(error);
  if (code.toUpperCase() !== "DUPLICATE_NUMBER" || typeof params.contact_id !== "string") return { text };
  // The number is someone's: perhaps they are one person; else the way out is to them, with or without a chat.
  const other_id = params.contact_id;
  const action = { label: m.merge(), run: () => void (dialogs.merge = [contact_id, other_id]) };
  const second = await toOther(other_id, String(params.name ?? ""));
  return { text, action, second };
}

/** To who has the number: their chat, or where they have none their card in the directory. */
export async function toOther(contact_id: ContactId, name: string): Promise<{ label: string; run: () => void }> {
  const other = await call("get_contact", { contact_id }).catch(() => undefined);
  const chat = other?.conversations[0]?.conversation_id;
  const run = () => (chat ? (choose(chat), go("inbox")) : (showPerson({ id: contact_id, name }), go("directory")));
  return { label: m.contact_open_other({ name }), run };
}
