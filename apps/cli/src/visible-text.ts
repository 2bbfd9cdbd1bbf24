/**
 * Text from elsewhere (a campaign's name, a cell of a file, an answer) can hold characters that command a terminal:
 * clear it, colour it, or turn the direction of writing so that a line reads as another. They are shown, not obeyed.
 */

/** C0 but for tab and line feed, DEL and C1; line and paragraph separators; what turns or hides writing. */
const COMMANDING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with each such character as `\uXXXX`, which JSON reads as the same character. */
export function visibleText(text: string): string {
  return text.replace(COMMANDING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
