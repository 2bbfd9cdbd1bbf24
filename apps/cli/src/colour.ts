import { styleText } from "node:util";
import type { Environment } from "@surefill/runtime/light";

/** What a text says to the eye: gone wrong, waits or is doubtful, is well, or a title. */
export type Tone = "bad" | "waiting" | "good" | "heading";

const FORMATS = { bad: "red", waiting: "yellow", good: "green", heading: "bold" } as const satisfies Record<
  Tone,
  string
>;

/** Lines of ours that say by how they begin what they are, wherever they stand in a text. */
const BEGINNINGS: ReadonlyArray<readonly [RegExp, Tone]> = [
  [/^(?:WARNING:|NOT CHECKED)/, "waiting"],
  [/^(?:VIOLATED:|FALSE {2}|The pack is NOT |The chain is broken)/, "bad"],
  [/^(?:No violation of |true {3}|The pack is whole|The chain holds)/, "good"],
  [/^(?:Went through|Not judged:|Assumed, since |In the operators' own currencies|To send it:|To go on:)/, "heading"],
];

/**
 * Whether a stream is written to in colour: on a terminal, unless NO_COLOR is set or the terminal is a dumb one.
 * FORCE_COLOR says it for every stream, and goes before the others: 0 and false mean no, anything else yes.
 */
export function hasColour({ isTTY }: { isTTY?: boolean }, env: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (refused !== undefined && refused !== "") return false;
  return isTTY === true && terminal !== "dumb";
}

/** The text in colour, line by line, so that a pager keeps it. Without a tone only lines that begin as above have one. */
export function painted(text: string, tone?: Tone): string {
  return text
    .split("\n")
    .map((line) => {
      const own = tone ?? BEGINNINGS.find(([beginning]) => beginning.test(line))?.[1];
      // Whether the stream has colour is decided already: later versions of Node would ask standard output again.
      return own === undefined || line === "" ? line : styleText(FORMATS[own], line, { validateStream: false });
    })
    .join("\n");
}

const TONES: Readonly<Record<string, Tone>> = {
  completed: "good",
  succeeded: "good",
  failed: "bad",
  rejected: "bad",
  cancelled: "bad",
  cancelling: "bad",
  paused: "waiting",
  scheduled: "waiting",
  held: "waiting",
  review: "waiting",
};

/** How a state is shown; one that needs no look has no tone. */
export function toneOf(state: string): Tone | undefined {
  return Object.hasOwn(TONES, state) ? TONES[state] : undefined;
}
