// The table of leads: one page of what the tab, the filter and the search leave, in the order of a column. It is read
// again when leads change; of two answers the later question's stands.
import {
  call,
  type CardView,
  type Category,
  type LeadFilter,
  type LeadId,
  type LeadSort,
  type LeadTab,
  type LeadTabs,
} from "../../../backend";
import { exactNow } from "../../../app/clock.svelte";
import { leadFilter, type Filters } from "../../../lib/lead-filter";
import { Newest } from "../../../lib/newest";

const GATHER_MS = 24;
export const PER_PAGE = ["25", "50", "100", "200"] as const;

/** What is remembered of the table. What a person typed is not. */
export interface View {
  tab: LeadTab;
  /** Of the inactive ones only those that ended so; none: all of them. */
  outcomes: Category[];
  sort: LeadSort;
  descending: boolean;
  per_page: number;
  filters: Filters;
}
export const FIRST_VIEW: View = {
  tab: "active",
  outcomes: [],
  sort: "last_activity",
  descending: true,
  per_page: 50,
  filters: {},
};

export const OUTCOMES = ["won", "lost", "archived"] as const satisfies readonly Category[];
export type Outcome = (typeof OUTCOMES)[number];

export class LeadsModel {
  view = $state.raw<View>(FIRST_VIEW);
  text = $state("");
  /** From 0. */
  page = $state(0);
  cards = $state.raw<CardView[]>([]);
  total = $state(0);
  tabs = $state.raw<LeadTabs>({ active: 0, inactive: 0, all: 0 });
  /** How many ended how, while the inactive ones are shown (LED-10). */
  outcomes = $state.raw<Record<Outcome, number>>();
  /** Something has been read: before that there is nothing to say, not even "none". */
  read = $state(false);

  #reads = new Newest();
  #changed = false;
  #applying = false;
  #stopped = false;

  constructor(remembered: Partial<View>) {
    this.view = { ...FIRST_VIEW, ...remembered };
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.total / this.view.per_page));
  }
  get offset(): number {
    return this.page * this.view.per_page;
  }
  /** Nothing narrows it but the tab. */
  get isWhole(): boolean {
    return this.text.trim() === "" && Object.keys(leadFilter(this.view.filters, "all", 0)).length === 1;
  }
  filter(tab: LeadTab = this.view.tab): LeadFilter {
    const filter = leadFilter(this.view.filters, tab, exactNow());
    const { outcomes } = this.view;
    return tab === "inactive" && outcomes.length > 0 ? { ...filter, categories: outcomes } : filter;
  }
  /** Of each outcome, and of the tabs, which count what the outcomes leave out as well. */
  async #ended(text: string): Promise<{ tabs: LeadTabs; outcomes: Record<Outcome, number> }> {
    const filter = leadFilter(this.view.filters, "inactive", exactNow());
    const [tabs, ...counts] = await Promise.all([
      call("count_leads", { filter, text }),
      ...OUTCOMES.map((outcome) => call("count_leads", { filter: { ...filter, categories: [outcome] }, text })),
    ]);
    const [won, lost, archived] = counts.map(({ inactive }) => inactive) as [number, number, number];
    return { tabs, outcomes: { won, lost, archived } };
  }
  indexOf(id: LeadId): number {
    return this.cards.findIndex(({ lead }) => lead.id === id);
  }
  card(id: LeadId): CardView | undefined {
    return this.cards.find(({ lead }) => lead.id === id);
  }

  async load(): Promise<void> {
    this.#stopped = false;
    const { tab, sort, descending, per_page } = this.view;
    const [page, text] = [this.page, this.text.trim()];
    const ask = { filter: this.filter(tab), text, sort, descending, offset: page * per_page, limit: per_page };
    const reads = () => Promise.all([call("list_leads", ask), tab === "inactive" ? this.#ended(text) : undefined]);
    const answer = await this.#reads.ask(reads).catch(() => undefined);
    if (!answer) return;
    const [found, ended] = answer;
    // What stood on the last page may have gone from it.
    if (found.cards.length === 0 && found.total > 0 && page > 0) {
      this.page = Math.ceil(found.total / per_page) - 1;
      return this.load();
    }
    this.cards = found.cards;
    this.total = found.total;
    this.tabs = ended?.tabs ?? found.tabs;
    this.outcomes = ended?.outcomes;
    this.read = true;
  }
  /** Shows something else, from its first page on. */
  show(next: Partial<View>): Promise<void> {
    this.view = { ...this.view, ...next };
    this.page = 0;
    return this.load();
  }
  find(text: string): Promise<void> {
    this.text = text;
    this.page = 0;
    return this.load();
  }
  turn(page: number): Promise<void> {
    this.page = Math.min(this.pages - 1, Math.max(0, page));
    return this.load();
  }
  /** The same column again turns the order around. */
  sortBy(sort: LeadSort, descends: boolean): Promise<void> {
    const isSame = sort === this.view.sort;
    return this.show({ sort, descending: isSame ? !this.view.descending : descends });
  }

  /** Some leads changed: the page is read once for all that is told in a moment. */
  changed(): void {
    this.#changed = true;
    if (this.#applying || this.#stopped) return;
    this.#applying = true;
    setTimeout(() => {
      this.#changed = false;
      void this.load().finally(() => {
        this.#applying = false;
        if (this.#changed) this.changed();
      });
    }, GATHER_MS);
  }
  /** Nobody looks any more. */
  stop(): void {
    this.#stopped = true;
  }
}
