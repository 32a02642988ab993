// How far something long has come, told by the app.
import { call } from "../../backend";
import { on } from "../../app/events";

export class Progress {
  id = $state("");
  done = $state(0);
  total = $state(0);
  canceling = $state(false);

  begin(id: string, total = 0): () => void {
    this.id = id;
    this.done = 0;
    this.total = total;
    this.canceling = false;
    return on("bulk_progress", (event) => {
      if (event.id !== id) return;
      this.done = event.done;
      this.total = event.total;
    });
  }

  cancel(): void {
    this.canceling = true;
    void call("cancel_bulk", { id: this.id });
  }
}
