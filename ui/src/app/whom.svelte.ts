// Whom the keys are about: the open chat, the card or the row that has them, or all that are picked. Each screen says
// it for itself, so that one key means one thing on all of them (KEY-02).
import { SvelteMap } from "svelte/reactivity";
import type {
  BulkFollowUp,
  Category,
  ContactId,
  ConversationId,
  Lead,
  LeadPatch,
  LeadTarget,
  Marker,
  TagView,
} from "../backend";
import { m } from "../paraglide/messages.js";
import { currentScreen, type Screen } from "./route.svelte";

export interface One {
  contact_id: ContactId;
  name: string;
  /** Where the screen has it; else it is read. */
  lead?: Lead;
  conversation_id?: ConversationId;
  /** What their screen does in a way of its own: it paints it at once. */
  does?: { mark?: (marker: Marker) => void; close?: (category: Exclude<Category, "open">) => void };
}
export type Plan = Omit<BulkFollowUp, "id" | "target">;
/** Many at once, as they were when it was asked. */
export interface Many {
  count: number;
  /** What is picked, in words: "4 contacts"; absent: leads. */
  who?: string;
  /** Whose follow-ups would go with a closing. */
  target: LeadTarget;
  /** Over when it is done. */
  change: (patch: LeadPatch, label: string) => Promise<void>;
  tag: (tag: TagView, on: boolean) => void;
  /** One note about each person; `failed`: about nobody, and why not was said. */
  note: (text: string, failed: () => void) => void;
  plan: (plan: Plan, label: string) => void;
}
export interface Place {
  one: () => One | undefined;
  /** Why there is nobody. */
  nobody: () => string;
  /** How many are picked; then it is about them. */
  picked?: () => number;
  many?: () => Many;
  /** Why the picked ones can't be changed as leads: they are people whose leads nobody has named. */
  cannot?: () => string | undefined;
}

const places = new SvelteMap<Screen, Place>();

/** Until the returned function is called. */
export function keysAt(screen: Screen, place: Place): () => void {
  places.set(screen, place);
  return () => {
    if (places.get(screen) === place) places.delete(screen);
  };
}
export function place(): Place | undefined {
  return places.get(currentScreen());
}
/** Who it is about, where it is about one. */
export function one(): One | undefined {
  return pickedNow() > 0 ? undefined : place()?.one();
}
export function pickedNow(): number {
  return place()?.picked?.() ?? 0;
}
export function nobodyWords(): string {
  return place()?.nobody() ?? m.reason_no_chat();
}
