import { register } from "../../app/actions.svelte";
import { m } from "../../paraglide/messages.js";

export function registerOutboxActions(open: { outbox: () => void; review: () => void }): () => void {
  return register(
    { id: "go.outbox", title: m.outbox_action, words: m.outbox_title, group: "go", keys: ["g o"], run: open.outbox },
    { id: "go.review", title: m.review_action, words: m.review_title, group: "go", run: open.review },
  );
}
