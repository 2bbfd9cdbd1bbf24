import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** What a secret is read from, and where a person is asked for it. */
type Terminal = { input: NodeJS.ReadStream; output: NodeJS.WriteStream };

/** Far longer than any password. */
const CHARACTERS_MAX = 10_000;

/**
 * Makes what reads a secret: from a terminal it asks twice and shows nothing that is typed, from anything else it takes
 * the first line. A secret never is an argument, which every process of the machine could read.
 */
export function secretReader({ input, output }: Terminal): (question: string) => Promise<string> {
  return async (question) => {
    if (!input.isTTY) return firstLine(input);
    const first = await ask({ input, output }, question);
    const again = await ask({ input, output }, `${question.replace(/: $/, "")}, again: `);
    if (first !== again) throw new Error("the two are not the same");
    return first;
  };
}

async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes("\n") || text.length > CHARACTERS_MAX) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? "";
}

function ask({ input, output }: Terminal, question: string): Promise<string> {
  output.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    let answer: string | undefined;
    lines.once("line", (line) => {
      answer = line;
      lines.close();
    });
    lines.once("close", () => {
      output.write("\n");
      if (answer === undefined) reject(new Error("nothing was typed"));
      else resolve(answer);
    });
  });
}
