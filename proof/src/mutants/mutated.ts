/** A change of one compiled file. Paths are relative to the project's folder. */
export type TextMutant = { file: string; replace: string; by: string };

/** The source with the change made. Throws when the text is not there exactly once: then the mutant is another one. */
export function mutated(source: string, { file, replace, by }: TextMutant): string {
  const count = source.split(replace).length - 1;
  if (count !== 1) throw new Error(`${file} must have this text once and has it ${count} times: ${replace}`);
  return source.replace(replace, () => by);
}
