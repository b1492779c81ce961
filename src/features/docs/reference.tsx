"use client";

import { useEffect, useRef, useState } from "react";
import { chosenTheme } from "@/lib/theme";
import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";

/** Swagger UI is dark below a class, not by the colour scheme that the rest of the product goes by. */
function useDarkClass(): void {
  useEffect(() => {
    const root = document.documentElement;
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      const theme = chosenTheme();
      root.classList.toggle("dark-mode", theme === "system" ? system.matches : theme === "dark");
    };
    follow();
    system.addEventListener("change", follow);
    return () => {
      system.removeEventListener("change", follow);
      root.classList.remove("dark-mode");
    };
  }, []);
}

interface Description {
  servers: { url: string }[];
  components: { parameters: Record<string, { example?: unknown }> };
}

/** The description as it is tried from this page. */
async function describedHere(): Promise<Description> {
  const answer = await fetch("/api/v1/openapi.json");
  if (!answer.ok) throw new Error(`The description was answered with ${answer.status}.`);
  const description = (await answer.json()) as Description;
  // Under the address of this page, as its policy lets it call no other; and the last environment first, development: Swagger UI
  // chooses the first, and nothing should be tried in production unasked.
  description.servers = description.servers
    .map((server) => ({ ...server, url: window.location.origin + new URL(server.url).pathname }))
    .reverse();
  // It would be filled in, and the second call that is tried would be refused as another one of the same key.
  delete description.components.parameters.IdempotencyKey?.example;
  return description;
}

/** The OpenAPI description as a page to read and to try: Swagger UI, from this installation's own files. */
export function Reference() {
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useDarkClass();
  useEffect(() => {
    let gone = false;
    // A megabyte that no other page needs.
    void Promise.all([import("swagger-ui-dist/swagger-ui-es-bundle.js"), describedHere()])
      .then(([{ default: SwaggerUI }, spec]) => {
        if (gone || !place.current) return;
        SwaggerUI({
          domNode: place.current,
          spec,
          deepLinking: true,
          docExpansion: "list",
          defaultModelsExpandDepth: 0,
          tryItOutEnabled: true,
          // A key that is typed in here lives in this page alone.
          persistAuthorization: false,
          // Or it would send the description to somebody else's validator.
          validatorUrl: null,
        });
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
    };
  }, []);
  if (failed) {
    return (
      <p className="p-6">
        The reference could not be loaded. Reload the page, or read{" "}
        <a href="/api/v1/openapi.json" className="text-accent underline">
          the description itself
        </a>
        .
      </p>
    );
  }
  return <div ref={place} id="reference" />;
}
