// What a press on one of several buttons of one thing is doing: it shows on that button at once, and a second press
// does nothing until the thing has become something else.

export class Pressed {
  what = $state<string>();

  /** `run` answers whether it was done; after a refusal the buttons are free again. */
  async press(what: string, run: () => Promise<boolean>): Promise<void> {
    if (this.what) return;
    this.what = what;
    if (!(await run())) this.what = undefined;
  }
  /** The thing is another now. */
  over(): void {
    this.what = undefined;
  }
}
