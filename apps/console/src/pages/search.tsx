import { SurefillError, type Topup } from "@surefill/sdk";
import { surefill } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { ErrorBox } from "../parts/error-box.js";
import { TopupTable } from "../parts/topup-table.js";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";

const FOUND_MAX = 50;

/** One box for a phone number, a reference and a transaction's id. What is asked for stands in the URL. */
export function Search() {
  const [{ q = "", country = "" }, change] = useQuery();
  const found = useLoad((signal) => find(q.trim(), country.trim(), signal), [q, country], { isLive: false });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    change({ q: String(form.get("q") ?? ""), country: String(form.get("country") ?? "") });
  };
  const text = t().search;
  return (
    <>
      <h1>{text.title}</h1>
      <search>
        <form class="row" onSubmit={submit}>
          <label>
            {text.label}
            <input name="q" defaultValue={q} autofocus autocomplete="off" required />
          </label>
          <label>
            {text.country}
            <input name="country" defaultValue={country} autocomplete="off" maxLength={2} size={4} />
          </label>
          <button type="submit" class="primary">
            {text.submit}
          </button>
        </form>
      </search>
      <ErrorBox error={found.error} />
      {q !== "" && found.data && !found.error && (
        <>
          <p role="status">{found.data.length === 0 ? text.nothing : text.found(count(found.data.length))}</p>
          <TopupTable caption={text.title} topups={found.data} />
        </>
      )}
    </>
  );
}

/** Every meaning that the text can have is asked for; one that finds nothing is no error. */
async function find(text: string, country: string, signal: AbortSignal): Promise<Topup[]> {
  if (text === "") return [];
  const isPhone = /^[+\d][\d\s().-]{6,}$/.test(text);
  const asked: Promise<readonly Topup[]>[] = [
    surefill.topups.get(text, { signal }).then((one) => [one], nothing("topup_not_found")),
  ];
  const list = async (query: { phone?: string; country?: string; transactionId?: number }) =>
    (await surefill.api.GET("/v1/topups", { params: { query: { ...query, limit: FOUND_MAX } }, signal })).data?.data ??
    [];
  if (/^\d{1,15}$/.test(text)) asked.push(list({ transactionId: Number(text) }));
  if (isPhone || text.includes("@")) {
    const isLocal = isPhone && !text.startsWith("+") && country !== "";
    // Digits alone may be a transaction or a reference as well: that they are no sure number is said only when nothing is found.
    asked.push(list({ phone: text, ...(isLocal && { country: country.toUpperCase() }) }));
  }
  const answers = await Promise.allSettled(asked);
  const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const [refused] = answers.filter((answer) => answer.status === "rejected");
  if (found.length === 0 && refused !== undefined) throw refused.reason;
  return [...new Map(found.map((topup) => [topup.reference, topup])).values()];
}

const nothing = (code: string) => (error: unknown) => {
  const isRefused = error instanceof SurefillError && (error.code === code || error.status === 422);
  if (isRefused) return [];
  throw error;
};
