import { Lock, type LucideIcon, Plus, SearchX } from "lucide-react";
import type { Environment } from "@/contracts/environments";
import { inEnvironment } from "@/lib/words";
import { EmptyState } from "./empty-state";
import { Button } from "./ui/button";
import { Card } from "./ui/card";

interface NothingYetProps {
  icon: LucideIcon;
  /** The rows: "licences". */
  nouns: string;
  /** The one that the list is of; null: all. */
  environment: Environment | null;
  /** What the reader can do about it; null where the role does not allow it. */
  create: { label: string; text: string; onClick: () => void } | null;
  /** Who else can. */
  otherwise: string;
}

/** There are no rows at all so far. */
export function NothingYet({ icon, nouns, environment, create, otherwise }: NothingYetProps) {
  return (
    <EmptyState
      icon={icon}
      title={`No ${nouns}${inEnvironment(environment)} yet`}
      text={create?.text ?? otherwise}
      action={
        create && (
          <Button variant="primary" onClick={create.onClick}>
            <Plus aria-hidden />
            {create.label}
          </Button>
        )
      }
    />
  );
}

interface NothingMatchesProps {
  /** One of the rows: "licence". */
  noun: string;
  /** What else could help. */
  hint?: string | undefined;
  onClear: () => void;
}

/** There are rows, but none that the filters let through. */
export function NothingMatches({ noun, hint = "", onClear }: NothingMatchesProps) {
  return (
    <EmptyState
      icon={SearchX}
      title={`No ${noun} matches`}
      text={`No ${noun} has all that the search and the filters ask for. ${hint}`.trimEnd()}
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A later page whose rows have all gone since it was asked for. `nouns` are they: "licences". */
export function NothingHere({ nouns, onFirstPage }: { nouns: string; onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text={`The ${nouns} that stood here are gone or no longer match.`}
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

/** The server refuses the list to this administrator. `ask` is who can change that: "an owner". */
export function NotAllowed({ nouns, ask }: { nouns: string; ask: string }) {
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title={`Your role does not include ${nouns}`}
        text={`Ask ${ask} to give you one that does.`}
      />
    </Card>
  );
}
