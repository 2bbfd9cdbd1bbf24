import type { Campaign, CampaignPatch } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { may, surefill } from "../../api.js";
import { count, money } from "../../format.js";
import { ErrorBox } from "../../parts/error-box.js";
import { t } from "../../text/catalogue.js";
import { TYPED_FROM } from "../campaign.js";
import { PlanSums } from "./check-step.js";

type Props = {
  campaign: Campaign;
  isLast: boolean;
  changed: (campaign: Campaign) => void;
  back: () => void;
  next: () => void;
  started: () => void;
};

/** Limits first, then the agreement to exactly this plan. */
export function SendStep(props: Props) {
  return props.isLast ? <Agreement {...props} /> : <Limits {...props} />;
}

function Limits({ campaign, changed, back, next }: Props) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const text = t().wizard;
  const { limits } = campaign;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(undefined);
    try {
      await surefill.campaigns.edit(campaign.id, { limits: limitsOf(form) }, { ifVersion: campaign.version });
      changed(await surefill.campaigns.get(campaign.id));
      next();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <fieldset class="row">
        <label>
          {text.budget}
          <input name="budget" inputMode="decimal" autocomplete="off" defaultValue={String(limits.budget ?? "")} />
        </label>
        <label>
          {text.rate}
          <input name="ratePerS" inputMode="numeric" autocomplete="off" defaultValue={String(limits.ratePerS ?? 10)} />
        </label>
        <label>
          {text.canary}
          <input
            name="canary"
            inputMode="numeric"
            autocomplete="off"
            defaultValue={String(limits.canary?.rows ?? "")}
          />
        </label>
        <label>
          {text.startAt}
          <input name="startAt" type="datetime-local" />
        </label>
      </fieldset>
      <ErrorBox error={error} />
      <p class="actions">
        <button type="button" onClick={back}>
          {text.back}
        </button>
        <button type="submit" class="primary" disabled={isBusy}>
          {text.next}
        </button>
      </p>
    </form>
  );
}

/** An empty field removes the limit. */
function limitsOf(form: FormData): NonNullable<CampaignPatch["limits"]> {
  const value = (name: string) => String(form.get(name) ?? "").trim();
  const startAt = value("startAt");
  return {
    budget: value("budget").replace(/^(\d+),(\d+)$/, "$1.$2") || null,
    ratePerS: value("ratePerS") === "" ? null : Number(value("ratePerS")),
    canary: value("canary") === "" ? null : { rows: Number(value("canary")) },
    startAt: startAt === "" ? null : { at: startAt, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  };
}

function Agreement({ campaign, back, started }: Props) {
  const [isAgreed, setAgreed] = useState(false);
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const text = t().wizard;
  const { plan, limits } = campaign;
  if (plan === null) return <p class="error">{text.noPlan}</p>;
  const cost = money(plan.total.cost, plan.currency);
  const mustType = Number(plan.total.cost) >= TYPED_FROM;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await surefill.campaigns.start(campaign.id, { planHash: plan.planHash }, { ifVersion: campaign.version });
      started();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p class="big">{t().campaign.startSays(count(plan.rows.planned), cost)}</p>
      <PlanSums plan={plan} />
      <p>
        {text.budget}: {money(limits.budget === undefined ? null : String(limits.budget), plan.currency)}
      </p>
      <label class="check">
        <input type="checkbox" checked={isAgreed} onChange={({ currentTarget }) => setAgreed(currentTarget.checked)} />{" "}
        {text.agree}
      </label>
      {mustType && (
        <label>
          {text.typeAmount(plan.total.cost)}
          <input
            value={typed}
            inputMode="decimal"
            autocomplete="off"
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
      )}
      <ErrorBox error={error} />
      <p class="actions">
        <button type="button" onClick={back}>
          {text.back}
        </button>
        <button
          type="submit"
          class="primary"
          disabled={isBusy || !isAgreed || !may("control") || (mustType && typed !== plan.total.cost)}
        >
          {text.send}
        </button>
      </p>
    </form>
  );
}
