// One subscription to the app's events, handed on by name. Handlers only read again what they show.
import { listen, type AppEvent, type ContactId } from "../backend";

type Name = AppEvent["event"];
type Handler<N extends Name> = (event: Extract<AppEvent, { event: N }>) => void;

const handlers = new Map<Name, Set<(event: AppEvent) => void>>();
const resumedHandlers = new Set<() => void>();

export function on<N extends Name>(name: N, handler: Handler<N>): () => void {
  const set = handlers.get(name) ?? new Set();
  handlers.set(name, set.add(handler as (event: AppEvent) => void));
  return () => set.delete(handler as (event: AppEvent) => void);
}

/** Of an event that names contacts: whether it is about this one. None named: too many to name. */
export function isAbout(ids: readonly ContactId[], contact_id: ContactId | undefined): boolean {
  return ids.length === 0 || (contact_id !== undefined && ids.includes(contact_id));
}

/** Events may have been missed (the link to the app was cut): read again what is on screen. */
export function onResumed(handler: () => void): () => void {
  resumedHandlers.add(handler);
  return () => resumedHandlers.delete(handler);
}

/** Tells everyone to read again. */
export function resume(): void {
  resumedHandlers.forEach((handler) => handler());
}

export function startEvents(): () => void {
  return listen((event) => handlers.get(event.event)?.forEach((handler) => handler(event)), resume);
}
