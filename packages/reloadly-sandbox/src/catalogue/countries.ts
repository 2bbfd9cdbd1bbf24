/** A country of the catalogue and how its mobile numbers are written. */
export interface Country {
  readonly isoName: string;
  readonly name: string;
  readonly continent: string;
  readonly currencyCode: string;
  readonly currencyName: string;
  readonly currencySymbol: string;
  readonly callingCode: string;
  /** What a whole national mobile number looks like, without a trunk zero. */
  readonly mobile: RegExp;
  /** Whether people write a leading 0 before the national number. */
  readonly hasTrunkZero: boolean;
}

type Row = readonly [
  isoName: string,
  name: string,
  continent: string,
  currency: readonly [code: string, name: string, symbol: string],
  callingCode: string,
  mobile: RegExp,
  hasTrunkZero: boolean,
];

const ROWS: readonly Row[] = [
  ["AF", "Afghanistan", "Asia", ["AFN", "Afghan Afghani", "؋"], "93", /^7\d{8}$/, true],
  ["CI", "Ivory Coast", "Africa", ["XOF", "West African CFA Franc", "CFA"], "225", /^0[157]\d{8}$/, false],
  ["CU", "Cuba", "North America", ["CUP", "Cuban Peso", "$"], "53", /^[56]\d{7}$/, true],
  ["EG", "Egypt", "Africa", ["EGP", "Egyptian Pound", "E£"], "20", /^1[0125]\d{8}$/, true],
  ["GA", "Gabon", "Africa", ["XAF", "Central African CFA Franc", "FCFA"], "241", /^[67]\d{7}$/, true],
  ["GB", "United Kingdom", "Europe", ["GBP", "British Pound", "£"], "44", /^7\d{9}$/, true],
  ["GH", "Ghana", "Africa", ["GHS", "Ghanaian Cedi", "GH₵"], "233", /^[25]\d{8}$/, true],
  ["GR", "Greece", "Europe", ["EUR", "Euro", "€"], "30", /^69\d{8}$/, false],
  ["HT", "Haiti", "North America", ["HTG", "Haitian Gourde", "G"], "509", /^[2-5]\d{7}$/, false],
  ["IN", "India", "Asia", ["INR", "Indian Rupee", "₹"], "91", /^[6-9]\d{9}$/, true],
  ["KE", "Kenya", "Africa", ["KES", "Kenyan Shilling", "Ksh"], "254", /^[17]\d{8}$/, true],
  ["KH", "Cambodia", "Asia", ["KHR", "Cambodian Riel", "៛"], "855", /^[1-9]\d{7,8}$/, true],
  ["LK", "Sri Lanka", "Asia", ["LKR", "Sri Lankan Rupee", "Rs"], "94", /^7\d{8}$/, true],
  ["ML", "Mali", "Africa", ["XOF", "West African CFA Franc", "CFA"], "223", /^[5-9]\d{7}$/, false],
  ["NE", "Niger", "Africa", ["XOF", "West African CFA Franc", "CFA"], "227", /^[789]\d{7}$/, false],
  ["NG", "Nigeria", "Africa", ["NGN", "Nigerian Naira", "₦"], "234", /^[789][01]\d{8}$/, true],
  ["PE", "Peru", "South America", ["PEN", "Peruvian Sol", "S/"], "51", /^9\d{8}$/, true],
  ["PH", "Philippines", "Asia", ["PHP", "Philippine Peso", "₱"], "63", /^9\d{9}$/, true],
  ["TR", "Turkey", "Asia", ["TRY", "Turkish Lira", "₺"], "90", /^5\d{9}$/, true],
  ["UG", "Uganda", "Africa", ["UGX", "Ugandan Shilling", "USh"], "256", /^7\d{8}$/, true],
];

const COUNTRIES: ReadonlyMap<string, Country> = new Map(
  ROWS.map(([isoName, name, continent, currency, callingCode, mobile, hasTrunkZero]) => {
    const [currencyCode, currencyName, currencySymbol] = currency;
    const country = { isoName, name, continent, currencyCode, currencyName, currencySymbol, callingCode };
    return [isoName, { ...country, mobile, hasTrunkZero }];
  }),
);

/** Every country of the catalogue, by ISO code. */
export function allCountries(): Country[] {
  return [...COUNTRIES.values()];
}

/** The country with this two-letter code in either case, or undefined when the catalogue has no operator there. */
export function findCountry(isoName: string): Country | undefined {
  return COUNTRIES.get(isoName.toUpperCase());
}
