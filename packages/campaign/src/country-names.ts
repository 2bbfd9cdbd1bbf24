/** Countries as files name them: codes of two and three letters, and names in English, French, Spanish and Portuguese. */
import { countryCodeSchema } from "@surefill/topup";

/** The country that a text names, as ISO 3166-1 alpha-2; or why it cannot be told. */
export type NamedCountry = { ok: true; countryCode: string } | { ok: false; hint: string };

/** ISO 3166-1: alpha-2, then alpha-3. */
const CODES =
  "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL " +
  "BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD " +
  "CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK " +
  "DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD " +
  "GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GTGTM GUGUM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI " +
  "HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR " +
  "KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR " +
  "MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI " +
  "MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF " +
  "PGPNG PHPHL PKPAK PLPOL PMSPM PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC " +
  "SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA " +
  "TDTCD TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA USUSA UYURY UZUZB " +
  "VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM XKXKX YTMYT ZAZAF ZMZMB ZWZWE";

/** Other names in use, by country; in the form that `keyOf` gives. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  AE: "uae|emirates|emirats|eau|emiratos",
  AG: "antigua",
  BF: "burkina",
  BA: "bosnia",
  BN: "brunei darussalam",
  BO: "bolivia plurinational state of|plurinational state of bolivia",
  CD: "congo democratic republic|congo democratic rep|drc|rdc|congo dem rep|dem rep of congo|dem rep of the congo|dr congo|d r congo|congo dr|congo drc|congo rdc|rd congo|rep dem congo|dem rep congo|congo kinshasa|democratic republic of congo|democratic republic of the congo|congo democratic republic of the|congo the democratic republic of the|republique democratique du congo|rep democratique du congo|republica democratica del congo|republica democratica do congo|zaire",
  CF: "rca|central african rep|republique centrafricaine|centrafrique",
  CG: "congo republic of|congo republic of the|congo brazza|congo brazzaville|congo rep|rep of congo|republic of the congo|republic of congo|republique du congo|congo republic|republica del congo|republica do congo",
  CI: "republic of cote d ivoire|republique de cote d ivoire|rep de cote d ivoire|cote ivoire|ivory coast|cote d ivoire|cote divoire|the ivory coast|costa de marfil|costa do marfim|rci",
  CV: "cape verde|cabo verde|cap vert",
  CZ: "czech republic|republique tcheque|republica checa",
  DO: "dominicana|rep dominicana|dom rep|dominican rep",
  FM: "federated states of micronesia",
  GB: "england|scotland|wales|northern ireland|uk|u k|great britain|britain|united kingdom of great britain and northern ireland|royaume uni|reino unido",
  GF: "guyane|guyane francaise",
  GM: "the gambia|gambia the|la gambie",
  GN: "guinea conakry|guinee conakry|republic of guinea|republique de guinee",
  GW: "guinee bissau|guinea bissau|guine bissau|bissau",
  GQ: "eq guinea|equatorial guinea republic of|guinea equatorial",
  HK: "hong kong sar",
  IR: "iran islamic republic of|islamic republic of iran",
  KP: "n korea|korea dpr|dprk|north korea|korea north|democratic people s republic of korea",
  KR: "s korea|rep of korea|south korea|korea south|republic of korea|korea republic of",
  LA: "lao|lao pdr|lao people s democratic republic",
  MD: "moldova republic of|republic of moldova",
  MK: "macedonia|north macedonia",
  MM: "burma|birmanie|birmania",
  MU: "ile maurice",
  NE: "niger republic|republic of niger|republic of the niger",
  NL: "holland|hollande|holanda|the netherlands",
  PG: "png",
  PS: "palestine state of|occupied palestinian territory|palestine|palestina|state of palestine|palestinian territory|west bank and gaza",
  RU: "russian federation",
  SA: "ksa|saudi|kingdom of saudi arabia",
  SS: "s sudan|sudan south",
  ST: "sao tome|sao tome e principe",
  SY: "syrian arab republic",
  SZ: "kingdom of eswatini|swaziland|suazilandia|swazilandia",
  TC: "turks and caicos",
  TL: "east timor|timor oriental",
  TR: "turkey|turkiye",
  TT: "trinidad",
  TW: "taiwan province of china",
  TZ: "tanzania united republic of|united republic of tanzania",
  US: "usa|u s a|u s|united states of america|etats unis d amerique|estados unidos de america|eeuu|ee uu|eua",
  VA: "vatican|holy see",
  VC: "saint vincent",
  VE: "venezuela bolivarian republic of|bolivarian republic of venezuela",
  VG: "bvi|virgin islands british",
  VI: "usvi|us virgin islands|virgin islands us",
  VN: "viet nam",
};

/** Names that are shorter than those of several countries: which one is meant would be a guess. */
const UNCLEAR: Readonly<Record<string, string>> = {
  congo: "CG or CD",
  "le congo": "CG or CD",
  "the congo": "CG or CD",
  korea: "KR or KP",
  coree: "KR or KP",
  corea: "KR or KP",
  coreia: "KR or KP",
  "virgin islands": "VI or VG",
  "iles vierges": "VI or VG",
  "islas virgenes": "VI or VG",
  "ilhas virgens": "VI or VG",
  "saint martin": "MF or SX",
  "st martin": "MF or SX",
  "san martin": "MF or SX",
};

