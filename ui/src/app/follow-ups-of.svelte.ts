// The follow-ups of one person, the open ones first: the panel shows them, the lead box names the next. Read again when
// they change; what changes while a read is under way is read once it is over.
import { call, type ContactId, type FollowUpView } from "../backend";
import { isOpen } from "../lib/follow-up";
import { on, onResumed } from "./events";

export class ContactFollowUps {
  all = $state.raw<FollowUpView[]>([]);
  /** The contact that they were read for. */
  of = $state<ContactId>();

  #wanted: ContactId | undefined;
  #reading = false;
  #changed = false;

  get open(): FollowUpView[] {
    return this.all.filter(({ follow_up }) => isOpen(follow_up.state));
  }
  get ended(): FollowUpView[] {
    return this.all.filter(({ follow_up }) => !isOpen(follow_up.state));
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
    const read = await call("list_follow_ups_of", { contact_id }).catch(() => undefined);
    this.#reading = false;
    if (read && this.#wanted === contact_id) {
      this.all = read;
      this.of = contact_id;
    }
    if (this.#changed || this.#wanted !== contact_id) void this.#read();
  }
}

interface Kept {
  model: ContactFollowUps;
  users: number;
  stop?: () => void;
}
const kept = new Map<ContactId, Kept>();

/** For who shows a panel: the same person's are read once, however many places of it show them. */
export function followUpsOf(contact_id: () => ContactId): () => ContactFollowUps {
  let model = $state.raw(new ContactFollowUps());
  $effect(() => {
    const id = contact_id();
    const mine: Kept = kept.get(id) ?? { model: new ContactFollowUps(), users: 0 };
    kept.set(id, mine);
    mine.users += 1;
    model = mine.model;
    if (mine.users > 1) return () => leave(id);
    mine.model.show(id);
    const stops = [
      on("follow_ups_changed", ({ contact_ids }) => {
        if (contact_ids.length === 0 || contact_ids.includes(id)) mine.model.again();
      }),
      onResumed(() => mine.model.again()),
    ];
    mine.stop = () => stops.forEach((stop) => stop());
    return () => leave(id);
  });
  return () => model;
}
function leave(id: ContactId): void {
  const mine = kept.get(id);
  if (!mine || --mine.users > 0) return;
  mine.stop?.();
  kept.delete(id);
}
