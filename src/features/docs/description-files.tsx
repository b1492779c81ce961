import { ENVIRONMENTS } from "@/contracts/environments";

const POSTMAN = "/api/v1/postman";

/** The description in the forms that other programs read. */
export function DescriptionFiles() {
  return (
    <p className="text-ink-2 text-sm">
      To take along: <File href="/api/v1/openapi.json">OpenAPI 3.1</File>,{" "}
      <File href={`${POSTMAN}/collection.json`}>Postman collection</File>, and its environments:{" "}
      {ENVIRONMENTS.map((environment, at) => (
        <span key={environment}>
          {at > 0 && ", "}
          <File href={`${POSTMAN}/${environment}.json`}>{environment}</File>
        </span>
      ))}
      .
    </p>
  );
}

function File({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} download className="text-accent underline">
      {children}
    </a>
  );
}
