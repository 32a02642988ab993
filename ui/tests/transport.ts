// The host of a test: it answers commands, and tells nothing unless it is asked to.
import { useTransport } from "../src/backend";

type Transport = Parameters<typeof useTransport>[0];

/** What the test answers to a command, at once or later. */
export function hostAnswers(
  call: (command: string, args: never) => unknown,
  events: Transport["events"] = () => () => undefined,
): void {
  const ask = call as (command: string, args: unknown) => unknown;
  useTransport({ call: (command, args) => Promise.resolve(ask(command, args)), events } as Transport);
}
