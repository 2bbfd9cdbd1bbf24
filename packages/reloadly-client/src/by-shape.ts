import { z } from "zod";

/**
 * A schema for a body that comes in more than one shape. The shape is told first and only its schema is used, so
 * that a failure names the field; a union would only say that no shape fitted.
 */
export function byShape<T>(schemaFor: (body: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((body, context) => {
    const parsed = schemaFor(body).safeParse(body);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
    return z.NEVER;
  });
}

/** True for an object that has the field, whatever its value. */
export function hasField(body: unknown, field: string): boolean {
  return typeof body === "object" && body !== null && Object.hasOwn(body, field);
}
