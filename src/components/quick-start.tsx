"use client";

import type { Environment } from "@/contracts/environments";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { useApiOrigin } from "@/lib/use-api-origin";
import { CodeBlock } from "./code-block";
import { useSession } from "./session-context";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "./ui/tabs";

interface QuickStartProps {
  /** Of the key: it works at no other endpoint. */
  environment: Environment;
  /** Null: the key is not at hand, and the lines say where it goes. */
  secret: string | null;
}

/**
 * The first call with a key, ready to paste: at the endpoint of its environment, and under the address at which this
 * installation is reached from here.
 */
export function QuickStart({ environment, secret }: QuickStartProps) {
  const { keyPrefix } = useSession().deployment;
  const base = `${useApiOrigin()}/api/v1/${environment}`;
  const snippets = quickStart(base, secret ?? `${keyPrefix}_${ENVIRONMENT_DETAILS[environment].slug}_…`);
  return (
    <Tabs defaultValue={snippets[0]?.label}>
      <TabsList aria-label="Ways to use the key" className="flex-wrap gap-y-0">
        {snippets.map(({ label }) => (
          <TabsTrigger key={label} value={label}>
            {label}
          </TabsTrigger>
        ))}
      </TabsList>
      {snippets.map(({ label, text }) => (
        <TabsContent key={label} value={label} className="mt-2 rounded-lg">
          <CodeBlock text={text} copyLabel={`Copy ${label} lines`} />
        </TabsContent>
      ))}
    </Tabs>
  );
}

/**
 * One call, which answers what the key is and needs no permission, in the languages that most integrations are written
 * in. Programs read the key from their environment, as they should: code with a key in it gets committed.
 * @param base the endpoint, without a slash at the end
 */
function quickStart(base: string, secret: string): { label: string; text: string }[] {
  return [
    { label: "curl", text: `curl ${base}/key \\\n  -H "Authorization: Bearer ${secret}"` },
    { label: ".env", text: `KEYWARD_URL=${base}\nKEYWARD_API_KEY=${secret}` },
    {
      label: "JavaScript",
      text: `const response = await fetch("${base}/key", {
  headers: { Authorization: "Bearer " + process.env.KEYWARD_API_KEY },
});
console.log(response.status, await response.json());`,
    },
    {
      label: "Python",
      text: `import os, urllib.request

request = urllib.request.Request(
    "${base}/key",
    headers={"Authorization": "Bearer " + os.environ["KEYWARD_API_KEY"]},
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())`,
    },
    {
      label: "Go",
      text: `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest("GET", "${base}/key", nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("KEYWARD_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
}`,
    },
    {
      label: "PHP",
      text: `<?php
$context = stream_context_create(["http" => [
    "header" => "Authorization: Bearer " . getenv("KEYWARD_API_KEY"),
    "ignore_errors" => true,
]]);
echo file_get_contents("${base}/key", false, $context), PHP_EOL;`,
    },
  ];
}
