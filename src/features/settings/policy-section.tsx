"use client";

import { useEffect, useState } from "react";
import { useWatch } from "react-hook-form";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { Note } from "@/components/note";
import { recordedLabel, recordedText } from "@/components/recorded-words";
import { useMay } from "@/components/session-context";
import { CardContent } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyPolicyView, KeysOutside } from "@/contracts/key-policies";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { Lazy, useLazy } from "@/lib/lazy";
import { useDebounced } from "@/lib/use-debounced";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { OutsideDialog, OutsideList, outsideText } from "./keys-outside";
import { PolicyFields } from "./policy-fields";
import { changedRules, type PolicyValues, toRules, valuesOfRules } from "./policy-values";
import { SettingsSection } from "./section";
import { SettingsForm } from "./settings-form";

const wholeRulesSchema = new Lazy(() =>
  import("@/contracts/schemas/key-policies").then((schemas) => schemas.wholeRulesSchema),
);

/** The policy of one environment: a form for whoever may change it, else the rules; and the keys outside of it. */
export function PolicySection({ policy }: { policy: KeyPolicyView }) {
  const mayChange = useMay("settings:manage");
  const { label } = ENVIRONMENT_DETAILS[policy.environment];
  return (
    <SettingsSection
      id={policy.environment}
      title={label}
      description={
        <p>
          What keys of {label.toLowerCase()} must be like, whoever makes or changes them: in the console or on
          the command line.
        </p>
      }
    >
      {mayChange ? <PolicyForm policy={policy} /> : <PolicyFacts rules={policy.rules} />}
      <CardContent className="border-t">
        <OutsideNow policy={policy} />
      </CardContent>
    </SettingsSection>
  );
}

function PolicyFacts({ rules }: { rules: KeyPolicyRules }) {
  const items = Object.entries(rules).map(([name, value]) => ({
    label: recordedLabel("policy.update", name),
    value: recordedText("policy.update", name, value),
  }));
  return (
    <CardContent>
      <KeyValue items={items} />
    </CardContent>
  );
}

/** The keys that are outside of the policy as it is. */
function OutsideNow({ policy: { environment } }: { policy: KeyPolicyView }) {
  const outside = trpc.policies.outside.useQuery({ environment });
  if (outside.error) return <ErrorNotice error={outside.error} onRetry={() => void outside.refetch()} />;
  if (!outside.data) return <p className="text-ink-3 text-sm">Looking at its keys…</p>;
  if (outside.data.count === 0)
    return <p className="text-ink-2 text-sm">No key is outside of the saved policy.</p>;
  return (
    <>
      <h3 className="font-medium text-sm">{outsideText(outside.data, "are")}</h3>
      <OutsideList outside={outside.data} />
    </>
  );
}

const SETTLE_MS = 400;

/** A change, and which keys the server said would be outside. */
interface AnnouncedChange {
  changes: Partial<KeyPolicyRules>;
  outside: KeysOutside;
}

function PolicyForm({ policy: { environment, rules: stored } }: { policy: KeyPolicyView }) {
  const utils = trpc.useUtils();
  const refresh = useRefresh("policies");
  const [asking, setAsking] = useState<AnnouncedChange | null>(null);
  const change = trpc.policies.change.useMutation({ onSettled: refresh });
  const save = async (changes: Partial<KeyPolicyRules>) => {
    const after = await change.mutateAsync({ environment, rules: changes });
    form.reset(valuesOfRules(after.rules));
    setAsking(null);
    toast({ text: "Saved. It holds for every change from now on." });
  };
  const form = useZodForm({
    defaultValues: valuesOfRules(stored),
    // A field that nobody touched follows what is stored.
    values: valuesOfRules(stored),
    resetOptions: { keepDirtyValues: true },
    schema: wholeRulesSchema,
    toInput: toRules,
    async send(rules) {
      change.reset();
      const changes = changedRules(stored, rules);
      // Asked again, for what is announced must be what is outside.
      const outside = await utils.policies.try.fetch({ environment, rules }, { staleTime: 0 });
      if (outside.count > 0) setAsking({ changes, outside });
      else await save(changes);
    },
  });
  const pending = form.pending || change.isPending;
  const settled = useDebounced(useWatch({ control: form.control }), SETTLE_MS);
  return (
    <>
      <SettingsForm
        form={{ ...form, pending }}
        saveLabel="Save policy"
        preview={
          form.dirty && (
            <DryRun
              environment={environment}
              values={{ ...valuesOfRules(stored), ...settled } as PolicyValues}
            />
          )
        }
      >
        <PolicyFields control={form.control} />
      </SettingsForm>
      {asking && (
        <OutsideDialog
          outside={asking.outside}
          revokes={typeof asking.changes.silenceDays === "number"}
          // What it throws is shown from the mutation.
          onConfirm={() => void save(asking.changes).catch(() => undefined)}
          onClose={() => setAsking(null)}
          pending={change.isPending}
          error={change.error}
        />
      )}
    </>
  );
}

/** Which keys would be outside, while the rules are edited. */
function DryRun({ environment, values }: Pick<KeyPolicyView, "environment"> & { values: PolicyValues }) {
  useEffect(() => void wholeRulesSchema.fetch().catch(() => undefined), []);
  const rules = useLazy(wholeRulesSchema)?.safeParse(toRules(values));
  const dryRun = trpc.policies.try.useQuery(
    { environment, rules: rules?.data as KeyPolicyRules },
    { enabled: rules?.success ?? false, placeholderData: (before) => before },
  );
  if (!rules?.success) return null;
  if (dryRun.error) return <ErrorNotice error={dryRun.error} onRetry={() => void dryRun.refetch()} />;
  if (!dryRun.data) return null;
  if (dryRun.data.count === 0) return <Note>No key would be outside of this policy.</Note>;
  return (
    <Note tone="warn">
      {outsideText(dryRun.data, "would be")}.
      <OutsideList outside={dryRun.data} />
    </Note>
  );
}