const LANGUAGES = ["en", "fr", "es", "pt", "pt-PT"];
const NAME_CHARACTERS_MAX = 100;

/** A name without case, accents and signs. */
function keyOf(name: string): string {
  return (
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/&/g, " and ")
      .replace(/\bst\b\.?/g, "saint")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .replace(/\bthe\b/g, " ")
      .replace(/ +/g, " ")
      .trim()
      // D.R.C., U.A.E.; not É.-U., which would be the EU.
      .replace(/^\p{L}(?: \p{L}){2,}$/u, (letters) => letters.replaceAll(" ", ""))
  );
}

type Names = ReadonlyMap<string, string | undefined>;
let names: Names | undefined;

/** Every name with its country; `undefined` for one that two countries have. Made when it is first needed. */
function namesOfCountries(): Names {
  const made = new Map<string, string | undefined>();
  const add = (name: string, code: string) => {
    const key = keyOf(name);
    if (key === "") return;
    made.set(key, made.has(key) && made.get(key) !== code ? undefined : code);
  };
  const displays = LANGUAGES.flatMap((language) =>
    (["long", "short"] as const).map(
      (style) => new Intl.DisplayNames([language], { type: "region", style, fallback: "none" }),
    ),
  );
  for (const pair of CODES.split(" ")) {
    const code = pair.slice(0, 2);
    made.set(pair.slice(2).toLowerCase(), code);
    for (const display of displays) add(display.of(code) ?? "", code);
    for (const name of (OTHER_NAMES[code] ?? "").split("|")) add(name, code);
  }
  return made;
}

const WANTED =
  'is no country code such as "KE" or "KEN", and no country\'s name in English, French, Spanish or Portuguese';

/** Reads the country of a cell that is not empty. A name that several countries may mean is none. */
export function readCountry(text: string): NamedCountry {
  if (text.length > NAME_CHARACTERS_MAX) return { ok: false, hint: WANTED };
  const code = countryCodeSchema.safeParse(text);
  if (code.success) return { ok: true, countryCode: code.data };
  const key = keyOf(text);
  const unclear = UNCLEAR[key];
  if (unclear !== undefined) return { ok: false, hint: `may mean more than one country: write ${unclear}` };
  names ??= namesOfCountries();
  const found = names.get(key);
  const known = found === undefined ? undefined : countryCodeSchema.safeParse(found);
  return known?.success === true ? { ok: true, countryCode: known.data } : { ok: false, hint: WANTED };
}
