import { Plus, Users } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { NothingMatches } from "@/components/list-empty";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

interface CustomersEmptyProps {
  search: string;
  environment: Environment | null;
  onClear: () => void;
  /** Null where the role may not. */
  onCreate: (() => void) | null;
}

/** Why the list is empty: nothing matches, or there is nothing yet. */
export function CustomersEmpty({ search, environment, onClear, onCreate }: CustomersEmptyProps) {
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  if (search !== "") return <NothingMatches noun="customer" onClear={onClear} />;
  return (
    <EmptyState
      icon={Users}
      title={`No customers${where} yet`}
      text={
        onCreate
          ? "Create one here, or let an integration with Customer Write do it through the API."
          : "An integration with Customer Write, or an operator here, can create the first one."
      }
      action={
        onCreate && (
          <Button variant="primary" onClick={onCreate}>
            <Plus aria-hidden />
            Create customer
          </Button>
        )
      }
    />
  );
}
