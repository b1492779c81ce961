/** Text, by the rule for Markdown in next.config.ts. */
declare module "*.md" {
  const text: string;
  export default text;
}

/** The bundle for bundlers, of which the package's types know nothing. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  import { SwaggerUIBundle } from "swagger-ui-dist";

  export default SwaggerUIBundle;
}
