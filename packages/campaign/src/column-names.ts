import { withoutUnit } from "./header-unit.js";
import type { MappingField } from "./mapping.js";

/** The words of a column's name: without case, accents, signs, units and what stands in brackets; `phoneNumber` is two. */
function wordsOf(column: string, splitsCamelCase = true): string[] {
  const name = withoutUnit(column.slice(0, NAME_CHARACTERS_READ));
  return (splitsCamelCase ? name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2") : name)
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("\u0111", "d")
    .replaceAll("\u00df", "ss")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

const NAME_CHARACTERS_READ = 200;

function setOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/** Words that change nothing in what a column means: articles, "number", "recipient" in several languages. */
const FILLERS = setOf(`
  the a an of for in to de du des del do da d di la le les l el los en em au aux der die das des von van het
  no nr n num number numbers nummer numero numeros numer nomor namba numarasi so n\u00ba
  recipient recipients beneficiary beneficiaire beneficiaires beneficiario destinataire destinatario empfanger
  client cliente customer participant respondent kunde user subscriber abonne
`);

/** Words of which at least one must be there, and every other a filler or one of `beside`. */
type Names = { words: ReadonlySet<string>; beside: ReadonlySet<string> };

const PHONE: Names = {
  words: setOf(`
    phone phones phonenumber phoneno mobile mobilenumber mobileno msisdn cell cellphone cellnumber cellular telephone
    telephonenumber telephones tel tele telno fone gsm whatsapp handphone hp
    portable portables tel telephonique mobiles
    telefono telefonos celular celulares movil moviles tlf tfno
    telefone telefones telemovel telemoveis
    telefon telefonnummer handy handynummer mobilnummer mobiltelefon mobil mobiltelefonnummer rufnummer
    telefoon telefoonnummer mobiel cellulare cellulari simu telepon telp ponsel telefonu dien thoai
    \u0442\u0435\u043b\u0435\u0444\u043e\u043d\u0430 \u0442\u0435\u043b\u0435\u0444\u043e\u043d
    \u0627\u0644\u0647\u0627\u062a\u0641 \u0647\u0627\u062a\u0641 \u0627\u0644\u062c\u0648\u0627\u0644 \u062c\u0648\u0627\u0644 \u0627\u0644\u0645\u0648\u0628\u0627\u064a\u0644 \u0645\u0648\u0628\u0627\u064a\u0644 \u0627\u0644\u0645\u062d\u0645\u0648\u0644
    \u624b\u673a\u53f7 \u624b\u673a \u7535\u8bdd \u7535\u8bdd\u53f7\u7801 \u624b\u6a5f \u96fb\u8a71
    recipientphone recipientnumber
  `),
  beside: setOf(
    "contact contacto contato line ligne linea linha primary principal account airtime \u0631\u0642\u0645 \u043d\u043e\u043c\u0435\u0440",
  ),
};

const COUNTRY: Names = {
  words: setOf(
    "country countries countrycode countryiso countryiso2 iso iso2 iso3 pays pais land lander nation nacao paese nazione " +
      "negara nchi ulke \u0627\u0644\u0628\u0644\u062f \u0627\u0644\u062f\u0648\u0644\u0629 \u0628\u0644\u062f \u062f\u0648\u0644\u0629",
  ),
  beside: setOf("code codigo codice name nom nombre nome residence residencia alpha 2 3 3166"),
};

const OPERATOR: Names = {
  words: setOf(`
    operator operators operatorid operatorname telco telcos telcom telecom network networks carrier carriers provider mno
    operateur operateurs reseau reseaux operador operadora operadores operadoras rede redes netz netzbetreiber
    mobilfunkanbieter anbieter netwerk operatore operatori gestore jaringan mtandao
    \u0627\u0644\u0645\u0634\u063a\u0644 \u0627\u0644\u0634\u0628\u0643\u0629 \u0645\u0634\u063a\u0644 \u0634\u0628\u0643\u0629
  `),
  beside: setOf(`
    id code codigo name nom nombre nome mobile mobiles phone cell gsm movil movel celular telefonia telephonique telephonie
    telefonica service servicio servico airtime
  `),
};

const CURRENCY: Names = {
  words: setOf(
    "currency currencycode amountcurrency ccy devise devises monnaie moneda divisa moeda wahrung waehrung valuta mata \u0627\u0644\u0639\u0645\u0644\u0629 \u0639\u0645\u0644\u0629",
  ),
  beside: setOf("code codigo iso amount montant monto valor uang"),
};

const AMOUNT: Names = {
  words: setOf(`
    amount amounts value topup topupamount airtime airtimeamount sum denomination recharge
    montant montants valeur somme monto montos importe cantidad valor valores montante importo quantia
    betrag betrage summe wert bedrag kiasi jumlah nominal tutar recarga
    importi ricarica aufladung aufladebetrag guthaben
    \u0441\u0443\u043c\u043c\u0430 \u0627\u0644\u0645\u0628\u0644\u063a \u0645\u0628\u0644\u063a \u0627\u0644\u0642\u064a\u0645\u0629 \u0642\u064a\u0645\u0629 \u91d1\u989d \u91d1\u984d
  `),
  beside: setOf(`
    top up credit transfer payment pay send sent topups stipend incentive per person personne persona pessoa local currency
    transferir pagar payer verser envoyer enviar
  `),
};

/** Names that say nothing but "a number": a phone number or a running one, which only the cells can tell. */
const BARE_NUMBER = setOf(
  "number numero numeros nummer nomor contact contacts contacto contactos contato contatos kontakt",
);
const BARE_RECIPIENT = setOf(
  "recipient recipients beneficiary beneficiaire beneficiario destinataire destinatario empfanger",
);

/** Names of which the whole is one word of a fixed list, written together or apart. */
const WHOLE = {
  sender: /^(sender|senderphone|sendernumber|sendermobile|from|fromnumber|expediteur|remitente|remetente|absender)$/,
  useLocalAmount: /^(islocal|uselocalamount|local|localamount|islocalamount)$/,
  tolerance: /^tolerance$/,
  reference: /^(reference|ref|customidentifier|externalid|transactionref|clientreference|idempotencykey|topupid)$/,
} as const satisfies Partial<Record<MappingField, RegExp>>;

/**
 * Words in brackets that make another column of it: `Phone (emergency contact)`, `Amount (paid)`. Its numbers are those
 * of other people, its amounts others than those to be sent.
 */
const OTHERS = setOf(`
  emergency urgence emergencia emergenza notfall enumerator enqueteur encuestador agent agente caller sender supervisor
  spouse wife husband conjoint conjuge parent parents guardian tuteur kin next representative
  alternative alternate alternatif alternativo alt other autre otro outro altro secondary second secundario secondaire
  spare backup old ancien antiguo antigo vecchio previous precedent anterior former last dernier ultimo
  office bureau oficina work trabajo travail home casa maison domicile fax landline fixe fijo fixo fisso
  paid sent received recu recibido recebido balance solde saldo due
`);

function isOfOthers(column: string): boolean {
  const inside = [...column.slice(0, NAME_CHARACTERS_READ).matchAll(/\(([^()]*)\)|\[([^[\]]*)\]/g)];
  return inside.some(([, round = "", square = ""]) => wordsOf(round + square).some((word) => OTHERS.has(word)));
}

function isNamed(words: readonly string[], { words: wanted, beside }: Names): boolean {
  return (
    words.some((word) => wanted.has(word)) &&
    words.every((word) => wanted.has(word) || beside.has(word) || FILLERS.has(word))
  );
}

/**
 * What a column's name says that it holds, in English, French, Spanish, Portuguese and German, and the commonest words
 * of some others; `undefined` where it says nothing. `number`: a number that may be a phone's.
 */
export function fieldOfName(column: string): MappingField | "number" | undefined {
  return fieldOfWords(column, wordsOf(column)) ?? fieldOfWords(column, wordsOf(column, false));
}

function fieldOfWords(column: string, words: readonly string[]): MappingField | "number" | undefined {
  const joined = words.join("");
  if (joined === "") return undefined;
  for (const field of ["sender", "useLocalAmount", "tolerance", "reference"] as const) {
    if (WHOLE[field].test(joined)) return field;
  }
  if (isRunningName(column) || isOfOthers(column)) return undefined;
  // A network is named before a phone: "Mobile network" says both words.
  if (isNamed(words, OPERATOR)) return "operator";
  if (isNamed(words, CURRENCY)) return "currency";
  if (isNamed(words, COUNTRY)) return "country";
  if (isNamed(words, PHONE)) return "phone";
  if (isNamed(words, AMOUNT)) return "amount";
  const isBare = words.some((word) => BARE_NUMBER.has(word) || BARE_RECIPIENT.has(word));
  return isBare && words.every((word) => BARE_NUMBER.has(word) || FILLERS.has(word)) ? "number" : undefined;
}

const RUNNING =
  /^(n|no|nr|num|id|ids|sr|srno|idx|index|sn|sno|slno|serial|serialno|serialnumber|row|rows|rowno|rownumber|line|ligne|linea|linha|zeile|item|itemno|rang|rank|ordre|orden|ordem|lfd|lfdnr|pos|position|participantid|respondentid|recordid|caseid|householdid|hhid|uid|uuid|idnumber|nationalid|nid|count|seq|sequence|record)$/;

/** Whether a column's name says that it numbers the rows, or names records: `N°`, `#`, `No.`, `ID`. */
export function isRunningName(column: string): boolean {
  const trimmed = column.trim();
  if (/^(#|№|n[°º]|nº|no\.?|n\.)$/iu.test(trimmed)) return true;
  const joined = wordsOf(trimmed).join("");
  return joined === "" ? trimmed.includes("#") : RUNNING.test(joined);
}
