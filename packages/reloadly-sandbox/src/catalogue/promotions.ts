/** A promotion as every endpoint shows it. Clients read either of its ids. */
export interface Promotion {
  readonly id: number;
  readonly promotionId: number;
  readonly operatorId: number;
  readonly title: string;
  readonly title2: string;
  readonly description: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly denominations: string;
  readonly localDenominations: string | null;
}

/** Every promotion. */
export const PROMOTIONS: readonly Promotion[] = [
  {
    id: 11_665,
    promotionId: 11_665,
    operatorId: 684,
    title: "Cubacel Cuba from USD 20 up to 50",
    title2: "Double balance",
    description: "<p>Your family in Cuba gets twice the balance.</p>",
    startDate: "2026-01-12 05:00:00",
    endDate: "2036-01-18 04:59:00",
    denominations: "Bonus applies to USD 20.00 up to 50.00",
    localDenominations: null,
  },
  {
    id: 11_702,
    promotionId: 11_702,
    operatorId: 173,
    title: "Digicel Haiti bonus week",
    title2: "Three times the minutes",
    description: "<p>Minutes count three times for seven days.</p>",
    startDate: "2026-02-01 05:00:00",
    endDate: "2036-02-08 04:59:00",
    denominations: "Bonus applies to USD 5.00 and more",
    localDenominations: "Bonus applies to HTG 350.00 and more",
  },
];
