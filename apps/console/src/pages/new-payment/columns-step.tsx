import type { Campaign, NewCampaign, Upload } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { surefill } from "../../api.js";
import { count } from "../../format.js";
import { ErrorBox } from "../../parts/error-box.js";
import { Table } from "../../parts/table.js";
import { t } from "../../text/catalogue.js";
import { Checking } from "./checking.js";

type Mapping = NonNullable<NewCampaign["mapping"]>;
type Options = NonNullable<NewCampaign["options"]>;

/** The fields that a column can be. Metadata is every other column that has a name. */
const FIELDS = [
  "phone",
  "country",
  "operator",
  "amount",
  "currency",
  "useLocalAmount",
  "reference",
  "email",
  "sender",
  "tolerance",
] as const;

/** Which column means what. What is only possible is shown, and never chosen beforehand. */
export function ColumnsStep({
  upload,
  draft,
  done,
}: {
  upload: Upload;
  draft: Campaign | undefined;
  done: (campaign: Campaign) => void;
}) {
  const [mapping, setMapping] = useState<Partial<Record<(typeof FIELDS)[number], string>>>(
    draft?.mapping ?? firstMapping(upload),
  );
  const [id, setId] = useState(draft?.id);
  const [isChecking, setChecking] = useState(false);
  const [error, setError] = useState<unknown>();
  const text = t().wizard;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setError(undefined);
    setChecking(true);
    try {
      const body = { name: String(form.get("name")), mapping: mapping as Mapping, options: optionsOf(form) };
      const made =
        id === undefined
          ? await surefill.campaigns.create({ ...body, upload: upload.id })
          : await surefill.campaigns.edit(id, body);
      setId(made.id);
      done(await surefill.campaigns.check(made.id));
    } catch (thrown) {
      setError(thrown);
      setChecking(false);
    }
  };
  const choose = (column: string, field: string) => {
    const others = Object.entries(mapping).filter(([known, of]) => of !== column && known !== field);
    setMapping(Object.fromEntries(field === "" ? others : [...others, [field, column]]));
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Found upload={upload} />
      <Table
        caption={text.steps[1] ?? ""}
        rows={upload.columns}
        keyOf={(column) => column}
        empty={t().none}
        columns={[
          { title: text.column, cell: (column) => column },
          { title: text.samples, cell: (column) => samplesOf(upload, column) },
          {
            title: text.means,
            cell: (column) => (
              <select
                aria-label={`${column}: ${text.means}`}
                value={fieldOf(mapping, column)}
                onChange={({ currentTarget }) => choose(column, currentTarget.value)}
              >
                <option value="">{text.ignore}</option>
                {FIELDS.map((field) => (
                  <option key={field} value={field}>
                    {text.fields[field]}
                  </option>
                ))}
              </select>
            ),
          },
          { title: text.guess, cell: (column) => <Guess upload={upload} column={column} /> },
        ]}
      />
      <OptionFields upload={upload} draft={draft} needsAmount={mapping.amount === undefined} />
      <ErrorBox error={error} />
      {isChecking && id && <Checking id={id} />}
      <p class="actions">
        <button type="submit" class="primary" disabled={isChecking || mapping.phone === undefined}>
          {text.check}
        </button>
      </p>
    </form>
  );
}

function Found({ upload: { name, rows, lines, sameFile, titleLines } }: { upload: Upload }) {
  const text = t().wizard;
  return (
    <>
      <p>
        <b>{name}</b>: {text.found(count(rows), count(lines?.total ?? rows))}
      </p>
      {titleLines.map(({ line, text: said }) => (
        <p key={line}>
          {line}: {said}
        </p>
      ))}
      {sameFile.length > 0 && (
        <p class="warning" role="alert">
          {text.seen(
            sameFile.flatMap(({ upload, campaigns }) => (campaigns.length > 0 ? campaigns : [upload])).join(", "),
          )}
        </p>
      )}
    </>
  );
}

function Guess({ upload, column }: { upload: Upload; column: string }) {
  const reason = upload.suggestedMapping.reasons.find(({ column: of }) => of === column);
  if (reason === undefined) return null;
  const text = t().wizard;
  return (
    <small>
      {text.fields[reason.field] ?? reason.field}: {text[reason.confidence]}
    </small>
  );
}

/** Options that the file does not say. Empty fields are left out. */
function OptionFields({
  upload,
  draft,
  needsAmount,
}: {
  upload: Upload;
  draft: Campaign | undefined;
  needsAmount: boolean;
}) {
  const text = t().wizard;
  const options: Options = draft?.options ?? {};
  const field = (name: string, label: string, value: unknown, more: object = {}) => (
    <label key={name}>
      {label}
      <input name={name} autocomplete="off" defaultValue={value === undefined ? "" : String(value)} {...more} />
    </label>
  );
  return (
    <fieldset class="row">
      {field("name", text.name, draft?.name ?? upload.name ?? "", { required: true })}
      {needsAmount && field("amount", text.sameAmount, options.amount, { inputMode: "decimal", required: true })}
      {field("currency", text.currency, options.currency, { size: 5, maxLength: 3 })}
      {field("defaultCountry", text.country, options.defaultCountry, { size: 4, maxLength: 2 })}
      {field("expectedRows", text.expectedRows, options.expectedRows, { inputMode: "numeric" })}
      {field("expectedTotal", text.expectedTotal, options.expectedTotal?.amount, { inputMode: "decimal" })}
      <label class="check">
        <input type="checkbox" name="decimalComma" defaultChecked={options.decimalMark === ","} /> {text.decimalComma}
      </label>
    </fieldset>
  );
}

function optionsOf(form: FormData): Options {
  const value = (name: string) => String(form.get(name) ?? "").trim();
  const currency = value("currency").toUpperCase();
  const decimal = (text: string) => text.replace(/^(\d+),(\d+)$/, "$1.$2");
  return {
    ...(value("amount") !== "" && { amount: decimal(value("amount")) }),
    ...(currency !== "" && { currency }),
    ...(value("defaultCountry") !== "" && { defaultCountry: value("defaultCountry").toUpperCase() }),
    ...(value("expectedRows") !== "" && { expectedRows: Number(value("expectedRows").replace(/\D/g, "")) }),
    ...(value("expectedTotal") !== "" && {
      expectedTotal: { amount: decimal(value("expectedTotal")), currency: currency || "USD" },
    }),
    ...(form.get("decimalComma") !== null && { decimalMark: "," as const }),
  };
}

/** What is certain or likely. A file of one column without a header is its numbers. */
function firstMapping({ suggestedMapping, columns }: Upload): Partial<Record<(typeof FIELDS)[number], string>> {
  const [only] = columns;
  if (suggestedMapping.mapping === null) return columns.length === 1 && only !== undefined ? { phone: only } : {};
  const { metadata: _, ...mapping } = suggestedMapping.mapping;
  return mapping;
}

function fieldOf(mapping: Partial<Record<string, string>>, column: string): string {
  return Object.entries(mapping).find(([, of]) => of === column)?.[0] ?? "";
}

function samplesOf({ columns, firstRows }: Upload, column: string): string {
  const place = columns.indexOf(column);
  return firstRows
    .slice(0, 3)
    .map(({ cells }) => cells[place] ?? "")
    .filter(Boolean)
    .join(" · ");
}
