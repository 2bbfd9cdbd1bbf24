import { z } from "zod";

/** The names of the fields that a schema knows at a path; empty where that is no object. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let found: z.core.$ZodType | undefined = unwrapped(schema);
  for (const key of path) found = found === undefined ? undefined : unwrapped(stepInto(found, key));
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function stepInto(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.core.$ZodType>)[key];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** The schema that reads the value, without what only wraps it. */
function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let found = schema;
  for (;;) {
    if (found instanceof z.ZodOptional || found instanceof z.ZodNullable || found instanceof z.ZodDefault) {
      found = found.def.innerType;
    } else if (found instanceof z.ZodPipe) {
      found = found.def.in instanceof z.ZodTransform ? found.def.out : found.def.in;
    } else return found;
  }
}
