// Where the reader is in the thread, kept while messages come and go. WebKit has no scroll anchoring, so the
// first visible message is the anchor, by hand.

const NEAR_BOTTOM = 48;
const LOAD_WITHIN = 700;
const REST_AFTER_MS = 1000;

export class ThreadScroll {
  /** At the newest message: new ones keep it there. */
  atBottom = $state(true);
  /** The end of the newest message here can be read: there is nothing to go to. */
  lastShown = $state(true);
  #el: HTMLElement | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #anchor: { id: string; top: number } | undefined;

  attach(el: HTMLElement): () => void {
    this.#el = el;
    const watch = new ResizeObserver(() => {
      if (this.atBottom) this.toBottom();
      else {
        this.restore();
        this.#seeLast();
      }
    });
    watch.observe(el);
    if (el.firstElementChild) watch.observe(el.firstElementChild);
    return () => {
      watch.disconnect();
      clearTimeout(this.#resting);
      this.#el = undefined;
    };
  }

  /** Reads the position; says which end wants more. */
  scrolled(): { older: boolean; newer: boolean } {
    const el = this.#el;
    if (!el) return { older: false, newer: false };
    const below = el.scrollHeight - el.scrollTop - el.clientHeight;
    this.atBottom = below < NEAR_BOTTOM;
    this.#seeLast();
    this.remember();
    return { older: el.scrollTop < LOAD_WITHIN, newer: below < LOAD_WITHIN };
  }

  #seeLast(): void {
    const el = this.#el;
    // With what stands under it: there are the buttons of a message that failed.
    const last = el?.querySelector("section:last-of-type > :last-child")?.getBoundingClientRect();
    this.lastShown = this.atBottom || (!!el && !!last && last.bottom <= el.getBoundingClientRect().bottom);
  }

  /** Notes the first visible message and how far it is from the top. */
  remember(): void {
    const el = this.#el;
    if (!el) return;
    const top = el.getBoundingClientRect().top;
    for (const node of el.querySelectorAll<HTMLElement>("[id^='message-']")) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top) {
        this.#anchor = { id: node.id, top: box.top - top };
        return;
      }
    }
  }

  /** Puts the noted message back where it was. */
  restore(): void {
    const el = this.#el;
    const anchor = this.#anchor;
    if (!el || !anchor) return;
    const node = el.querySelector(`#${CSS.escape(anchor.id)}`);
    if (!node) return;
    const moved = node.getBoundingClientRect().top - el.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) > 0.5) el.scrollTop += moved;
  }

  /** A day's title that stands on what is being read goes away a moment after scrolling; at its own place it stays. */
  rest(): void {
    const el = this.#el;
    if (!el) return;
    clearTimeout(this.#resting);
    const heads = () => [...el.querySelectorAll<HTMLElement>("[data-day]")];
    heads().forEach((head) => head.classList.remove("rests"));
    this.#resting = setTimeout(() => {
      const top = el.getBoundingClientRect().top;
      for (const head of heads()) {
        const above = (head.parentElement?.getBoundingClientRect().top ?? top) < top;
        head.classList.toggle("rests", above);
      }
    }, REST_AFTER_MS);
  }

  toBottom(): void {
    if (!this.#el) return;
    this.#el.scrollTop = this.#el.scrollHeight;
    this.atBottom = this.lastShown = true;
  }

  /** Is it within the view, at least in part? */
  shows(selector: string): boolean {
    const box = this.#el?.querySelector(selector)?.getBoundingClientRect();
    const view = this.#el?.getBoundingClientRect();
    return !!box && !!view && box.bottom > view.top && box.top < view.bottom;
  }

  /** The last message whose end is within the view: it can be read, and what stands above it could. */
  lastEnded(): string | undefined {
    const bottom = (this.#el?.getBoundingClientRect().bottom ?? 0) + 1;
    const all = [...(this.#el?.querySelectorAll("[id^='message-']") ?? [])];
    return all.findLast((node) => node.getBoundingClientRect().bottom <= bottom)?.id.slice("message-".length);
  }

  /** Brings an element to a share of the view's height from its top. */
  toElement(selector: string, share = 0.35): boolean {
    const el = this.#el;
    const node = el?.querySelector(selector);
    if (!el || !node) return false;
    const at = node.getBoundingClientRect().top - el.getBoundingClientRect().top + el.scrollTop;
    el.scrollTop = at - el.clientHeight * share;
    this.scrolled();
    return true;
  }
}
