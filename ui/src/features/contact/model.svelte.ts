// The person behind the open conversation: read with their files, kept fresh by events, changed field by field.
import {
  ApiError,
  call,
  type ContactFile,
  type ContactId,
  type ContactPatch,
  type ContactView,
  type ConversationId,
} from "../../backend";
import { offerUndo } from "../../app/act";
import { choose } from "../../app/chosen.svelte";
import { errorText } from "../../app/errors";
import { Newest } from "../../lib/newest";
import type { FieldProblem } from "../../components/InlineField.svelte";
import { m } from "../../paraglide/messages.js";

const GATHER_MS = 500;

export class ContactModel {
  contact = $state.raw<ContactView>();
  files = $state.raw<ContactFile[]>([]);
  /** The conversation that the contact was read for, or the contact alone. */
  of = $state<ConversationId | ContactId>();

  #wanted: ConversationId | ContactId | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reads = new Newest();

  async show(conversation: ConversationId | ContactId, contact_id: ContactId): Promise<void> {
    this.#wanted = conversation;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await this.#read(conversation, contact_id);
    } catch {
      // It went away meanwhile: the list says so.
    }
  }
  async #read(conversation: ConversationId | ContactId, contact_id: ContactId): Promise<void> {
    const read = await this.#reads.ask(() =>
      Promise.all([call("get_contact", { contact_id }), call("list_contact_files", { contact_id })]),
    );
    if (!read || this.#wanted !== conversation) return;
    const [contact, files] = read;
    this.contact = contact;
    this.files = files;
    this.of = conversation;
  }
  /** Something about this contact changed; a burst is read once. */
  again(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#wanted && this.contact) void this.#read(this.#wanted, this.contact.id).catch(() => undefined);
    }, GATHER_MS);
  }
  knows(conversation: ConversationId): boolean {
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
    return problemOf(error);
  }
}

async function problemOf(error: unknown): Promise<FieldProblem> {
  const { code, params } = ApiError.from(error);
  const text = errorText(error);
  if (code.toUpperCase() !== "DUPLICATE_NUMBER" || typeof params.contact_id !== "string") return { text };
  // The number is someone's: the way out is to their chat, where they have one.
  const other = await call("get_contact", { contact_id: params.contact_id }).catch(() => undefined);
  const chat = other?.conversations[0]?.conversation_id;
  if (!chat) return { text };
  return {
    text,
    action: { label: m.contact_open_other({ name: String(params.name ?? "") }), run: () => choose(chat) },
  };
}
