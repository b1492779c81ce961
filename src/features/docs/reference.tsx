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

/** The OpenAPI description as a page to read and to try: Swagger UI, from this installation's own files. */
export function Reference() {
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useDarkClass();
  useEffect(() => {
    let gone = false;
    // A megabyte that no other page needs.
    void import("swagger-ui-dist/swagger-ui-es-bundle.js")
      .then(({ default: SwaggerUI }) => {
        if (gone || !place.current) return;
        SwaggerUI({
          domNode: place.current,
          url: "/api/v1/openapi.json",
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
