import { Plus, SearchX, ShieldX, Users } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

const GRANTING = rolesAllowing("team:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

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
  if (search !== "") {
    return (
      <EmptyState
        icon={SearchX}
        title="Nothing matches"
        text={`No customer${where} has “${search}” in the e-mail or name.`}
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
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

/** Stands where the list would, for a role that may not see it. */
export function CustomersForbidden() {
  return (
    <Card>
      <EmptyState
        icon={ShieldX}
        title="Your role does not include customers"
        text={`An ${GRANTING} can give you a role that does.`}
      />
    </Card>
  );
}
