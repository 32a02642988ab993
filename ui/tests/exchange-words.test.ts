import { expect, test } from "vitest";
import { conversationWords } from "../src/features/exchange/words";

test("no kind of message goes into an exported conversation as a code", () => {
  const words = conversationWords();
  for (const kind of ["image", "document", "location", "contact", "poll", "unsupported"])
    expect(words[kind] ?? kind, kind).not.toBe(kind);
});
