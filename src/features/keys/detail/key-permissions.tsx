import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { PERMISSION_DETAILS, PERMISSIONS } from "@/contracts/permissions";
import { includedBy, isCatalogued, permissionLabel } from "../permission-groups";

/** What the key may do: what it was given, what that includes, and what no longer means anything. */
export function KeyPermissions({ permissions }: { permissions: readonly string[] }) {
  const included = PERMISSIONS.filter(
    (permission) => !permissions.includes(permission) && includedBy(permission, permissions),
  );
  return (
    <Card aria-labelledby="permissions-title">
      <CardHeader>
        <CardTitle id="permissions-title">Permissions</CardTitle>
      </CardHeader>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Permission</TableHead>
            <TableHead>Opens</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {permissions.map((permission) => (
            <PermissionRow key={permission} permission={permission} opens={descriptionOf(permission)} />
          ))}
          {included.map((permission) => {
            const by = includedBy(permission, permissions);
            return (
              <PermissionRow
                key={permission}
                permission={permission}
                opens={descriptionOf(permission)}
                remark={by ? `included in ${permissionLabel(by)}` : undefined}
              />
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}

function descriptionOf(permission: string): string {
  if (isCatalogued(permission)) return PERMISSION_DETAILS[permission].description;
  return "Nothing: the catalogue no longer has it.";
}

interface PermissionRowProps {
  permission: string;
  opens: string;
  remark?: string | undefined;
}

function PermissionRow({ permission, opens, remark }: PermissionRowProps) {
  return (
    <TableRow>
      <TableCell>
        <span className={remark ? "text-ink-2" : "font-medium"}>{permissionLabel(permission)}</span>
        <span className="mono ml-2 hidden text-ink-3 xl:inline">{permission}</span>
        {remark && <span className="block text-ink-3 text-xs">{remark}</span>}
      </TableCell>
      <TableCell>
        <span className="block min-w-56 whitespace-normal py-1 text-ink-2">{opens}</span>
      </TableCell>
    </TableRow>
  );
}
