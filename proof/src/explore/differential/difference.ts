/** The first place where two values differ, as `path: one / other`; `undefined` when they are equal. */
export function differenceOf(one: unknown, other: unknown, path = ""): string | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isNode(one) || !isNode(other))
    return `${path || "the answer"}: ${JSON.stringify(one)} / ${JSON.stringify(other)}`;
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const difference = differenceOf(one[key], other[key], path === "" ? key : `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
