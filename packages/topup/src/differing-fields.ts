import type { TopupRequest } from "./topup-request.js";

/** The fields by which two requests are not the same top-up; the campaign is a label and does not count. */
export function differingFields(one: TopupRequest, other: TopupRequest): string[] {
  const values = (request: TopupRequest): Record<string, string | undefined> => ({
    operatorId: String(request.operatorId),
    amount: request.amount,
    useLocalAmount: String(request.useLocalAmount),
    recipientPhone: request.recipientPhone?.number,
    recipientEmail: request.recipientEmail,
    senderPhone: request.senderPhone?.number ?? request.senderPhone?.countryCode,
    metadata: JSON.stringify(
      Object.entries(request.metadata ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  });
  const [left, right] = [values(one), values(other)];
  return Object.keys(left).filter((field) => left[field] !== right[field]);
}
