/** The checks that only a provider with open books allows: when every POST came to it. */
import { checkPosts } from "@surefill/audit";
import { DEFAULT_TIMINGS } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { auditContext, fileOf } from "../../support/audited-topup.js";
import { GRANTED_AT_MS } from "../../support/topup-record.js";

const { QUIET_MS, SEND_DEADLINE_MS } = DEFAULT_TIMINGS;
const QUIET_OVER_MS = SEND_DEADLINE_MS + QUIET_MS;

describe("by the provider's own books", () => {
  const file = fileOf([
    ["submitting", "claimed", 0],
    ["unknown", "outcome-unknown", 90_000],
    ["queued", "not-found-after-quiet-period", QUIET_OVER_MS - 100],
    ["submitting", "claimed", QUIET_OVER_MS],
  ]);
  const first = { atMs: GRANTED_AT_MS + 100, answer: "unclear" as const };
  const again = { atMs: GRANTED_AT_MS + QUIET_OVER_MS + 50, answer: "executed" as const };
  const found = (...posts: Parameters<typeof checkPosts>[2][number][]) =>
    checkPosts(file, 1, posts, auditContext()).map(({ kind }) => kind);

  test("two POSTs of one identifier may be a quiet period apart", () => {
    expect(found(first, again)).toEqual([]);
  });

  test("a POST that came before its grant is found", () => {
    expect(found({ ...first, atMs: GRANTED_AT_MS - 5_000 })).toEqual(["not-granted"]);
  });

  test("more POSTs than grants are found, refused ones not counted", () => {
    const third = { ...again, atMs: again.atMs + QUIET_MS };
    expect(found(first, { ...again, answer: "refused" }, { ...again, atMs: again.atMs + 10 })).toEqual([]);
    expect(found(first, again, third)).toEqual(["not-granted"]);
  });

  test("two POSTs of one identifier within the quiet period are found", () => {
    expect(found(first, { ...first, atMs: first.atMs + 5_000, answer: "executed" })).toEqual([
      "sent-within-quiet-period",
    ]);
  });
});
