import { z } from "zod";
import { readTextFile } from "../file-errors.js";
import { ApiError } from "./api.js";

const choicesSchema = z.strictObject({
  mapping: z.looseObject({ metadata: z.looseObject({}).optional() }).optional(),
  options: z.looseObject({}).optional(),
  limits: z.looseObject({}).optional(),
});

/** What a person chooses of a campaign, as the API takes it. What is in them is the API's to judge. */
export type Choices = z.output<typeof choicesSchema>;

/** Reads `--settings`: nothing where there is none. */
export async function readSettings(path: string | undefined): Promise<Choices> {
  if (path === undefined) return {};
  const text = await readTextFile(path);
  try {
    return choicesSchema.parse(JSON.parse(text));
  } catch (cause) {
    const wanted = "must be a JSON object with mapping, options and limits, each of them optional";
    throw new ApiError("settings_wrong", `${path} ${wanted}.`, { cause });
  }
}

/** Choices over those of the settings; without the parts in which nothing is chosen. */
export function choose(settings: Choices, chosen: Choices): Choices {
  const { metadata, ...columns } = chosen.mapping ?? {};
  const mapping = {
    ...settings.mapping,
    ...columns,
    ...(metadata && { metadata: { ...settings.mapping?.metadata, ...metadata } }),
  };
  const parts = {
    mapping,
    options: { ...settings.options, ...chosen.options },
    limits: { ...settings.limits, ...chosen.limits },
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));
}

const METADATA = "metadata.";

/** The mapping of `--map` flags, such as `phone=Mobile number` and `metadata.shop=Shop`. */
export function mappingOf(flags: readonly string[]): NonNullable<Choices["mapping"]> {
  const pairs = flags.map((flag): [string, string] => {
    const end = flag.indexOf("=");
    return [flag.slice(0, end), flag.slice(end + 1)];
  });
  const ofMetadata = pairs.flatMap(([field, column]): [string, string][] =>
    field.startsWith(METADATA) ? [[field.slice(METADATA.length), column]] : [],
  );
  return {
    ...Object.fromEntries(pairs.filter(([field]) => !field.startsWith(METADATA))),
    ...(ofMetadata.length > 0 && { metadata: Object.fromEntries(ofMetadata) }),
  };
}
