import { surefill } from "../../api.js";
import { count } from "../../format.js";
import { useLoad } from "../../load.js";
import { t } from "../../text/catalogue.js";

/** How far a check is. */
export function Checking({ id }: { id: string }) {
  const { data } = useLoad((signal) => surefill.campaigns.get(id, { signal }), [id]);
  return <p role="status">{t().wizard.checking(count(data?.check?.rowsChecked ?? 0))}</p>;
}
