import { FilterRadios } from "@/components/filter-chip";
import { FilterPopover } from "@/components/filter-popover";
import { useSession } from "@/components/session-context";
import { isOwnerState, OWNER_STATES, type OwnerState } from "@/contracts/key-labels";
import { trpc } from "@/trpc/client";
import type { KeyListState } from "./key-list-state";

type FilterProps = Pick<KeyListState, "state" | "change">;

const STATES = (Object.keys(OWNER_STATES) as OwnerState[]).map((value) => ({
  value: value as string,
  label: OWNER_STATES[value].label as string,
}));

/** Narrows the list to the keys that somebody answers for, or nobody. */
export function OwnerFilter({ state: { owner }, change }: FilterProps) {
  const chosen = owner && isOwnerState(owner) ? OWNER_STATES[owner].label : owner;
  return (
    <FilterPopover label="Owner" chosen={chosen} onClear={() => change({ owner: null })}>
      {(close) => <Owners value={owner} onChange={(owner) => change({ owner })} onPicked={close} />}
    </FilterPopover>
  );
}

interface ChoicesProps {
  value: string | null;
  onChange: (value: string) => void;
  onPicked: () => void;
}

/** Asked for while the filter is open. */
function Owners(props: ChoicesProps) {
  const { email: own } = useSession().admin;
  const labels = trpc.keys.labels.useQuery();
  const { people = [], contacts = [] } = labels.data ?? {};
  const others = [...people.map(({ email }) => email), ...contacts].filter((email) => email !== own);
  const options = [
    { value: own, label: "You" },
    ...STATES,
    ...others.map((email) => ({ value: email, label: email })),
  ];
  return <FilterRadios label="Owner" options={options} {...props} />;
}

/** That the list is narrowed to what a key has made, as that key's page leads to it. */
export function MadeByFilter({ state: { madeBy }, change }: FilterProps) {
  const maker = trpc.keys.get.useQuery({ id: madeBy ?? "key_" }, { enabled: madeBy !== null });
  if (madeBy === null) return null;
  return (
    <FilterPopover
      label="Made by key"
      chosen={maker.data?.name ?? madeBy}
      onClear={() => change({ madeBy: null })}
    >
      {() => (
        <p className="max-w-64 px-2 py-1.5 text-ink-2 text-sm">
          Keys that this key has made by the API, or has had the secret of that works now, and those of these
          in turn.
        </p>
      )}
    </FilterPopover>
  );
}

/** Narrows the list to the keys with a tag. */
export function TagFilter({ state: { tag }, change }: FilterProps) {
  return (
    <FilterPopover label="Tag" chosen={tag} onClear={() => change({ tag: null })}>
      {(close) => <Tags value={tag} onChange={(tag) => change({ tag })} onPicked={close} />}
    </FilterPopover>
  );
}

function Tags(props: ChoicesProps) {
  const labels = trpc.keys.labels.useQuery();
  if (!labels.data) return <p className="px-2 py-1.5 text-ink-3 text-sm">Looking for tags…</p>;
  if (labels.data.tags.length === 0) {
    return <p className="px-2 py-1.5 text-ink-2 text-sm">No key has a tag yet. Edit one to give it some.</p>;
  }
  const options = labels.data.tags.map((tag) => ({ value: tag, label: tag }));
  return <FilterRadios label="Tag" options={options} {...props} />;
}
