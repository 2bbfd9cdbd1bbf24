import { UploadFault } from "./upload-fault.js";

/** So much of the beginning tells what kind of file it is. */
export const KIND_BYTES = 4_096;

const ZIP = Buffer.from("PK\x03\x04", "latin1");
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
/** Web pages, and XML of Excel 2003, that are called .xls. */
const MARKUP = /^(?:\uFEFF)?\s*<(?:!doctype|html|head|body|table|meta|style|\?xml|\?mso|div)\b/i;

/** Whether a file is a ZIP archive, such as a workbook, by its first bytes. Throws an `UploadFault` for what nobody can read. */
export function isZip(head: Buffer): boolean {
  if (head.subarray(0, COMPOUND.length).equals(COMPOUND)) {
    throw new UploadFault(
      "unreadable",
      "The file is an Excel workbook of the old format (.xls), or one that a password protects. Open it in Excel, save " +
        "it as .xlsx without a password, and send that.",
    );
  }
  if (MARKUP.test(head.subarray(0, 256).toString("latin1").replace("\xef\xbb\xbf", ""))) {
    throw new UploadFault(
      "unreadable",
      "The file is a web page or XML, also where it is called .xls. Open it in a spreadsheet, save it as .xlsx or CSV, " +
        "and send that.",
    );
  }
  return head.subarray(0, ZIP.length).equals(ZIP);
}

/** Archives that are no workbooks we read, by parts that they have. */
const OTHER_ARCHIVES: ReadonlyArray<{ has: RegExp; what: string }> = [
  { has: /^xl\/workbook\.bin$/, what: "a binary Excel workbook (.xlsb)" },
  { has: /^content\.xml$/, what: "an OpenDocument file, such as .ods" },
  { has: /^index\/.*\.iwa$|^index\.zip$|^index\.apxl$/, what: "a document of Apple Numbers" },
  { has: /^word\/|^ppt\//, what: "a document of Word or PowerPoint" },
];

/** Throws an `UploadFault` that says what an archive is which is no workbook. `names` are those of its parts. */
export function requireWorkbook(names: ReadonlySet<string>): void {
  const all = [...names];
  const other = OTHER_ARCHIVES.find(({ has }) => all.some((name) => has.test(name)));
  const isWorkbook = all.some((name) => /(?:^|\/)workbook\d*\.xml$/.test(name));
  if (other === undefined && isWorkbook) return;
  const what = other?.what ?? "a ZIP archive without a workbook in it";
  throw new UploadFault("unreadable", `The file is ${what}. Save the list as .xlsx or CSV, and send that.`);
}
