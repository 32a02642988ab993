// One box per conversation, for as long as anything in it is unsaved, being sent or copied, or it is on screen.
// Going from chat A to B and back finds A's own box: a file that was being copied arrives in it, and nothing is read
// from the database before what was typed has reached it.
import { ApiError, call, type ConversationId } from "../../backend";
import { onTakingBack } from "../../app/sending";
import { dropNotes, forgetComing, loadComing } from "./coming.svelte";
import { DraftBox } from "./draft.svelte";

interface Kept {
  box: DraftBox;
  shown: number;
}
const kept = new Map<ConversationId, Kept>();

/** The box of a conversation, on screen from now on. */
export function openBox(conversation_id: ConversationId): DraftBox {
  const there = kept.get(conversation_id);
  if (there) {
    there.shown++;
    // The draft may have changed elsewhere while it was off screen.
    void there.box.reload().catch(() => undefined);
    return there.box;
  }
  const box = new DraftBox(conversation_id);
  kept.set(conversation_id, { box, shown: 1 });
  return box;
}

/** It left the screen; it is let go when nothing in it is unsaved or under way. */
export async function leaveBox(box: DraftBox): Promise<void> {
  const mine = kept.get(box.conversation_id);
  if (mine?.box !== box) return;
  mine.shown--;
  // What was wrong has been seen; what goes wrong from now on waits for the next look.
  box.files.seen();
  await box.settled();
  if (mine.shown === 0 && box.idle && kept.get(box.conversation_id) === mine) kept.delete(box.conversation_id);
}

/** Before the window goes, whichever chat is on screen. Returns the chats whose words are nowhere else. */
export async function keepBoxes(): Promise<ConversationId[]> {
  const boxes = [...kept.values()].map(({ box }) => box);
  const handed = await Promise.all(boxes.map((box) => box.handOver()));
  return boxes.filter((_, at) => !handed[at]).map((box) => box.conversation_id);
}

let resumed: Promise<void> | undefined;
/** Once per program: files that its last end cut off come into their drafts, whichever chat is on screen. */
export function resumeFiles(): Promise<void> {
  return (resumed ??= resume().catch(() => (resumed = undefined)));
}
async function resume(): Promise<void> {
  for (const [conversation_id, notes] of await loadComing()) {
    const box = openBox(conversation_id);
    try {
      await box.ready;
      const view = await call("get_conversation", { conversation_id });
      void leaveBox(box);
      void box.files.resume(view, notes);
    } catch (error) {
      void leaveBox(box);
      // What is erased leaves no name behind.
      if (ApiError.from(error).code === "NOT_FOUND") notes.forEach((note) => forgetComing(conversation_id, note));
    }
  }
}

/** For tests: the program ends here, with whatever is under way. */
export function endProgram(): void {
  kept.clear();
  resumed = undefined;
  dropNotes();
}

onTakingBack((conversation_id, ask) => kept.get(conversation_id)?.box.takeBack(ask) ?? ask());
