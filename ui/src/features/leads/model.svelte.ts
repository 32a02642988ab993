// The leads of one contact, the newest first. Read again when leads change; what changes while a read is under way is
// read once it is over.
import { call, type ContactId, type Lead } from "../../backend";

export class ContactLeads {
  leads = $state.raw<Lead[]>([]);
  /** The contact that they were read for. */
  of = $state<ContactId>();

  #wanted: ContactId | undefined;
  #reading = false;
  #changed = false;

  /** The one to sell with: the active one, else the last. */
  get current(): Lead | undefined {
    return this.leads.find((lead) => !lead.state.closed) ?? this.leads[0];
  }
  get active(): Lead | undefined {
    return this.leads.find((lead) => !lead.state.closed);
  }
  show(contact_id: ContactId | undefined): void {
    this.#wanted = contact_id;
    this.again();
  }
  again(): void {
    if (this.#reading) this.#changed = true;
    else void this.#read();
  }
  async #read(): Promise<void> {
    const contact_id = this.#wanted;
    if (!contact_id) return;
    this.#reading = true;
    this.#changed = false;
    // What went away meanwhile is told by the list; what was read stays until then.
    const leads = await call("list_leads_of_contact", { contact_id }).catch(() => undefined);
    this.#reading = false;
    if (leads && this.#wanted === contact_id) {
      this.leads = [...leads].sort((one, other) => other.cycle - one.cycle);
      this.of = contact_id;
    }
    if (this.#changed || this.#wanted !== contact_id) void this.#read();
  }
}
