"use client";

import { type ReactNode, useState } from "react";
import { CopyField } from "@/components/copy-field";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { MetadataPairs } from "@/components/metadata-pairs";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { RecordNotFound } from "@/components/record-not-found";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { CustomerView } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import type { Metadata } from "@/contracts/schemas/metadata";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";

const DeleteCustomerDialog = onDemand(() =>
  import("./delete-customer-dialog").then((module) => module.DeleteCustomerDialog),
);
const EditCustomerDialog = onDemand(() =>
  import("./edit-customer-dialog").then((module) => module.EditCustomerDialog),
);
const ExportCustomerDialog = onDemand(() =>
  import("./export-customer-dialog").then((module) => module.ExportCustomerDialog),
);

interface CustomerScreenProps {
  id: Id<"cus">;
  /** The licences of the customer and their activations, which the page hands in: they are another feature. */
  licenses: ReactNode;
  /** The keys scoped to it, likewise. */
  keys: ReactNode;
  /** The last calls about it, likewise. */
  calls: ReactNode;
}

/** One customer: facts, metadata, its licences, the keys scoped to it, the last calls about it. */
export function CustomerScreen({ id, ...others }: CustomerScreenProps) {
  const customer = trpc.customers.get.useQuery({ id });
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(customer.error).code === "not_found") return <CustomerNotFound />;
  return (
    <>
      {customer.error && (
        <ErrorNotice error={customer.error} onRetry={() => void customer.refetch()} className="mb-4" />
      )}
      {customer.data && <CustomerDetail customer={customer.data} {...others} />}
      {customer.isPending && <CustomerSkeleton />}
    </>
  );
}

interface CustomerDetailProps extends Omit<CustomerScreenProps, "id"> {
  customer: CustomerView;
}

function CustomerDetail({ customer, licenses, keys, calls }: CustomerDetailProps) {
  return (
    <>
      <PageHeader
        breadcrumb={[{ label: "Customers", href: "/customers" }]}
        title={customer.email}
        sub={
          <span className="flex flex-wrap items-center gap-x-3">
            <EnvironmentBadge value={customer.environment} />
            {customer.name}
          </span>
        }
        actions={<CustomerActions customer={customer} />}
      />
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] lg:items-start">
        <div className="grid min-w-0 gap-4 lg:order-2">
          <Facts customer={customer} />
          <MetadataCard metadata={customer.metadata} />
        </div>
        <div className="grid min-w-0 gap-6">
          {licenses}
          {keys}
          {calls}
        </div>
      </div>
    </>
  );
}

function CustomerActions({ customer }: { customer: CustomerView }) {
  const mayChange = useMay("customers:write");
  const [asking, setAsking] = useState<"edit" | "export" | "delete" | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      {mayChange && <Button onClick={() => setAsking("edit")}>Edit</Button>}
      <Button onClick={() => setAsking("export")}>Export</Button>
      {mayChange && (
        <Button variant="danger" onClick={() => setAsking("delete")}>
          Delete
        </Button>
      )}
      {asking === "edit" && <EditCustomerDialog customer={customer} onClose={close} />}
      {asking === "export" && <ExportCustomerDialog customer={customer} onClose={close} />}
      {asking === "delete" && <DeleteCustomerDialog customer={customer} onClose={close} />}
    </>
  );
}

function Facts({ customer }: { customer: CustomerView }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Facts</CardTitle>
      </CardHeader>
      <CardContent>
        <KeyValue
          items={[
            { label: "Id", value: <CopyField value={customer.id} label="customer id" /> },
            { label: "Email", value: <CopyField value={customer.email} label="e-mail" /> },
            { label: "Name", value: customer.name ?? <span className="text-ink-3">No name</span> },
            { label: "Created", value: <Timestamp value={customer.createdAt} /> },
            { label: "Changed", value: <Timestamp value={customer.updatedAt} /> },
          ]}
        />
      </CardContent>
    </Card>
  );
}

/** Holds the place of a customer while the server draws it. */
export function CustomerSkeleton() {
  return (
    <div aria-busy>
      <Skeleton className="mt-1 h-3 w-20" />
      <Skeleton className="mt-3 h-5 w-64" />
      <Skeleton className="mt-3 mb-6 w-40" />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Card className="h-64" />
        <Card className="h-64" />
      </div>
    </div>
  );
}

/** There is no customer with this id. */
export function CustomerNotFound() {
  return (
    <RecordNotFound noun="customer" nouns="customers" list={{ label: "Customers", href: "/customers" }} />
  );
}

/** What integrations keep on a customer. */
function MetadataCard({ metadata }: { metadata: Metadata }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Metadata</CardTitle>
      </CardHeader>
      <CardContent>
        {Object.keys(metadata).length === 0 ? (
          <p className="text-ink-2">None. Integrations can keep a JSON object of up to 10 KB here.</p>
        ) : (
          <MetadataPairs metadata={metadata} />
        )}
      </CardContent>
    </Card>
  );
}
