// Whose card stands open in the directory.
import type { ContactId } from "../backend";

interface Person {
  id: ContactId;
  name: string;
}
let person = $state.raw<Person | null>(null);

export function personAsked(): Person | null {
  return person;
}
export function showPerson(next: Person | null): void {
  person = next;
}
